import { messageOf } from '@ids/kernel';
import type { Logger } from '@ids/observability';
import type { Lease } from '@ids/store';
import { reasonOf, type BotApi } from '../api/bot-api.js';
import { Backoff, pause } from '../background/pause.js';
import { UPDATE_KINDS } from './update.js';

/** The lease is not given back, so gateways that start at the same time ask Telegram one after the other. */
export const REGISTRATION_LEASE_MS = 2_000;
const ASK_MS = 500;
const RETRY = { firstMs: 1_000, mostMs: 30_000 };
const AGAIN_MS = 60_000;

export interface RegistrationParts {
  readonly api: BotApi;
  readonly lease: Lease;
  readonly webhook: { readonly url: string; readonly secret: string };
  readonly log: Logger;
  /** How often it is said again. */
  readonly againMs?: number;
}

/**
 * Tells Telegram where to send updates. Each gateway does so at its start, since the secret that Telegram has cannot be
 * asked for, and again from time to time: an older gateway that polled, or had another secret, may have had the last
 * word when it was replaced.
 */
export class WebhookRegistration {
  constructor(private readonly parts: RegistrationParts) {}

  /** Goes on until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { api, lease, webhook, log, againMs = AGAIN_MS } = this.parts;
    const backoff = new Backoff(RETRY.firstMs, RETRY.mostMs);
    while (!signal.aborted) {
      try {
        if (!(await lease.hold())) {
          await pause(ASK_MS, signal);
          continue;
        }
        const outcome = await api.setWebhook(webhook.url, webhook.secret, UPDATE_KINDS);
        if (outcome.kind === 'done') {
          backoff.reset();
          await pause(againMs, signal);
          continue;
        }
        log.warn({ reason: reasonOf(outcome) }, 'Telegram did not take the webhook; it is asked again');
      } catch (error) {
        log.warn({ reason: messageOf(error) }, 'the webhook waits');
      }
      await pause(backoff.next(), signal);
    }
  }
}
