import { IdsError, messageOf, systemClock, type Clock } from '@ids/kernel';
import type { Logger } from '@ids/observability';
import type { ChatInbox, TakenUpdate } from '@ids/store';
import { isRedisAway } from '../../http/redis-errors.js';
import { Backoff, pause } from '../background/pause.js';
import { Pump, type Taken } from '../background/pump.js';
import { RareLog } from '../background/rare-log.js';

/** What is done with what was taken. Either may come again for the same payload. */
export interface Handler {
  handle(payload: string): Promise<void>;
  /** It failed for good. */
  giveUp(payload: string, error: unknown): Promise<void>;
}

export interface ConsumerOptions {
  /** For the log: the things that are worked on. */
  readonly name: string;
  /** Chats at the same time. */
  readonly atOnce: number;
  readonly log: Logger;
  /** What passes (no worker answers, say) is tried again for so long. */
  readonly patienceMs?: number;
  readonly clock?: Clock;
}

/** How soon what another gateway took in is seen. */
const LOOK_MS = 250;
const PATIENCE_MS = 300_000;
const BACKOFF = { firstMs: 200, mostMs: 5_000 };

/** It is left to another process, since this one ends. */
class Left extends Error {}

/**
 * Works on what waits in an inbox: chats in parallel over all gateways, each in its order. A handler may take as long as
 * it needs, since its lease is extended meanwhile; one that fails stops nothing, and what it failed at is never done
 * a third way: it passes and is tried again, or it is given up.
 */
export class Consumer {
  private readonly pump: Pump;
  private readonly rare: RareLog;
  private readonly clock: Clock;

  constructor(
    private readonly inbox: ChatInbox,
    private readonly handler: Handler,
    private readonly options: ConsumerOptions,
  ) {
    const { name, atOnce, log } = options;
    this.pump = new Pump(() => this.take(), { name, atOnce, lookMs: LOOK_MS, log });
    this.rare = new RareLog(log);
    this.clock = options.clock ?? systemClock;
    inbox.onReady(() => this.pump.wake());
  }

  start(): void {
    this.pump.start();
  }

  /** Takes nothing more; what is not done in so long is done by another gateway, once its lease is over. */
  async stop(graceMs: number): Promise<void> {
    await this.pump.stop(graceMs);
  }

  private async take(): Promise<Taken> {
    const taken = await this.inbox.take();
    return taken === null ? { waitMs: undefined } : { work: () => this.work(taken) };
  }

  private async work(taken: TakenUpdate): Promise<void> {
    const extending = setInterval(() => {
      // One that fails costs at worst that another does it once more, which is borne.
      taken.extend().catch(() => undefined);
    }, this.inbox.leaseMs / 3);
    try {
      await this.handle(taken.payload);
      await this.insist(() => taken.finish());
    } catch (error) {
      if (!(error instanceof Left)) throw error;
    } finally {
      clearInterval(extending);
    }
  }

  private async handle(payload: string): Promise<void> {
    const { handler } = this;
    const { log, name } = this.options;
    try {
      await this.insist(() => handler.handle(payload));
    } catch (error) {
      if (error instanceof Left) throw error;
      log.error({ err: error }, `one of ${name} failed`);
      await this.insist(() => handler.giveUp(payload, error)).catch((giving: unknown) => {
        if (giving instanceof Left) throw giving;
        // It must not come again for ever: its chat would stand still.
        log.error({ err: giving }, `whoever sent one of ${name} could not be told that it failed`);
      });
    }
  }

  /**
   * Tries again what passes: however long while Redis is away, since then nobody could be told either.
   * @throws what does not pass, or did not for too long; Left if this process ends
   */
  private async insist<T>(work: () => Promise<T>): Promise<T> {
    const { patienceMs = PATIENCE_MS, name } = this.options;
    const end = this.clock.now() + patienceMs;
    const backoff = new Backoff(BACKOFF.firstMs, BACKOFF.mostMs);
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (!passes(error)) throw error;
        if (this.clock.now() > end && (await this.inbox.answers())) throw error;
        if (this.pump.signal.aborted) throw new Left();
        this.rare.warn({ reason: messageOf(error) }, `${name} are tried again`);
        await pause(backoff.next(), this.pump.signal);
      }
    }
  }
}

/** Whether it may go well the next time. */
function passes(error: unknown): boolean {
  return error instanceof IdsError ? error.transient : isRedisAway(error);
}
