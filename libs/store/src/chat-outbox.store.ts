import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { keys } from './keys.js';
import { loadScript, type Redis } from './redis.js';

const scripts = {
  put: loadScript('chat-outbox-put'),
  take: loadScript('chat-outbox-take'),
  settle: loadScript('chat-outbox-settle'),
  move: loadScript('chat-outbox-move'),
  close: loadScript('chat-outbox-close'),
};

const REMEMBER_SECONDS = 7 * 86_400;

/** A turn each `intervalMs`, and `burst` of them at once after a rest. */
export interface ChatRate {
  readonly intervalMs: number;
  readonly burst: number;
}

export interface ChatRates {
  readonly overall: ChatRate;
  readonly privateChat: ChatRate;
  readonly group: ChatRate;
  /** Turns of a chat's burst that progress leaves to answers. */
  readonly keptFromProgress: number;
}

/**
 * core.telegram.org/bots/faq: so many messages a second overall (30, more for who pays), about one a second to a
 * person, 20 a minute to a group. A burst and what follows it in the same second or minute stay below that together.
 */
export function chatRates(messagesPerSecond: number): ChatRates {
  const burst = Math.max(1, Math.floor(messagesPerSecond / 5));
  return {
    overall: { intervalMs: Math.ceil(1_000 / Math.max(1, messagesPerSecond - burst)), burst },
    privateChat: { intervalMs: 1_050, burst: 4 },
    group: { intervalMs: 4_000, burst: 5 },
    keptFromProgress: 2,
  };
}

export const CHAT_RATES = chatRates(30);

interface Message {
  /** The same message put twice is sent once, also if it is another one the second time. */
  readonly id: string;
  readonly chat: string;
  readonly payload: unknown;
}

/** Always sent; the pieces that belong to it come right behind it. */
interface AnswerMessage extends Message {
  readonly key?: never;
  readonly more?: readonly unknown[];
}

/** Of progress of one name only the newest that waits is sent. */
interface ProgressMessage extends Message {
  readonly key: string;
  readonly more?: never;
}

export type OutgoingMessage = AnswerMessage | ProgressMessage;

const putSchema = z.enum(['put', 'known', 'replaced', 'closed']);
const turnSchema = z.union([
  z.tuple([z.literal('wait'), z.number()]),
  z.tuple([z.literal('limit'), z.number()]),
  z.tuple([z.literal('send'), z.string(), z.string(), z.string()]),
]);

/** As the script takes it: the interval, and the milliseconds that turns may be ahead of it. */
function pair({ intervalMs, burst }: ChatRate): number[] {
  return [intervalMs, intervalMs * (burst - 1)];
}

/** There is nothing to send now. */
export interface Wait {
  /** `undefined`: nothing waits at all. */
  readonly waitMs: number | undefined;
  /** The limit of all chats is reached: what is put meanwhile cannot be sent earlier either. */
  readonly limited?: boolean;
}

/** What a turn was given for; `key` is empty for an answer. */
interface Sent {
  readonly chat: string;
  readonly number: string;
  readonly holder: string;
  readonly key: string;
}

/** A message whose turn it is; no other of its chat is sent meanwhile. */
export interface Turn {
  readonly chat: string;
  readonly payload: unknown;
  /** It was sent, or never will be. */
  done(): Promise<void>;
  /**
   * Its chat has to wait so long, then it is tried again; the other chats go on. Progress gives way to newer of its
   * name that came meanwhile.
   */
  again(afterMs: number): Promise<void>;
}

/**
 * Messages to chats over all processes: in order within a chat, never more than the rates allow, answers never
 * dropped, progress only as its newest state. A message whose sender dies is sent again after its lease, since
 * nobody can know whether it arrived.
 */
export class ChatOutbox {
  private readonly listeners = new Set<() => void>();

  constructor(
    private readonly redis: Redis,
    private readonly rates: ChatRates = CHAT_RATES,
    private readonly leaseMs = 30_000,
  ) {}

