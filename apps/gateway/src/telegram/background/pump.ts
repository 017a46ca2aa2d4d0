import { messageOf } from '@ids/kernel';
import type { Logger } from '@ids/observability';
import { Backoff, pause } from './pause.js';
import { RareLog } from './rare-log.js';

/** Some work, or how long there will be none; `undefined` if that is not known. */
export type Taken =
  | { readonly work: () => Promise<void> }
  /** `limited`: what comes meanwhile has to wait so long, too, so nobody need be woken for it. */
  | { readonly waitMs: number | undefined; readonly limited?: boolean };

export interface PumpOptions {
  /** For the log. */
  readonly name: string;
  readonly atOnce: number;
  /** What others put is seen after so long at the latest. */
  readonly lookMs: number;
  readonly log: Logger;
}

const BACKOFF = { firstMs: 100, mostMs: 2_000 };

/**
 * Takes work and does it, several pieces at once, until it is stopped. Nothing ends it: work that fails is logged, and
 * where none can be taken (Redis is away) it asks again. One look at a time, however many could work.
 */
export class Pump {
  private readonly stopping = new AbortController();
  private readonly running = new Set<Promise<void>>();
  private readonly rare: RareLog;
  /** Somebody woke it since it began to look. */
  private woken = false;
  private resume: () => void = () => undefined;
  private loop: Promise<void> | undefined;

  constructor(
    private readonly take: () => Promise<Taken>,
    private readonly options: PumpOptions,
  ) {
    this.rare = new RareLog(options.log);
  }

  /** Aborts when it is stopped. */
  get signal(): AbortSignal {
    return this.stopping.signal;
  }

  start(): void {
    this.loop ??= this.run();
  }

  /** There may be work now. Whoever says so ends first what it is at: an update is answered before it is worked on. */
  wake(): void {
    setImmediate(() => {
      this.woken = true;
      this.resume();
    });
  }

  /** Takes nothing more; waits for what is being done, but no longer than so many milliseconds. */
  async stop(graceMs: number): Promise<void> {
    this.stopping.abort();
    this.wake();
    const over = new AbortController();
    const done = Promise.allSettled([this.loop, ...this.running]).then(() => over.abort());
    await Promise.race([done, pause(graceMs, over.signal)]);
  }

  private async run(): Promise<void> {
    const backoff = new Backoff(BACKOFF.firstMs, BACKOFF.mostMs);
    while (!this.signal.aborted) {
      if (this.running.size >= this.options.atOnce) {
        await Promise.race(this.running);
        continue;
      }
      // Before the look, so that what comes while it lasts is not missed.
      this.woken = false;
      try {
        const taken = await this.take();
        backoff.reset();
        if ('work' in taken) this.begin(taken.work);
        else await this.rest(taken.waitMs, taken.limited === true);
      } catch (error) {
        this.rare.warn({ reason: messageOf(error) }, `${this.options.name} wait`);
        await pause(backoff.next(), this.signal);
      }
    }
  }

  private begin(work: () => Promise<void>): void {
    const piece = work()
      .catch((error: unknown) => this.options.log.error({ err: error }, `one of ${this.options.name} broke`))
      .finally(() => this.running.delete(piece));
    this.running.add(piece);
  }

  private async rest(waitMs: number | undefined, limited: boolean): Promise<void> {
    const { lookMs } = this.options;
    const milliseconds = Math.max(1, Math.min(waitMs ?? lookMs, lookMs));
    if (limited) return await pause(milliseconds, this.signal);
    if (this.woken) return;
    // Not by a signal: this happens for each piece of work, and an error would be made each time.
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.resume = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
