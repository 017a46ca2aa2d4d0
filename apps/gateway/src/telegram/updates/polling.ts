import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '@ids/kernel';
import type { Logger } from '@ids/observability';
import type { Lease } from '@ids/store';
import { z } from 'zod';
import type { BotApi } from '../api/bot-api.js';
import type { Intake } from './intake.js';
import { UPDATE_KINDS } from './update.js';

export const POLLING_LEASE_MS = 15_000;
/** How often those without the lease ask for it. */
const ASK_MS = 1_000;
const HOLD_SECONDS = 25;
const BACK_OFF_MS = 1_000;

const numberedSchema = z.object({ update_id: z.int() });

export interface PollingParts {
  readonly api: BotApi;
  readonly lease: Lease;
  readonly intake: Intake;
  readonly log: Logger;
}

/**
 * Long polling by the one gateway that has the lease; the others wait for it. Whatever fails, it goes on. Updates are
 * confirmed by the next poll, so only once they are in Redis.
 */
export class Polling {
  private readonly stopping = new AbortController();
  private loop: Promise<void> = Promise.resolve();

  constructor(private readonly parts: PollingParts) {}

  start(): void {
    this.loop = this.run();
  }

  /** Lets another gateway take over at once. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.loop;
  }

  private async run(): Promise<void> {
    const { lease, log } = this.parts;
    while (!this.stopping.signal.aborted) {
      try {
        if (await lease.hold()) await this.pollWhileHeld();
        else await this.pause(ASK_MS);
      } catch (error) {
        log.warn({ reason: messageOf(error) }, 'polling of Telegram waits');
        await this.pause(BACK_OFF_MS);
      }
    }
    // A lease that cannot be given back ends by itself.
    await lease.release().catch(() => undefined);
  }

  private async pollWhileHeld(): Promise<void> {
    const { api, lease } = this.parts;
    const lost = new AbortController();
    const renewal = setInterval(() => {
      lease.hold().then(
        (held) => {
          if (!held) lost.abort();
        },
        () => lost.abort(),
      );
    }, POLLING_LEASE_MS / 3);
    const signal = AbortSignal.any([lost.signal, this.stopping.signal]);
    try {
      // A webhook that was set before would keep updates from coming here; those that wait are kept.
      while (!signal.aborted && (await api.deleteWebhook()).kind !== 'done') await this.pause(BACK_OFF_MS);
      await this.poll(signal);
    } finally {
      clearInterval(renewal);
    }
  }

  private async poll(signal: AbortSignal): Promise<void> {
    const { api, log } = this.parts;
    // 0 gives all that nobody confirmed; what was taken before is known.
    let offset = 0;
    while (!signal.aborted) {
      const outcome = await api.updates(offset, HOLD_SECONDS, UPDATE_KINDS, signal);
      if (outcome.kind === 'done') offset = await this.takeAll(outcome.result, offset);
      else if (!signal.aborted) {
        const reason = 'description' in outcome ? outcome.description : outcome.kind;
        log.warn({ reason }, 'Telegram gave no updates');
        await this.pause(outcome.kind === 'flood' ? outcome.retryMs : BACK_OFF_MS);
      }
    }
  }

  /** The offset that confirms what was taken; one that could not be kept, and those behind it, come again. */
  private async takeAll(updates: readonly unknown[], offset: number): Promise<number> {
    let next = offset;
    for (const update of updates) {
      if ((await this.parts.intake.take(update)) === 'full') {
        await this.pause(BACK_OFF_MS);
        return next;
      }
      const numbered = numberedSchema.safeParse(update);
      if (numbered.success) next = Math.max(next, numbered.data.update_id + 1);
    }
    return next;
  }

  private async pause(milliseconds: number): Promise<void> {
    await delay(milliseconds, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }
}
