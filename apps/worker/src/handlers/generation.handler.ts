import type { Finding, JobData } from '@ids/contracts';
import {
  Coder,
  gatherContext,
  LISTED_FILES,
  namedFiles,
  renderDiff,
  summarize,
  type CoderInput,
  type ProjectReader,
} from '@ids/generation';
import { IdsError } from '@ids/kernel';
import { HandlesJob, type JobContext, type JobHandler } from '@ids/queue';
import { generated } from '@ids/saga';
import type { SessionRecord } from '@ids/store';
import { checkEditablePath } from '@ids/workspace';
import { Injectable } from '@nestjs/common';
import { Artifacts } from '../artifacts.js';
import { ProjectFiles } from '../project-files.js';
import { StageRunner } from '../stage-runner.js';

/** The coder writes the change set; nothing touches the disk. */
@Injectable()
@HandlesJob('generation')
export class GenerationHandler implements JobHandler<'generation'> {
  constructor(
    private readonly runner: StageRunner,
    private readonly coder: Coder,
    private readonly files: ProjectFiles,
    private readonly artifacts: Artifacts,
  ) {}

  async handle(data: JobData<'generation'>, context: JobContext): Promise<void> {
    await this.runner.run('generation', data, context, async (record, signal) => {
      const { session } = record;
      const { decision } = session;
      if (decision === undefined) throw new IdsError('session_lost');
      const attempt = session.attempts + 1;
      const reader = this.files.reader(await this.files.open(session.project));
      const written = await this.coder.write(
        {
          sessionId: session.id,
          attempt,
          task: session.task,
          decision,
          context: await gatherContext(
            {
              project: session.project,
              task: session.task,
              files: session.files,
              named: await this.named(record, reader),
              guidance: record.flow.guidance,
            },
            reader,
          ),
          reader,
          allow: checkEditablePath,
          ...(await this.rework(record)),
        },
        signal,
      );
      const changes = await this.artifacts.keepChanges(session.id, attempt, written);
      await this.artifacts.keepDiff(session.id, attempt, renderDiff(changes));
      return generated(record, attempt, summarize(changes));
    });
  }

  /** What the parliament saw, what it named, and where the attempt before failed. */
  private async named({ session, flow }: SessionRecord, reader: ProjectReader): Promise<string[]> {
    const seen = await this.artifacts.context(session.id, session.rounds.length);
    const { files } = await reader.list(LISTED_FILES);
    const known = files.map(({ path }) => path);
    const found = flow.rework === undefined ? [] : findingsOf(session.validation).map(({ path }) => path);
    return [
      ...seen.files.map((file) => file.path),
      ...namedFiles(session.rounds, known),
      ...found.filter((path) => known.includes(path)),
    ];
  }

  private async rework({ session, flow }: SessionRecord): Promise<Pick<CoderInput, 'rework'>> {
    if (flow.rework === undefined) return {};
    const changes = await this.artifacts.changes(session.id, flow.rework.attempt);
    return { rework: { changes, findings: findingsOf(session.validation), cause: flow.rework.cause } };
  }
}

function findingsOf(validation: SessionRecord['session']['validation']): Finding[] {
  return validation
    .filter((result) => result.status === 'failed' || result.status === 'warnings')
    .flatMap((result) => result.findings);
}
