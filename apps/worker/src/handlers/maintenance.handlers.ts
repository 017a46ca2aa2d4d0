import type { Settings } from '@ids/config';
import { isEnd } from '@ids/contracts';
import { isSessionId, messageOf, type SessionId } from '@ids/kernel';
import type { Logger } from '@ids/observability';
import { HandlesJob, type JobHandler } from '@ids/queue';
import { Reconciler } from '@ids/saga';
import { ProjectStore, SessionStore, withProjectLock, type Redis } from '@ids/store';
import { Workspace } from '@ids/workspace';
import { Inject, Injectable } from '@nestjs/common';
import { LOGGER, REDIS, SETTINGS } from '../tokens.js';

/** Compares open sessions with the queues, and repairs. */
@Injectable()
@HandlesJob('reconcile')
export class ReconcileHandler implements JobHandler<'reconcile'> {
  constructor(
    private readonly reconciler: Reconciler,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  async handle(): Promise<void> {
    const sweep = await this.reconciler.sweep();
    if (sweep.renewed + sweep.expired > 0) this.log.warn({ sweep }, 'repaired sessions');
  }
}

/** Backups within their bounds, sessions' indexes without the ones that expired, and nothing half done for ever. */
@Injectable()
@HandlesJob('retention')
export class RetentionHandler implements JobHandler<'retention'> {
  constructor(
    private readonly projects: ProjectStore,
    private readonly store: SessionStore,
    @Inject(REDIS) private readonly redis: Redis,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  async handle(): Promise<void> {
    for (const project of await this.projects.list()) {
      try {
        await this.tend(project.name, project.path);
      } catch (error) {
        // One project that is gone or read-only must not keep the others from being tended.
        this.log.warn({ project: project.name, reason: messageOf(error) }, 'backups could not be tended');
      }
    }
    await this.store.pruneIndexes();
  }

  private async tend(name: string, path: string): Promise<void> {
    const { maxFileBytes, backups } = this.settings.pipeline;
    const workspace = new Workspace(path, { maxFileBytes });
    await withProjectLock(this.redis, name, async (lock) => {
      for (const session of await workspace.unfinished()) {
        if (await this.isKnown(session)) continue;
        // Redis was emptied and the worker died: nobody else will undo this.
        this.log.warn({ project: name, sessionId: session }, 'undoing what a lost session had begun');
        await workspace.undo(session, { check: () => lock.fence() });
      }
      const removed = await workspace.retainBackups(backups, (session) => this.isNeeded(session));
      if (removed.length > 0)
        this.log.info({ project: name, removed: removed.length }, 'removed old backups');
    });
  }

  private async isKnown(session: SessionId): Promise<boolean> {
    return (await this.store.readProgress(session)) !== null;
  }

  private async isNeeded(session: string): Promise<boolean> {
    if (!isSessionId(session)) return false;
    const record = await this.store.read(session);
    return record !== null && (!isEnd(record.session.status) || record.session.status === 'rollback_failed');
  }
}