  /** `known`: it was put before; `replaced`: it took the place of older progress; `closed`: the chat wants nothing. */
  async put(message: OutgoingMessage): Promise<'put' | 'known' | 'replaced' | 'closed'> {
    const { id, chat, key, payload, more = [] } = message;
    const stored = [payload, ...more].map((each) => `${key ?? ''}\n${JSON.stringify(each)}`);
    const reply = await scripts.put.run(
      this.redis,
      [
        keys.outboxKnown(id),
        keys.outboxDue,
        keys.outboxMessages,
        keys.closedChats,
        keys.movedChats,
        keys.outboxNumber,
      ],
      [chat, key ?? '', REMEMBER_SECONDS, keys.outboxOf, keys.outboxKeysOf, ...stored],
    );
    const outcome = putSchema.parse(reply);
    if (outcome === 'put') for (const listener of this.listeners) listener();
    return outcome;
  }

  /** Calls `listener` when a message was put by this object; those that others put are found by looking. */
  onPut(listener: () => void): void {
    this.listeners.add(listener);
  }

  /** How many messages wait or are being sent. */
  async waiting(): Promise<number> {
    return await this.redis.hlen(keys.outboxMessages);
  }

  /** The next message that may be sent now, or how long to wait for one. */
  async take(): Promise<{ readonly turn: Turn } | Wait> {
    const holder = randomUUID();
    const reply = turnSchema.parse(
      await scripts.take.run(
        this.redis,
        [
          keys.outboxDue,
          keys.outboxLeases,
          keys.outboxHolders,
          keys.outboxMessages,
          keys.outboxLimit,
          keys.outboxAsked,
        ],
        [holder, this.leaseMs, keys.outboxOf, keys.outboxLimitOf, keys.outboxKeysOf, ...this.limits()],
      ),
    );
    if (reply[0] === 'wait') return { waitMs: reply[1] < 0 ? undefined : reply[1] };
    if (reply[0] === 'limit') return { waitMs: reply[1], limited: true };
    const [, chat, number, text] = reply;
    const end = text.indexOf('\n');
    const key = text.slice(0, end);
    const settle = (againMs: number): Promise<void> => this.settle({ chat, number, holder, key }, againMs);
    return {
      turn: {
        chat,
        payload: JSON.parse(text.slice(end + 1)),
        done: () => settle(-1),
        again: settle,
      },
    };
  }

  /** The person blocked the bot, or it was removed: what waits is dropped, and nothing more is taken until it is opened. */
  async closeChat(chat: string): Promise<void> {
    await scripts.close.run(
      this.redis,
      [
        keys.outboxOf + chat,
        keys.outboxKeysOf + chat,
        keys.outboxDue,
        keys.outboxLeases,
        keys.outboxHolders,
        keys.outboxMessages,
        keys.closedChats,
      ],
      [chat],
    );
  }

  /** A group became a supergroup: what waits for the one, now and later, goes to the other. */
  async moveChat(from: string, to: string): Promise<void> {
    await scripts.move.run(
      this.redis,
      [
        keys.outboxOf + from,
        keys.outboxOf + to,
        keys.outboxDue,
        keys.outboxLeases,
        keys.outboxHolders,
        keys.outboxKeysOf + from,
        keys.outboxKeysOf + to,
        keys.movedChats,
      ],
      [from, to],
    );
  }

  /** The chat that this one became, or it itself. */
  async chatOf(chat: string): Promise<string> {
    return (await this.redis.hget(keys.movedChats, chat)) ?? chat;
  }

  async openChat(chat: string): Promise<void> {
    await this.redis.srem(keys.closedChats, chat);
  }

  private limits(): number[] {
    const { overall, privateChat, group, keptFromProgress } = this.rates;
    return [...pair(overall), ...pair(privateChat), ...pair(group), keptFromProgress];
  }

  private async settle(sent: Sent, againMs: number): Promise<void> {
    const { chat, number, holder, key } = sent;
    await scripts.settle.run(
      this.redis,
      [
        keys.outboxOf + chat,
        keys.outboxDue,
        keys.outboxLeases,
        keys.outboxHolders,
        keys.outboxMessages,
        `${keys.outboxLimitOf + chat}:held`,
        keys.outboxKeysOf + chat,
      ],
      [chat, number, holder, againMs, key],
    );
  }
}
