import type { Stage } from '@ids/contracts';
import { IdsError, messageOf, type SessionId } from '@ids/kernel';
import type { Logger, Metrics } from '@ids/observability';
import type { JobContext } from '@ids/queue';
import type { Move, Saga } from '@ids/saga';
import type { SessionRecord } from '@ids/store';
import { StepStopped, type StepWatch } from './step-watch.js';

/** A stage that was started so often has killed its workers (DESIGN section 2, point 9). */
const MAX_STARTS = 8;

export interface StepData {
  readonly sessionId: SessionId;
  readonly step: number;
}

/** The work of one step: what it leads to, or null if it moves the session by itself or not at all. */
export type StageWork = (record: SessionRecord, signal: AbortSignal) => Promise<Move | null>;

/** What all stages share: leave if the step is past, bound starts and time, write the move. */
export class StageRunner {
  constructor(
    private readonly saga: Saga,
    private readonly watch: StepWatch,
    private readonly metrics: Metrics,
    private readonly log: Logger,
  ) {}

  /**
   * Runs the work of a step if it is still the session's present one.
   * @throws IdsError `stage_died`, `deadline_exceeded`, or what the work throws
   */
  async run(stage: Stage, data: StepData, context: JobContext, work: StageWork): Promise<void> {
    const record = await this.saga.current(data.sessionId, data.step);
    if (record === null) return;
    if (stage !== 'rollback' && context.starts > MAX_STARTS) {
      throw new IdsError('stage_died', { stage, starts: MAX_STARTS });
    }
    const log = this.log.child({ sessionId: data.sessionId, stage, jobId: context.jobId });
    const watched = this.watch.watch(data.sessionId, data.step, record.flow.deadlineAt, context.signal);
    const end = this.metrics.stageSeconds.startTimer({ stage });
    try {
      const move = await work(record, watched.signal);
      if (move !== null) await this.saga.advance(record, move);
      end({ outcome: move?.to ?? 'done' });
    } catch (error) {
      end({ outcome: 'error' });
      log.info({ reason: messageOf(error) }, 'stage stopped');
      this.explain(error, stage, record, watched.signal);
    } finally {
      watched.end();
    }
  }

  /** Work that was stopped throws the cause of the stop, perhaps wrapped by a library on its way. */
  private explain(error: unknown, stage: Stage, record: SessionRecord, signal: AbortSignal): void {
    const reason: unknown = signal.aborted ? signal.reason : error;
    if (!(reason instanceof StepStopped)) throw error;
    if (reason.cause === 'past') return;
    if (reason.cause === 'shutdown') throw reason;
    const seconds = Math.round(
      ((record.flow.deadlineAt ?? 0) - Date.parse(record.session.updatedAt)) / 1_000,
    );
    throw new IdsError('deadline_exceeded', { stage, seconds });
  }
}
