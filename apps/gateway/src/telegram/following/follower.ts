import { setTimeout as delay } from 'node:timers/promises';
import type { Session } from '@ids/contracts';
import { isSessionId, systemClock, type Clock, type SessionId } from '@ids/kernel';
import type { Logger } from '@ids/observability';
import type { ChatWatchStore, SessionFeed, SessionStore } from '@ids/store';
import { z } from 'zod';
import type { Addressee, Letters } from '../delivery/letters.js';
import { placeSchema } from '../place.js';
import { KeyedPool } from './keyed-pool.js';
import { SessionTeller } from './session-teller.js';

export interface FollowerParts {
  readonly sessions: SessionStore;
  readonly watches: ChatWatchStore;
  readonly feed: Pick<SessionFeed, 'onChange'>;
  readonly letters: Letters;
  readonly log: Logger;
  readonly clock?: Clock;
}

export interface FollowerOptions {
  /** What happens within so long is looked at once. */
  readonly gatherMs?: number;
  /** How often sessions are sought that are due, also if nothing was heard of them. */
  readonly sweepMs?: number;
  /** A look that takes longer tells nothing more: below the lease of the watch store. */
  readonly lookMs?: number;
}

const LOOKS_AT_ONCE = 8;
const MOST_WAITING = 20_000;
const DUE_AT_ONCE = 200;
const BACKOFF = { firstMs: 5_000, mostMs: 600_000, remembered: 1_000 };

const addresseeSchema = z.object({
  place: placeSchema,
  message: z.int(),
  owner: z.int(),
}) satisfies z.ZodType<Addressee>;

/**
 * Follows sessions that were asked for in chats, and tells there what becomes of them. Every gateway has one; a
 * session is looked at by one of them at a time, soon when it changes and from time to time when nothing is heard.
 */
export class Follower {
  private readonly teller: SessionTeller;
  private readonly looks = new KeyedPool<SessionId>((id) => this.look(id), {
    atOnce: LOOKS_AT_ONCE,
    waiting: MOST_WAITING,
  });
  private readonly changed = new Set<SessionId>();
  private gathering: NodeJS.Timeout | undefined;
  private readonly failures = new Map<SessionId, number>();
  private readonly stopping = new AbortController();
  private sweeping: Promise<void> | undefined;
  private readonly times: Required<FollowerOptions>;

  constructor(
    private readonly parts: FollowerParts,
    options: FollowerOptions = {},
  ) {
    this.times = { gatherMs: 300, sweepMs: 1_500, lookMs: 8_000, ...options };
    this.teller = new SessionTeller(parts.sessions, parts.letters, parts.clock ?? systemClock);
  }

  /** From now on the chat sees how the session goes; twice is once. */
  async begin(session: Session, to: Addressee): Promise<void> {
    // First, since what a look puts before it would be undone by it.
    await this.teller.begin(session, to);
    await this.parts.watches.watch(session.id, to);
    this.note(session.id);
  }

  /** An ended session goes on, since a person wants it undone; nothing happens if no chat asked for it. */
  async again(session: SessionId): Promise<void> {
    const { watches } = this.parts;
    if (!(await watches.rewatch(session))) return;
    // Who looks right now may have seen its old end: it is made to look once more.
    await (await watches.claim(session))?.release(0);
    this.note(session);
  }

  /** Begins to follow, until `stop`. */
  start(): void {
    this.parts.feed.onChange((id) => {
      if (isSessionId(id)) this.note(id);
    });
    this.sweeping ??= this.sweep();
  }

  /** Resolves once no look is under way any more. */
  async stop(): Promise<void> {
    this.stopping.abort();
    clearTimeout(this.gathering);
    await this.sweeping;
    await this.looks.close();
  }

  /** A burst of changes is one look. */
  private note(id: SessionId): void {
    if (this.sweeping === undefined || this.stopping.signal.aborted) return;
    // What does not fit is found by the sweep.
    if (this.changed.size >= MOST_WAITING) return;
    this.changed.add(id);
    this.gathering ??= setTimeout(() => {
      this.gathering = undefined;
      for (const each of this.changed) this.looks.add(each);
      this.changed.clear();
    }, this.times.gatherMs);
  }

  private async sweep(): Promise<void> {
    const { signal } = this.stopping;
    const { sweepMs } = this.times;
    while (!signal.aborted) {
      try {
        for (const id of await this.parts.watches.due(DUE_AT_ONCE)) this.looks.add(id);
      } catch (error) {
        this.parts.log.warn(
          { err: error },
          'followed sessions could not be sought; the next sweep tries again',
        );
      }
      // Gateways are not to look at the same sessions at the same moment.
      const pause = sweepMs * (0.75 + Math.random() / 2);
      await delay(pause, undefined, { signal }).catch(() => undefined);
    }
  }

  private async look(id: SessionId): Promise<void> {
    if (this.stopping.signal.aborted) return;
    try {
      await this.lookAt(id);
    } catch (error) {
      // The claim ends by itself, and then a sweep comes back to it.
      this.parts.log.warn({ err: error, session: id }, 'a followed session could not be looked at');
    }
  }

  private async lookAt(id: SessionId): Promise<void> {
    const claim = await this.parts.watches.claim(id);
    if (claim === null) return;
    const end = performance.now() + this.times.lookMs;
    const nextMs = await this.tell(id, claim.where, () => performance.now() < end);
    if ((await claim.release(nextMs)) === 'again') this.note(id);
  }

  /** A session that cannot be told of is left alone for longer and longer; the others go on. */
  private async tell(id: SessionId, where: unknown, entitled: () => boolean): Promise<number | undefined> {
    try {
      const nextMs = await this.teller.tell(id, addresseeSchema.parse(where), entitled);
      this.failures.delete(id);
      return nextMs;
    } catch (error) {
      const nextMs = this.backoff(id);
      this.parts.log.warn({ err: error, session: id, nextMs }, 'a followed session could not be told of');
      return nextMs;
    }
  }

  private backoff(id: SessionId): number {
    const { firstMs, mostMs, remembered } = BACKOFF;
    const before = this.failures.get(id) ?? 0;
    this.failures.delete(id);
    this.failures.set(id, before + 1);
    const [oldest] = this.failures.keys();
    if (this.failures.size > remembered && oldest !== undefined) this.failures.delete(oldest);
    return Math.min(firstMs * 2 ** before, mostMs);
  }
}
