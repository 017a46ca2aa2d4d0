import { messageOf } from '@ids/kernel';
import type { Logger } from '@ids/observability';
import type { Lease } from '@ids/store';
import { z } from 'zod';
import { reasonOf, type BotApi, type Outcome } from '../api/bot-api.js';
import { Backoff, pause } from '../background/pause.js';
import { RareLog } from '../background/rare-log.js';
import type { Intake } from './intake.js';
import { UPDATE_KINDS } from './update.js';

export const POLLING_LEASE_MS = 15_000;
/** How often those without the lease ask for it. */
const ASK_MS = 1_000;
/** How long Telegram holds a poll that has nothing to tell. */
const HOLD_SECONDS = 25;
const FULL_MS = 1_000;
const BACKOFF = { firstMs: 500, mostMs: 15_000 };

const numberedSchema = z.object({ update_id: z.int() });

export interface PollingParts {
  readonly api: BotApi;
  readonly lease: Lease;
  readonly leaseMs: number;
  readonly intake: Intake;
  readonly log: Logger;
}

/**
 * Long polling by the one gateway that has the lease; the others wait for it. Whatever fails, it goes on. Updates are
 * confirmed by the next poll, so only once they are in Redis; those that another took in before are known there.
 */
export class Polling {
  private readonly stopping = new AbortController();
  private readonly rare: RareLog;
  private loop: Promise<void> | undefined;

  constructor(private readonly parts: PollingParts) {
    this.rare = new RareLog(parts.log);
  }

  start(): void {
    this.loop ??= this.run();
  }

  /** Lets another gateway take over at once. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.loop;
  }

  private async run(): Promise<void> {
    const { lease } = this.parts;
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        if (await lease.hold()) await this.pollWhileHeld();
        else await pause(ASK_MS, signal);
      } catch (error) {
        this.rare.warn({ reason: messageOf(error) }, 'polling of Telegram waits');
        await pause(ASK_MS, signal);
      }
    }
    // A lease that cannot be given back, since Redis is away, ends by itself.
    await lease.release().catch(() => undefined);
  }

  private async pollWhileHeld(): Promise<void> {
    const { lease, leaseMs } = this.parts;
    const over = new AbortController();
    const end = (): void => over.abort();
    let lostAt = performance.now() + leaseMs;
    const renewal = setInterval(() => {
      const asked = performance.now();
      if (asked > lostAt) end();
      lease.hold().then(
        (held) => (held ? (lostAt = asked + leaseMs) : end()),
        // Redis may be back before the lease is over; if not, the next look ends it.
        () => undefined,
      );
    }, leaseMs / 3);
    this.stopping.signal.addEventListener('abort', end, { once: true });
    // It may have been stopped while the lease was asked for.
    if (this.stopping.signal.aborted) end();
    try {
      await this.poll(over.signal);
    } finally {
      clearInterval(renewal);
      this.stopping.signal.removeEventListener('abort', end);
    }
  }

  private async poll(signal: AbortSignal): Promise<void> {
    const { api } = this.parts;
    const backoff = new Backoff(BACKOFF.firstMs, BACKOFF.mostMs);
    let offset = 0;
    let webhookGone = false;
    while (!signal.aborted) {
      // A webhook that was set before would keep updates from coming here; those that wait are kept.
      const outcome = webhookGone
        ? await api.updates(offset, HOLD_SECONDS, UPDATE_KINDS, signal)
        : await api.deleteWebhook();
      if (signal.aborted) return;
      if (outcome.kind !== 'done') {
        webhookGone = false;
        this.rare.warn({ reason: reasonOf(outcome) }, 'Telegram gave no updates; it is asked again');
        await pause(waitOf(outcome, backoff), signal);
        continue;
      }
      backoff.reset();
      webhookGone = true;
      if (Array.isArray(outcome.result)) offset = await this.takeAll(outcome.result, offset, signal);
    }
  }

  /**
   * The offset that confirms what was taken. What could not be kept comes again, and what is behind it with it; the
   * other chats are not held up by a chat that is full.
   */
  private async takeAll(updates: readonly unknown[], offset: number, signal: AbortSignal): Promise<number> {
    const { intake } = this.parts;
    const full = new Set<number | undefined>();
    let next = offset;
    for (const update of updates) {
      if (signal.aborted) return next;
      if (full.size > 0 && full.has(intake.chatOf(update))) continue;
      if ((await intake.take(update)) === 'full') full.add(intake.chatOf(update));
      const number = numberedSchema.safeParse(update).data?.update_id;
      if (full.size === 0 && number !== undefined) next = Math.max(next, number + 1);
    }
    if (full.size > 0) this.rare.warn({ chats: full.size }, 'chats have too many updates that wait');
    // Nothing was confirmed, so the next poll would be answered at once with the same.
    if (next === offset && updates.length > 0) await pause(FULL_MS, signal);
    return next;
  }
}

function waitOf(outcome: Outcome<unknown>, backoff: Backoff): number {
  return outcome.kind === 'flood' ? outcome.retryMs : backoff.next();
}
