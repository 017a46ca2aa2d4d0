import { setTimeout as delay } from 'node:timers/promises';
import type { TelegramSettings } from '@ids/config';
import type { Logger } from '@ids/observability';
import type { BotApi } from './api/bot-api.js';
import type { Outcome } from './api/outcome.js';
import type { Sender } from './delivery/sender.js';
import type { Consumer } from './updates/consumer.js';
import type { BotName } from './updates/gate.js';
import type { Intake } from './updates/intake.js';
import type { Polling } from './updates/polling.js';
import { UPDATE_KINDS } from './updates/update.js';

const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 30_000;
/** Below what the gateway allows itself to drain. */
const GRACE_MS = 5_000;

/** Whatever follows sessions and tells their chats. */
export interface Following {
  start(): void;
  stop(): Promise<void>;
}

export interface BotParts {
  readonly settings: TelegramSettings;
  readonly api: BotApi;
  readonly intake: Intake;
  readonly consumer: Consumer;
  readonly sender: Sender;
  readonly follower: Following;
  readonly polling: Polling;
  readonly commands: readonly { readonly command: string; readonly description: string }[];
  readonly log: Logger;
}

/** The bot of one gateway. Telegram that is away keeps neither the gateway from starting nor the bot from trying on. */
export class Bot {
  private readonly stopping = new AbortController();
  private known: BotName | undefined;
  private begun: Promise<void> = Promise.resolve();

  constructor(private readonly parts: BotParts) {}

  /** Its name, once Telegram has told it. */
  get name(): BotName | undefined {
    return this.known;
  }

  /** Returns at once. */
  start(): void {
    const { settings, log, intake, consumer, sender, follower } = this.parts;
    if (settings.roles.size === 0) {
      log.warn('ALLOWED_TELEGRAM_USERS is empty: the bot answers nobody');
    }
    intake.onTaken(() => consumer.look());
    sender.start();
    follower.start();
    this.begun = this.introduce();
  }

  /** Lets another gateway go on, within some seconds. */
  async stop(): Promise<void> {
    const { polling, consumer, sender, follower } = this.parts;
    this.stopping.abort();
    await this.begun;
    await polling.stop();
    await Promise.all([consumer.stop(GRACE_MS), follower.stop()]);
    await sender.stop();
  }

  /** Updates are looked at only once it is known which commands are meant for this bot. */
  private async introduce(): Promise<void> {
    const { settings, api, consumer, polling, commands } = this.parts;
    const me = await this.untilDone('getMe', () => api.me());
    if (me === undefined) return;
    this.known = me;
    consumer.start();
    const { webhook } = settings;
    if (webhook === undefined) polling.start();
    else await this.untilDone('setWebhook', () => api.setWebhook(webhook.url, webhook.secret, UPDATE_KINDS));
    await this.untilDone('setMyCommands', () => api.setCommands(commands));
  }

  private async untilDone<T>(what: string, call: () => Promise<Outcome<T>>): Promise<T | undefined> {
    for (let wait = FIRST_RETRY_MS; !this.stopping.signal.aborted; wait = Math.min(2 * wait, LAST_RETRY_MS)) {
      const outcome = await call();
      if (outcome.kind === 'done') return outcome.result;
      const reason = 'description' in outcome ? outcome.description : outcome.kind;
      this.parts.log.warn({ reason }, `Telegram did not do ${what}; it is tried again`);
      await delay(wait, undefined, { signal: this.stopping.signal }).catch(() => undefined);
    }
    return undefined;
  }
}
