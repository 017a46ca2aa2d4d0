import type { Change, JobData } from '@ids/contracts';
import { HandlesJob, type JobContext, type JobHandler } from '@ids/queue';
import { applied, rebased, Saga, type Move } from '@ids/saga';
import type { SessionRecord } from '@ids/store';
import type { ApplyOutcome, Workspace } from '@ids/workspace';
import { Injectable } from '@nestjs/common';
import { Artifacts } from '../artifacts.js';
import { ProjectFiles } from '../project-files.js';
import { ProjectWriter } from '../project-writer.js';
import { StageRunner } from '../stage-runner.js';

/** Writes the change set, whole or not at all. A second run goes on where a killed one stopped. */
@Injectable()
@HandlesJob('application')
export class ApplicationHandler implements JobHandler<'application'> {
  constructor(
    private readonly runner: StageRunner,
    private readonly saga: Saga,
    private readonly writer: ProjectWriter,
    private readonly files: ProjectFiles,
    private readonly artifacts: Artifacts,
  ) {}

  async handle(data: JobData<'application'>, context: JobContext): Promise<void> {
    await this.runner.run('application', data, context, async (record, signal) => {
      const { workspace } = await this.files.open(record.session.project);
      const changes = await this.artifacts.changes(record.session.id, record.session.attempts);
      try {
        // The move is written under the lock, so that no other session writes before this one counts as applied.
        await this.writer.write(record, signal, async (guard) => {
          const outcome = await workspace.apply(record.session.id, changes, guard);
          await this.saga.advance(record, moveFor(record, outcome));
        });
      } finally {
        await this.undoIfLost(record, workspace);
      }
      return null;
    });
  }

  /** Redis was emptied meanwhile: no rollback job will ever come, and nobody was told that this is applied. */
  private async undoIfLost({ session }: SessionRecord, workspace: Workspace): Promise<void> {
    if ((await this.saga.store.readProgress(session.id)) !== null) return;
    await workspace.undo(session.id, { check: async () => undefined });
  }
}

function moveFor(record: SessionRecord, outcome: ApplyOutcome): Move {
  if (outcome.kind === 'changed') return rebased(record, outcome.paths);
  const backups = new Map(outcome.changes.map(({ path, backup }) => [path, backup]));
  const changes: Change[] = record.session.changes.map((change) => ({
    ...change,
    backup: backups.get(change.path) ?? null,
  }));
  return applied(changes);
}
