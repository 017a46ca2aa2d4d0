import { opinionSchema, SPECIALISTS, type JobData, type Opinion } from '@ids/contracts';
import { Parliament } from '@ids/parliament';
import { HandlesJob, type JobContext, type JobHandler } from '@ids/queue';
import { Saga, stepJob } from '@ids/saga';
import { opinionField, type SessionRecord } from '@ids/store';
import { Injectable } from '@nestjs/common';
import { Artifacts } from '../artifacts.js';
import { openRoundNumber, sittingOf } from '../sitting.js';
import { StageRunner } from '../stage-runner.js';

/** Asks one specialist. The last of the six puts the synthesis out. */
@Injectable()
@HandlesJob('opinion')
export class OpinionHandler implements JobHandler<'opinion'> {
  constructor(
    private readonly runner: StageRunner,
    private readonly saga: Saga,
    private readonly parliament: Parliament,
    private readonly artifacts: Artifacts,
  ) {}

  async handle(data: JobData<'opinion'>, context: JobContext): Promise<void> {
    await this.runner.run('deliberation', data, context, async (record, signal) => {
      const opinion = (await this.recorded(record, data)) ?? (await this.ask(record, data, signal));
      const place = { series: record.flow.series, round: openRoundNumber(record), role: data.role };
      const synthesis = stepJob('synthesis', data.sessionId, data.step);
      const outcome = await this.saga.store.recordOpinion(
        data.sessionId,
        data.step,
        place,
        opinion,
        SPECIALISTS,
        synthesis,
      );
      if (outcome === 'complete') await this.saga.publish([synthesis]);
      return null;
    });
  }

  private async ask(record: SessionRecord, data: JobData<'opinion'>, signal: AbortSignal): Promise<Opinion> {
    return await this.parliament.askSpecialist(await sittingOf(record, this.artifacts), data.role, signal);
  }

  /** What a killed worker had recorded before is not asked again. */
  private async recorded(record: SessionRecord, data: JobData<'opinion'>): Promise<Opinion | null> {
    const field = opinionField(record.flow.series, openRoundNumber(record), data.role);
    return opinionSchema.nullable().parse(await this.saga.store.artifact(data.sessionId, field));
  }
}
