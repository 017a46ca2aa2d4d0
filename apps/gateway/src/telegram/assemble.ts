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
import { BotApi, type BotCommand } from './api/bot-api.js';
import { Bot } from './bot.js';
import { Buttons } from './buttons/buttons.js';
import { Letters } from './delivery/letters.js';
import { SenderMessages } from './delivery/sender-messages.js';
import { Sender } from './delivery/sender.js';
import { Follower } from './following/follower.js';
import { Consumer } from './updates/consumer.js';
import type { Conversation } from './updates/conversation.js';
import { Gate } from './updates/gate.js';
import { UpdateHandler } from './updates/handler.js';
import { Intake } from './updates/intake.js';
import { Polling, POLLING_LEASE_MS } from './updates/polling.js';
import { REGISTRATION_LEASE_MS, WebhookRegistration } from './updates/webhook-registration.js';

/** Chats whose updates, and whose errands, one gateway works on at the same time. */
const UPDATES_AT_ONCE = 16;
const ERRANDS_AT_ONCE = 4;

/** What a conversation is made of, besides what the gateway has anyway. */
export interface ConversationParts {
  readonly letters: Letters;
  readonly buttons: Buttons;
  readonly places: ChatPlaceStore;
  readonly outbox: ChatOutbox;
  /** Of the lane `errands`. */
  readonly errands: ChatInbox;
  readonly follower: Follower;
}

/** Shorter in tests. */
export interface AssemblyTimes {
  readonly pollingLeaseMs?: number;
  readonly updateLeaseMs?: number;
  /** How often Telegram is told of the webhook. */
  readonly webhookAgainMs?: number;
  /** How long what passes is tried again. */
  readonly patienceMs?: number;
}

export interface AssemblyParts {
  readonly settings: Settings & { readonly telegram: TelegramSettings };
  readonly stores: Stores;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly commands: readonly BotCommand[];
  readonly conversation: (parts: ConversationParts) => Conversation;
  readonly times?: AssemblyTimes;
}

/** The bot of one gateway, with all that it is made of; nothing runs yet. */
export function assembleBot(parts: AssemblyParts): {
  readonly bot: Bot;
  readonly intake: Intake;
  readonly outbox: ChatOutbox;
} {
  const { stores, log, metrics, settings, times = {} } = parts;
  const { telegram } = settings;
  const { redis } = stores;
  const { updateLeaseMs: leaseMs, pollingLeaseMs = POLLING_LEASE_MS } = times;
  const api = new BotApi(telegram.token, telegram.apiRoot, { onFlood: () => metrics.telegramFloods.inc() });
  const outbox = new ChatOutbox(redis, chatRates(telegram.messagesPerSecond));
  const buttons = new Buttons(new ChatButtonStore(redis), telegram.token);
  const watches = new ChatWatchStore(redis);
  const letters = new Letters(outbox, buttons);
  const follower = new Follower({ sessions: stores.sessions, watches, feed: stores.feed, letters, log });
  const lane = (name: string): ChatInbox =>
    new ChatInbox(redis, { lane: name, ...(leaseMs === undefined ? {} : { leaseMs }) });
  const [inbox, errands] = [lane('updates'), lane('errands')];
  const places = new ChatPlaceStore(redis);
  const conversation = parts.conversation({ letters, buttons, places, outbox, errands, follower });
  const intake = new Intake(new Gate(telegram.roles, botIdOf(telegram.token)), inbox, metrics);
  const bot = new Bot({
    settings: telegram,
    api,
    consumers: (username) => consumersOf(parts, { conversation, api, inbox, errands, username }),
    sender: new Sender({
      messages: new SenderMessages(api, watches),
      outbox,
      log,
      metrics,
      onMigrated: (from, to) => conversation.migrated(from, to),
    }),
    follower,
    polling: new Polling({
      api,
      lease: new Lease(redis, 'telegram-polling', pollingLeaseMs),
      leaseMs: pollingLeaseMs,
      intake,
      log,
    }),
    registration: registrationOf(parts, api),
    commands: parts.commands,
    log,
  });
  return { bot, intake, outbox };
}

interface ConsumerNeeds {
  readonly conversation: Conversation;
  readonly api: BotApi;
  readonly inbox: ChatInbox;
  readonly errands: ChatInbox;
  readonly username: string;
}

function consumersOf(parts: AssemblyParts, needs: ConsumerNeeds): readonly Consumer[] {
  const { log, metrics, settings, times } = parts;
  const { conversation, api, inbox, errands, username } = needs;
  const { roles } = settings.telegram;
  const options = { log, ...(times?.patienceMs === undefined ? {} : { patienceMs: times.patienceMs }) };
  const updates = new UpdateHandler({ conversation, api, roles, metrics }, username);
  const errand = {
    handle: (payload: string) => conversation.errand(payload),
    // What failed for good is told by the errand itself; if even that failed, the log has it.
    giveUp: () => Promise.resolve(),
  };
  return [
    new Consumer(inbox, updates, { ...options, name: 'updates of chats', atOnce: UPDATES_AT_ONCE }),
    new Consumer(errands, errand, { ...options, name: 'errands of chats', atOnce: ERRANDS_AT_ONCE }),
  ];
}

function registrationOf(
  { settings, stores, log, times = {} }: AssemblyParts,
  api: BotApi,
): WebhookRegistration | undefined {
  const { webhook } = settings.telegram;
  if (webhook === undefined) return undefined;
  const lease = new Lease(stores.redis, 'telegram-webhook', REGISTRATION_LEASE_MS);
  const { webhookAgainMs: againMs } = times;
  return new WebhookRegistration({ api, lease, webhook, log, ...(againMs === undefined ? {} : { againMs }) });
}

/** core.telegram.org/bots/api, "Authorizing your bot": what stands before the colon is the bot's id. */
function botIdOf(token: string): number {
  return Number(token.split(':', 1)[0]);
}
