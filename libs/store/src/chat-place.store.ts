import { isSessionId, type SessionId } from '@ids/kernel';
import { keys } from './keys.js';
import type { Redis } from './redis.js';

const MOST_SESSIONS = 50;
const KEEP_SECONDS = 60 * 86_400;

/** No update comes again later (core.telegram.org/bots/api, "Getting updates"). */
const SETTLED_SECONDS = 2 * 86_400;

/** What a chat, or a topic of one, works on: its project, and the sessions that were asked for in it. */
export class ChatPlaceStore {
  constructor(private readonly redis: Redis) {}

  /** The project that was chosen there, or null. */
  async project(place: string): Promise<string | null> {
    return await this.redis.hget(keys.chatProjects, place);
  }

  async choose(place: string, project: string): Promise<void> {
    await this.redis.hset(keys.chatProjects, place, project);
  }

  /** Remembers that a session was asked for there; twice counts once. */
  async addSession(place: string, session: SessionId): Promise<void> {
    const key = keys.chatSessions(place);
    await this.redis
      .multi()
      .lrem(key, 0, session)
      .lpush(key, session)
      .ltrim(key, 0, MOST_SESSIONS - 1)
      .expire(key, KEEP_SECONDS)
      .exec();
  }

  /** The sessions asked for there, the latest first. */
  async sessions(place: string): Promise<SessionId[]> {
    return (await this.redis.lrange(keys.chatSessions(place), 0, -1)).filter(isSessionId);
  }

  /** What an update was found to mean, as it was found first; null if it was not settled yet. */
  async settled(update: number): Promise<unknown> {
    const text = await this.redis.get(keys.chatSettled(update));
    return text === null ? null : JSON.parse(text);
  }

  /** Keeps what an update was found to mean: whoever looks again, once things have changed, finds the same. */
  async settle(update: number, meaning: unknown): Promise<void> {
    await this.redis.set(keys.chatSettled(update), JSON.stringify(meaning), 'EX', SETTLED_SECONDS, 'NX');
  }

  /** A group became a supergroup: what was there is here now. Done twice it changes nothing more. */
  async move(from: string, to: string): Promise<void> {
    const project = await this.project(from);
    if (project !== null) await this.redis.hsetnx(keys.chatProjects, to, project);
    await this.redis.hdel(keys.chatProjects, from);
    for (const session of (await this.sessions(from)).reverse()) await this.addSession(to, session);
    await this.redis.del(keys.chatSessions(from));
  }
}
