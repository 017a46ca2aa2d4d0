import { isEnd, SESSION_STATUSES, type StoredEvent } from '@ids/contracts';
import type { SessionId } from '@ids/kernel';
import { CHANGED_CHANNEL } from './keys.js';
import type { Redis } from './redis.js';
import type { SessionStore } from './session.store.js';

/** Nothing may rest on a published message, so followers look for themselves this often. */
const POLL_MS = 1_000;
const PAGE = 500;

/** Follows sessions as they change. One subscription serves all followers of a process. */
export class SessionFeed {
  private readonly waiting = new Map<string, Set<() => void>>();
  private readonly listeners = new Set<(id: string) => void>();

  /** `subscriber` is a connection of its own: one that subscribes can do nothing else. */
  constructor(
    private readonly subscriber: Redis,
    private readonly store: SessionStore,
  ) {
    subscriber.on('message', (_channel: string, id: string) => this.wake(id));
  }

  /** Subscribes; ioredis subscribes again by itself after a lost connection. */
  async start(): Promise<void> {
    await this.subscriber.subscribe(CHANGED_CHANNEL);
  }

  /** Calls `listener` with the id of each session that changes, from any process; a change may be missed. */
  onChange(listener: (id: string) => void): void {
    this.listeners.add(listener);
  }

  private wake(id: string): void {
    for (const listener of this.listeners) listener(id);
    for (const resume of this.waiting.get(id) ?? []) resume();
  }

  /**
   * Yields every event after `after` (`0`: from the first), in order, without loss; ends once the session is at an
   * end and all of its events were given, or when `signal` aborts.
   */
  async *follow(id: SessionId, after: string, signal: AbortSignal): AsyncGenerator<StoredEvent> {
    let last = after;
    while (!signal.aborted) {
      const changed = this.nextChange(id, signal);
      // The status is read before the events: events written up to the end are then surely among them.
      const ended = await this.isAtEnd(id);
      const events = await this.store.events(id, last, PAGE);
      for (const event of events) {
        yield event;
        last = event.id;
      }
      if (events.length === PAGE) continue;
      if (ended) return;
      await changed;
    }
  }

  private async isAtEnd(id: SessionId): Promise<boolean> {
    const progress = await this.store.readProgress(id);
    if (progress === null) return true;
    const status = SESSION_STATUSES.find((known) => known === progress.status);
    return status !== undefined && isEnd(status);
  }

  private nextChange(id: string, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const set = this.waiting.get(id) ?? new Set();
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        set.delete(done);
        if (set.size === 0) this.waiting.delete(id);
        resolve();
      };
      const timer = setTimeout(done, POLL_MS);
      signal.addEventListener('abort', done, { once: true });
      set.add(done);
      this.waiting.set(id, set);
    });
  }
}
