import type { JobRequest, SessionError, SessionEvent } from '@ids/contracts';
import { isEnd } from '@ids/contracts';
import { IdsError, systemClock, type Clock, type SessionId } from '@ids/kernel';
import type { JobProducer } from '@ids/queue';
import type { SessionRecord, SessionStore } from '@ids/store';
import { applyMove, type Move } from './move.js';
import { failed } from './moves.js';

export interface SagaOptions {
  /** How long one stage of a session may take. */
  readonly stageDeadlineMs: number;
  /** Told when jobs had to stay in the outbox. */
  readonly onUnpublished?: (error: unknown) => void;
}

/** How often a command is tried again when a stage moved the session at the same moment. */
const MAX_CONFLICTS = 20;

/** Carries sessions from state to state: reads the record, writes the next in one script, puts out its jobs. */
export class Saga {
  constructor(
    readonly store: SessionStore,
    private readonly jobs: JobProducer,
    private readonly options: SagaOptions,
    private readonly clock: Clock = systemClock,
  ) {}

  /** The record if `step` is its present one; null if that is past or the session is gone: then leave. */
  async current(sessionId: SessionId, step: number): Promise<SessionRecord | null> {
    const record = await this.store.read(sessionId);
    return record?.step === step ? record : null;
  }

  /** Writes a move on what was read. Null if another was first: then nothing was changed. */
  async advance(record: SessionRecord, move: Move): Promise<SessionRecord | null> {
    const moved = applyMove(record, move, this.clock.now(), this.options.stageDeadlineMs);
    const outcome = await this.store.transition(
      record.session.status,
      moved.record,
      moved.events,
      moved.jobs,
    );
    if (outcome !== 'done') return null;
    await this.publish(moved.jobs);
    return moved.record;
  }

  /**
   * Puts jobs that stand in the outbox into their queues. What cannot be put stays in the outbox for the reconciler:
   * the transition is written, so a queue that is away is no failure of the caller.
   */
  async publish(jobs: readonly JobRequest[]): Promise<void> {
    if (jobs.length === 0) return;
    try {
      // A second undo of a session has the id of the first, which may still be kept as finished.
      await Promise.all(
        jobs.map((job) => (job.name === 'rollback' ? this.jobs.renew(job) : this.jobs.add(job))),
      );
      await this.store.published(jobs.map((job) => job.id));
    } catch (error) {
      this.options.onUnpublished?.(error);
    }
  }

  /**
   * Reads, decides and writes until no other writer comes between.
   * @throws IdsError `session_not_found`, or what `decide` throws
   */
  async command(
    sessionId: SessionId,
    decide: (record: SessionRecord) => Move | null,
  ): Promise<SessionRecord> {
    for (let tries = 0; tries < MAX_CONFLICTS; tries += 1) {
      const record = await this.store.read(sessionId);
      if (record === null) throw new IdsError('session_not_found', { session: sessionId });
      const move = decide(record);
      if (move === null) return record;
      const next = await this.advance(record, move);
      if (next !== null) {
        // What waited for the old step need not run; what runs finds its step past.
        await this.jobs.discard(record.flow.jobs).catch(() => undefined);
        return next;
      }
    }
    throw new IdsError('overloaded', { seconds: 1 });
  }

  /**
   * A stage failed: the session is rolled back. Nothing happens if its step is past, or if it is at an end or on its
   * way back already, so this may be told twice and late.
   */
  async fail(sessionId: SessionId, error: SessionError, step?: number): Promise<void> {
    await this.ignoringMissing(
      this.command(sessionId, (record) => {
        const { status } = record.session;
        if (step !== undefined && record.step !== step) return null;
        if (isEnd(status) || status === 'rolling_back') return null;
        if (status === 'awaiting_approval' || status === 'awaiting_guidance') return null;
        return failed(record, error);
      }),
    );
  }

  private async ignoringMissing(work: Promise<unknown>): Promise<void> {
    try {
      await work;
    } catch (error) {
      if (!(error instanceof IdsError) || error.code !== 'session_not_found') throw error;
    }
  }

  /** Tells of progress while the step lasts. */
  async note(record: SessionRecord, event: SessionEvent): Promise<void> {
    await this.store.note(record.session.id, record.step, event);
  }
}
