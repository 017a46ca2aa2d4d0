import { setTimeout as delay } from 'node:timers/promises';
import { IdsError } from '@ids/kernel';
import type { Saga } from '@ids/saga';
import { withProjectLock, type Redis, type SessionRecord } from '@ids/store';
import type { WriteGuard } from '@ids/workspace';
import { StepStopped } from './step-watch.js';

const LOCK_RETRY_MS = 100;

/** The right to write into a project: one session at a time, and only while its step is the present one. */
export class ProjectWriter {
  constructor(
    private readonly redis: Redis,
    private readonly saga: Saga,
  ) {}

  /** Waits for the project's lock, then works under it; the guard is to be asked before each rename. */
  async write<T>(
    record: SessionRecord,
    signal: AbortSignal,
    work: (guard: WriteGuard) => Promise<T>,
  ): Promise<T> {
    for (;;) {
      signal.throwIfAborted();
      const done = await withProjectLock(this.redis, record.session.project, (lock) =>
        work({
          check: async () => {
            await lock.fence();
            await this.checkStep(record);
          },
        }),
      );
      if (done !== null) return done.value;
      await delay(LOCK_RETRY_MS * (0.5 + Math.random()), undefined, { signal });
    }
  }

  private async checkStep({ session, step }: SessionRecord): Promise<void> {
    const progress = await this.saga.store.readProgress(session.id);
    if (progress === null) throw new IdsError('session_lost');
    if (progress.step !== step) throw new StepStopped('past');
  }
}
