import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { keys } from './keys.js';
import { loadScript, type Redis } from './redis.js';

const scripts = {
  accept: loadScript('inbox-accept'),
  take: loadScript('inbox-take'),
  extend: loadScript('inbox-extend'),
  finish: loadScript('inbox-finish'),
};

/** Telegram keeps an update for a day at most, so it cannot come again later (core.telegram.org/bots/api, "Getting updates"). */
const REMEMBER_SECONDS = 2 * 86_400;
const takenSchema = z.tuple([z.string(), z.string()]).nullable();
const acceptedSchema = z.enum(['ready', 'behind', 'known', 'full']);
const finishedSchema = z.enum(['lost', 'empty', 'ready']);

/** An update that one holder works on; nobody else works on its chat meanwhile. */
export interface TakenUpdate {
  readonly chat: string;
  readonly payload: string;
  /** Keeps the right to work on it; false if it was lost. */
  extend(): Promise<boolean>;
  /** It is done and never comes again; false if the right was lost, and another does it once more. */
  finish(): Promise<boolean>;
}

export interface ChatInboxOptions {
  /** Inboxes of different lanes have nothing in common. */
  readonly lane?: string;
  /** A holder that is killed loses its chat after so long. */
  readonly leaseMs?: number;
  /** Updates of one chat that may wait. */
  readonly mostPerChat?: number;
}

/**
 * Updates of chats, kept in Redis before they are acknowledged: each is taken once, those of a chat in their order,
 * chats in parallel over all processes. What was being done when its holder died is done again by another.
 */
export class ChatInbox {
  private readonly lane: string;
  /** How long a holder keeps its chat without `extend`. */
  readonly leaseMs: number;
  private readonly mostPerChat: number;
  private readonly listeners = new Set<() => void>();

  constructor(
    private readonly redis: Redis,
    options: ChatInboxOptions = {},
  ) {
    this.lane = options.lane ?? 'updates';
    this.leaseMs = options.leaseMs ?? 30_000;
    this.mostPerChat = options.mostPerChat ?? 1_000;
  }

  /**
   * `known`: it came before; `full`: too many of its chat wait, nothing was kept. `opens`: it shows that the bot can
   * write to its chat, whatever was known before.
   */
  async accept(
    update: string,
    chat: string,
    payload: string,
    opens = false,
  ): Promise<'taken' | 'known' | 'full'> {
    const reply = await scripts.accept.run(
      this.redis,
      [
        keys.inboxSeen(this.lane, update),
        keys.inboxOf(this.lane) + chat,
        keys.inboxReady(this.lane),
        keys.closedChats,
      ],
      [payload, REMEMBER_SECONDS, chat, this.mostPerChat, opens ? '1' : ''],
    );
    const outcome = acceptedSchema.parse(reply);
    if (outcome === 'ready') this.tell();
    return outcome === 'ready' || outcome === 'behind' ? 'taken' : outcome;
  }

  /** Whether Redis answers at this moment. */
  async answers(): Promise<boolean> {
    return await this.redis.ping().then(
      () => true,
      () => false,
    );
  }

  /** Calls `listener` when this object made a chat ready to be worked on; what others made so is found by looking. */
  onReady(listener: () => void): void {
    this.listeners.add(listener);
  }

  /** The next update that nobody works on; null if there is none now. */
  async take(): Promise<TakenUpdate | null> {
    const holder = randomUUID();
    const reply = await scripts.take.run(
      this.redis,
      [keys.inboxReady(this.lane), keys.inboxLeases(this.lane), keys.inboxHolders(this.lane)],
      [holder, this.leaseMs, keys.inboxOf(this.lane)],
    );
    const taken = takenSchema.parse(reply);
    if (taken === null) return null;
    const [chat, payload] = taken;
    return {
      chat,
      payload,
      extend: () => this.extend(chat, holder),
      finish: () => this.finish(chat, holder),
    };
  }

  private async extend(chat: string, holder: string): Promise<boolean> {
    const reply = await scripts.extend.run(
      this.redis,
      [keys.inboxLeases(this.lane), keys.inboxHolders(this.lane)],
      [chat, holder, this.leaseMs],
    );
    return reply === 1;
  }

  private async finish(chat: string, holder: string): Promise<boolean> {
    const reply = await scripts.finish.run(
      this.redis,
      [
        keys.inboxOf(this.lane) + chat,
        keys.inboxReady(this.lane),
        keys.inboxLeases(this.lane),
        keys.inboxHolders(this.lane),
      ],
      [chat, holder],
    );
    const outcome = finishedSchema.parse(reply);
    if (outcome === 'ready') this.tell();
    return outcome !== 'lost';
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}
