import type { Settings, TelegramSettings } from '@ids/config';
import type { Logger, Metrics } from '@ids/observability';
import {
  ChatButtonStore,
  ChatInbox,
  ChatOutbox,
  ChatPlaceStore,
  chatRates,
  ChatWatchStore,
  Lease,
} from '@ids/store';
import type { Stores } from '../stores.js';
import { BotApi } from './api/bot-api.js';
import { Bot } from './bot.js';
import { Buttons } from './buttons/buttons.js';
import { Letters } from './delivery/letters.js';
import { Sender } from './delivery/sender.js';
import { Follower } from './following/follower.js';
import { Consumer } from './updates/consumer.js';
import type { Conversation } from './updates/conversation.js';
import { Gate } from './updates/gate.js';
import { Intake } from './updates/intake.js';
import { Polling, POLLING_LEASE_MS } from './updates/polling.js';

/** What a conversation is made of, besides what the gateway has anyway. */
export interface ConversationParts {
  readonly letters: Letters;
  readonly buttons: Buttons;
  readonly places: ChatPlaceStore;
  readonly outbox: ChatOutbox;
  readonly errands: ChatInbox;
  readonly follower: Follower;
}

export interface AssemblyParts {
  readonly settings: Settings & { readonly telegram: TelegramSettings };
  readonly stores: Stores;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly commands: readonly { readonly command: string; readonly description: string }[];
  readonly conversation: (parts: ConversationParts) => Conversation;
  /** Shorter in tests. */
  readonly leaseMs?: number;
}

/** The bot of one gateway, with all that it is made of; nothing runs yet. */
export function assembleBot(parts: AssemblyParts): { readonly bot: Bot; readonly intake: Intake } {
  const { stores, log, metrics, settings } = parts;
  const { telegram } = settings;
  const { redis } = stores;
  const api = new BotApi(telegram.token, telegram.apiRoot);
  const outbox = new ChatOutbox(redis, chatRates(telegram.messagesPerSecond));
  const buttons = new Buttons(new ChatButtonStore(redis), telegram.token);
  const watches = new ChatWatchStore(redis);
  const letters = new Letters(outbox, buttons);
  const follower = new Follower({ sessions: stores.sessions, watches, feed: stores.feed, letters, log });
  const inbox = new ChatInbox(redis);
  const errands = new ChatInbox(redis, { lane: 'errands' });
  const places = new ChatPlaceStore(redis);
  const conversation = parts.conversation({ letters, buttons, places, outbox, errands, follower });
  // The gate asks for a name that the bot learns only later.
  const named = { bot: (): Bot | undefined => undefined };
  const gate = new Gate(telegram.roles, () => named.bot()?.name);
  const intake = new Intake(gate, inbox, metrics);
  const lease = new Lease(redis, 'telegram-polling', parts.leaseMs ?? POLLING_LEASE_MS);
  const bot = new Bot({
    settings: telegram,
    api,
    intake,
    consumer: new Consumer({ inbox, errands, conversation, api, gate, log }),
    sender: new Sender({
      api,
      outbox,
      watches,
      log,
      metrics,
      onMigrated: (from, to) => conversation.migrated(from, to),
    }),
    follower,
    polling: new Polling({ api, lease, intake, log }),
    commands: parts.commands,
    log,
  });
  named.bot = () => bot;
  return { bot, intake };
}
