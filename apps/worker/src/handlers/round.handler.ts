import type { JobData } from '@ids/contracts';
import { gatherContext, LISTED_FILES, namedFiles } from '@ids/generation';
import { HandlesJob, type JobContext, type JobHandler } from '@ids/queue';
import { openRound } from '@ids/saga';
import { Injectable } from '@nestjs/common';
import { Artifacts } from '../artifacts.js';
import { ProjectFiles } from '../project-files.js';
import { StageRunner } from '../stage-runner.js';

/** Opens a round: gathers what the agents see, files that they named before included. */
@Injectable()
@HandlesJob('round')
export class RoundHandler implements JobHandler<'round'> {
  constructor(
    private readonly runner: StageRunner,
    private readonly files: ProjectFiles,
    private readonly artifacts: Artifacts,
  ) {}

  async handle(data: JobData<'round'>, context: JobContext): Promise<void> {
    await this.runner.run('deliberation', data, context, async (record) => {
      const { session, flow } = record;
      const open = await this.files.open(session.project);
      const reader = this.files.reader(open);
      const known = (await reader.list(LISTED_FILES)).files.map((file) => file.path);
      const gathered = await gatherContext(
        {
          project: session.project,
          task: session.task,
          files: session.files,
          named: namedFiles(session.rounds, known),
          guidance: flow.guidance,
        },
        reader,
      );
      await this.artifacts.keepContext(session.id, session.rounds.length + 1, gathered);
      return openRound(record);
    });
  }
}
