import type { SessionId } from '@ids/kernel';
import { CHANGED_CHANNEL, type Redis, type SessionStore } from '@ids/store';

/** Why a step's work was stopped: another step came (cancel, mostly), its time was over, or the worker shuts down. */
export type StopCause = 'past' | 'expired' | 'shutdown';

export class StepStopped extends Error {
  constructor(override readonly cause: StopCause) {
    super(`the step is stopped: ${cause}`);
    this.name = 'StepStopped';
  }
}

export interface Watched {
  /** Aborts with a StepStopped. */
  readonly signal: AbortSignal;
  end(): void;
}

interface Entry {
  readonly id: SessionId;
  readonly step: number;
  readonly abort: AbortController;
}

/** Messages may be missed, so the records are looked at themselves as well. */
const POLL_MS = 2_000;
/** The longest wait that a timer can hold. */
const MAX_TIMER_MS = 2_147_483_647;

/** Aborts the work of a step as soon as the session has gone on without it. One subscription a process. */
export class StepWatch {
  private readonly entries = new Set<Entry>();
  private timer: NodeJS.Timeout | undefined;

  /** `subscriber` is a connection of its own. */
  constructor(
    private readonly subscriber: Redis,
    private readonly store: SessionStore,
  ) {}

  async start(): Promise<void> {
    this.subscriber.on('message', (_channel: string, id: string) => this.look((entry) => entry.id === id));
    await this.subscriber.subscribe(CHANGED_CHANNEL);
    this.timer = setInterval(() => this.look(() => true), POLL_MS);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  watch(id: SessionId, step: number, deadlineAt: number | undefined, shutdown: AbortSignal): Watched {
    const abort = new AbortController();
    const entry: Entry = { id, step, abort };
    const onShutdown = (): void => abort.abort(new StepStopped('shutdown'));
    shutdown.addEventListener('abort', onShutdown, { once: true });
    const left = deadlineAt === undefined ? undefined : Math.max(0, deadlineAt - Date.now());
    const timer =
      left === undefined
        ? undefined
        : setTimeout(() => abort.abort(new StepStopped('expired')), Math.min(left, MAX_TIMER_MS));
    this.entries.add(entry);
    return {
      signal: abort.signal,
      end: () => {
        clearTimeout(timer);
        shutdown.removeEventListener('abort', onShutdown);
        this.entries.delete(entry);
      },
    };
  }

  private look(concerns: (entry: Entry) => boolean): void {
    for (const entry of this.entries) {
      if (!concerns(entry)) continue;
      // Redis away: the step goes on, and its result is checked against the record anyway.
      this.compare(entry).catch(() => undefined);
    }
  }

  private async compare(entry: Entry): Promise<void> {
    const progress = await this.store.readProgress(entry.id);
    if (progress?.step !== entry.step) entry.abort.abort(new StepStopped('past'));
  }
}
