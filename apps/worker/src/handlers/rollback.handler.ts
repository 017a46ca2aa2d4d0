import type { JobData } from '@ids/contracts';
import { IdsError, messageOf } from '@ids/kernel';
import type { Logger, Metrics } from '@ids/observability';
import { HandlesJob, type JobContext, type JobHandler } from '@ids/queue';
import { rollbackRefused, rolledBack, Saga, type Move } from '@ids/saga';
import { ProjectStore, type SessionRecord } from '@ids/store';
import type { UndoOutcome } from '@ids/workspace';
import { Inject, Injectable } from '@nestjs/common';
import { ProjectFiles } from '../project-files.js';
import { ProjectWriter } from '../project-writer.js';
import { StageRunner } from '../stage-runner.js';
import { LOGGER, METRICS } from '../tokens.js';

/** Trying again cannot help against these; against everything else (a full disk, Redis) it can. */
const HOPELESS: readonly string[] = [
  'manifest_invalid',
  'project_vanished',
  'project_not_found',
  'path_not_allowed',
  // A backup is missing or damaged.
  'rollback_failed',
];

/** Returns every file to its state before the session. Never gives up, except where trying again cannot help. */
@Injectable()
@HandlesJob('rollback')
export class RollbackHandler implements JobHandler<'rollback'> {
  constructor(
    private readonly runner: StageRunner,
    private readonly saga: Saga,
    private readonly writer: ProjectWriter,
    private readonly files: ProjectFiles,
    private readonly projects: ProjectStore,
    @Inject(METRICS) private readonly metrics: Metrics,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  async handle({ sessionId }: JobData<'rollback'>, context: JobContext): Promise<void> {
    const present = await this.saga.store.read(sessionId);
    if (present?.session.status !== 'rolling_back') return;
    await this.runner.run('rollback', { sessionId, step: present.step }, context, async (record, signal) => {
      const move = await this.undo(record, signal);
      if (move.to === 'rollback_failed') await this.closeProject(record);
      const origin = record.flow.rollback?.origin ?? 'failure';
      this.metrics.rollbacks.inc({ origin, outcome: move.to });
      return move;
    });
  }

  private async undo(record: SessionRecord, signal: AbortSignal): Promise<Move> {
    if (!record.flow.touched) return rolledBack(record);
    try {
      const { workspace } = await this.files.open(record.session.project);
      const outcome = await this.writer.write(record, signal, (guard) =>
        workspace.undo(record.session.id, guard),
      );
      return this.moveFor(record, outcome);
    } catch (error) {
      if (!(error instanceof IdsError) || !HOPELESS.includes(error.code)) throw retried(error);
      return rollbackRefused(record, refusal(error, record));
    }
  }

  private moveFor(record: SessionRecord, outcome: UndoOutcome): Move {
    // What a person wants undone was applied, so a manifest that is gone was removed by the retention since.
    if (outcome.kind === 'nothing' && record.flow.rollback?.origin === 'person') {
      return rollbackRefused(record, new IdsError('backup_gone'));
    }
    if (outcome.kind !== 'conflict') return rolledBack(record);
    return rollbackRefused(record, new IdsError('rollback_conflict', { paths: outcome.paths }));
  }

  /** No further changes until a person has looked. */
  private async closeProject({ session }: SessionRecord): Promise<void> {
    await this.projects.close(session.project, session.id);
    this.log.error(
      { alert: 'rollback_failed', sessionId: session.id, project: session.project },
      'a rollback could not succeed; the project is closed until a person opens it again',
    );
  }
}

function refusal(error: IdsError, { session }: SessionRecord): IdsError {
  if (error.code === 'rollback_failed') return error;
  const backups = `.ids/backups/${session.id}`;
  return new IdsError('rollback_failed', { reason: messageOf(error), backups });
}

/** Of the transient kind, whatever it was: the queue tries again. */
function retried(error: unknown): unknown {
  if (!(error instanceof IdsError) || error.transient) return error;
  return new IdsError('stage_failed', { stage: 'rollback', reason: error.message }, { cause: error });
}
