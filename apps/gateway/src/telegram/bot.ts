import type { TelegramSettings } from '@ids/config';
import type { Logger } from '@ids/observability';
import { reasonOf, type BotApi, type BotCommand, type Outcome } from './api/bot-api.js';
import { Backoff, pause } from './background/pause.js';
import type { Sender } from './delivery/sender.js';
import type { Consumer } from './updates/consumer.js';
import type { Polling } from './updates/polling.js';
import type { WebhookRegistration } from './updates/webhook-registration.js';

const RETRY = { firstMs: 1_000, mostMs: 30_000 };
/** Below what the gateway allows itself to drain. */
const GRACE_MS = 4_000;

/** Whatever follows sessions and tells their chats. */
export interface Following {
  start(): void;
  stop(): Promise<void>;
}

export interface BotParts {
  readonly settings: TelegramSettings;
  readonly api: BotApi;
  /** What works on updates, made once the bot's name is known: commands to other bots are none of ours. */
  readonly consumers: (username: string) => readonly Consumer[];
  readonly sender: Sender;
  readonly follower: Following;
  readonly polling: Polling;
  readonly registration: WebhookRegistration | undefined;
  readonly commands: readonly BotCommand[];
  readonly log: Logger;
}

/** The bot of one gateway. Telegram that is away keeps neither the gateway from starting nor the bot from trying on. */
export class Bot {
  private readonly stopping = new AbortController();
  private consumers: readonly Consumer[] = [];
  private introducing: Promise<unknown> = Promise.resolve();

  constructor(private readonly parts: BotParts) {}

  /** Returns at once. */
  start(): void {
    const { settings, log, sender, follower, polling, registration } = this.parts;
    if (settings.roles.size === 0) log.warn('ALLOWED_TELEGRAM_USERS is empty: the bot answers nobody');
    sender.start();
    follower.start();
    if (registration === undefined) polling.start();
    this.introducing = Promise.all([
      this.learnName(),
      this.untilDone('setMyCommands', () => this.parts.api.setCommands(this.parts.commands)),
      registration?.run(this.stopping.signal),
    ]);
  }

  /** Lets another gateway go on, within some seconds. */
  async stop(): Promise<void> {
    const { polling, sender, follower } = this.parts;
    this.stopping.abort();
    const ending = new AbortController();
    const ended = Promise.allSettled([
      polling.stop(),
      this.introducing,
      ...this.consumers.map((consumer) => consumer.stop(GRACE_MS)),
      follower.stop(),
      sender.stop(GRACE_MS),
    ]).then(() => ending.abort());
    await Promise.race([ended, pause(GRACE_MS, ending.signal)]);
  }

  private async learnName(): Promise<void> {
    const me = await this.untilDone('getMe', () => this.parts.api.me());
    if (me === undefined || this.stopping.signal.aborted) return;
    this.consumers = this.parts.consumers(me.username);
    for (const consumer of this.consumers) consumer.start();
  }

  /** Undefined only once the bot stops. */
  private async untilDone<T>(what: string, call: () => Promise<Outcome<T>>): Promise<T | undefined> {
    const { signal } = this.stopping;
    const backoff = new Backoff(RETRY.firstMs, RETRY.mostMs);
    while (!signal.aborted) {
      const outcome = await call();
      if (outcome.kind === 'done') return outcome.result;
      this.parts.log.warn(
        { method: what, reason: reasonOf(outcome) },
        'Telegram did not do it; it is asked again',
      );
      await pause(outcome.kind === 'flood' ? outcome.retryMs : backoff.next(), signal);
    }
    return undefined;
  }
}
