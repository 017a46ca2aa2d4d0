import { isVote, opinionSchema, SPECIALISTS, type JobData, type Opinion, type Round } from '@ids/contracts';
import { Parliament } from '@ids/parliament';
import { HandlesJob, type JobContext, type JobHandler } from '@ids/queue';
import { closeRound, Saga } from '@ids/saga';
import { opinionField, type SessionRecord } from '@ids/store';
import { Injectable } from '@nestjs/common';
import { Artifacts } from '../artifacts.js';
import { openRoundNumber, sittingOf } from '../sitting.js';
import { StageRunner } from '../stage-runner.js';

/** How many disagreements a person is shown. */
const MAX_DISAGREEMENTS = 3;

/** The generalist synthesizes, and the decision of the round falls. */
@Injectable()
@HandlesJob('synthesis')
export class SynthesisHandler implements JobHandler<'synthesis'> {
  constructor(
    private readonly runner: StageRunner,
    private readonly saga: Saga,
    private readonly parliament: Parliament,
    private readonly artifacts: Artifacts,
  ) {}

  async handle(data: JobData<'synthesis'>, context: JobContext): Promise<void> {
    await this.runner.run('deliberation', data, context, async (record, signal) => {
      const sitting = await sittingOf(record, this.artifacts);
      const concluded = await this.parliament.concludeRound(sitting, await this.votes(record), signal);
      const round = { ...concluded, number: openRoundNumber(record) };
      return closeRound(record, round, disagreements(round));
    });
  }

  private async votes(record: SessionRecord): Promise<Opinion[]> {
    const fields = SPECIALISTS.map((role) => opinionField(record.flow.series, openRoundNumber(record), role));
    const found = await this.saga.store.artifacts(record.session.id, fields);
    return found.flatMap((value) => (value === null ? [] : [opinionSchema.parse(value)]));
  }
}

/** The first concerns of those who see the most risk. */
function disagreements(round: Round): string[] {
  return round.opinions
    .filter(isVote)
    .sort((a, b) => b.risk - a.risk || a.confidence - b.confidence)
    .flatMap((vote) => vote.concerns.slice(0, 1).map((concern) => `${vote.name}: ${concern}`))
    .slice(0, MAX_DISAGREEMENTS);
}
