import { randomUUID } from 'node:crypto';
import { isSessionId, type SessionId } from '@ids/kernel';
import { z } from 'zod';
import { keys } from './keys.js';
import { loadScript, type Redis } from './redis.js';

const scripts = {
  due: loadScript('watch-due'),
  claim: loadScript('watch-claim'),
  release: loadScript('watch-release'),
};

/** Since it was looked at: a session that waits for a person is, from time to time. */
const KEEP_SECONDS = 60 * 86_400;
const shownSchema = z.object({ chat: z.string(), message: z.int() });

/** The right to tell a session's chat what became of it. */
export interface WatchClaim {
  /** What was given to `watch`. */
  readonly where: unknown;
  /**
   * Gives the right back; the session is looked at again after `nextMs` at the latest, or not (undefined: all was
   * told). `again`: it changed meanwhile and is due now.
   */
  release(nextMs: number | undefined): Promise<'free' | 'again' | 'lost'>;
}

/**
 * Sessions whose chats are to be told what becomes of them. One process at a time looks at a session; one that dies
 * while it looks loses the right after its lease.
 */
export class ChatWatchStore {
  constructor(
    private readonly redis: Redis,
    private readonly leaseMs = 10_000,
  ) {}

  /** From now on the session is looked at; `where` (the chat and what else telling needs) is kept from the first time. */
  async watch(session: SessionId, where: unknown): Promise<void> {
    const key = keys.watch(session);
    await this.redis
      .multi()
      .hsetnx(key, 'place', JSON.stringify(where))
      .expire(key, KEEP_SECONDS)
      .zadd(keys.watched, 0, session)
      .exec();
  }

  /** Looks at a session again that was told to its end; false if no chat asked for it. */
  async rewatch(session: SessionId): Promise<boolean> {
    if ((await this.redis.hexists(keys.watch(session), 'place')) === 0) return false;
    await this.redis.zadd(keys.watched, 0, session);
    return true;
  }

  /** Sessions that are due to be looked at, or will be in so many milliseconds. */
  async due(most: number, withinMs = 0): Promise<SessionId[]> {
    const found = await scripts.due.run(this.redis, [keys.watched], [withinMs, most]);
    return z.array(z.string()).parse(found).filter(isSessionId);
  }

  /** Null if it is not watched, or another looks at it (who then looks once more). */
  async claim(session: SessionId): Promise<WatchClaim | null> {
    const holder = randomUUID();
    const parts = [keys.watch(session), keys.watched];
    const reply = await scripts.claim.run(this.redis, parts, [session, holder, this.leaseMs, KEEP_SECONDS]);
    if (reply !== 'mine') return null;
    const where = await this.redis.hget(keys.watch(session), 'place');
    return {
      where: JSON.parse(where ?? 'null'),
      release: async (nextMs) => {
        const ended = await scripts.release.run(this.redis, parts, [session, holder, nextMs ?? -1]);
        return z.enum(['free', 'again', 'lost']).parse(ended);
      },
    };
  }

  /** The message in this chat that shows the session's progress; null if there is none there (yet). */
  async message(session: string, chat: string): Promise<number | null> {
    const text = await this.redis.hget(keys.watch(session), 'message');
    if (text === null) return null;
    const shown = shownSchema.parse(JSON.parse(text));
    return shown.chat === chat ? shown.message : null;
  }

  /** A group that became a supergroup counts its messages anew, so the chat is kept with it. */
  async setMessage(session: string, chat: string, message: number): Promise<void> {
    const shown: z.infer<typeof shownSchema> = { chat, message };
    await this.redis.hset(keys.watch(session), 'message', JSON.stringify(shown));
  }
}
