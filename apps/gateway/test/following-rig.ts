import type { Session } from '@ids/contracts';
import type { SessionId } from '@ids/kernel';
import { silentLogger, type Logger } from '@ids/observability';
import { applied, approved } from '@ids/saga';
import {
  ChatButtonStore,
  ChatOutbox,
  ChatWatchStore,
  connectRedis,
  SessionFeed,
  SessionStore,
  untilReady,
  type Redis,
} from '@ids/store';
import { startRedis, until, type TestRedis } from '@ids/testing';
import { Buttons } from '../src/telegram/buttons/buttons.js';
import { Letters, type Addressee } from '../src/telegram/delivery/letters.js';
import type { Outgoing } from '../src/telegram/delivery/outgoing.js';
import { Follower, type FollowerOptions, type FollowerParts } from '../src/telegram/following/follower.js';
import { drainOutbox, UNLIMITED } from '../src/telegram/following/outbox.fixture.js';
import { CHANGES, headsOf, SessionPlay } from '../src/telegram/following/session-play.fixture.js';

/** Where sessions are asked for: a topic of a group. */
export const TO: Addressee = { place: { chat: -100, thread: 5 }, message: 3, owner: 7 };
export const PATIENCE_MS = 30_000;

export interface Made {
  readonly options?: FollowerOptions;
  readonly sessions?: SessionStore;
  /** Hears of no change. */
  readonly deaf?: boolean;
  readonly log?: Logger;
  /** Its connection. */
  readonly on?: Redis;
  readonly outbox?: ChatOutbox;
}

/** Followers of several gateways on one Redis, and what they put into the outbox. */
export class FollowingRig {
  /** What was put and taken out again so far. */
  sent: Outgoing[] = [];
  private followers: Follower[] = [];

  private constructor(
    readonly server: TestRedis,
    readonly redis: Redis,
    private readonly subscriber: Redis,
    private readonly feed: SessionFeed,
    readonly watches: ChatWatchStore,
    /** Of an empty Redis until `reset`. */
    public play: SessionPlay,
  ) {}

  static async start(): Promise<FollowingRig> {
    const server = await startRedis();
    const redis = connectRedis(server.url, 'worker');
    const subscriber = connectRedis(server.url, 'worker');
    await Promise.all([untilReady(redis, 10_000), untilReady(subscriber, 10_000)]);
    const feed = new SessionFeed(subscriber, new SessionStore(redis, { retentionMs: 60_000 }));
    await feed.start();
    const play = await SessionPlay.open(redis);
    return new FollowingRig(server, redis, subscriber, feed, new ChatWatchStore(redis), play);
  }

  /** Everything is as at the start. */
  async reset(): Promise<void> {
    await this.stopFollowers();
    await this.redis.flushall();
    this.play = await SessionPlay.open(this.redis);
    this.sent = [];
  }

  async stop(): Promise<void> {
    await this.stopFollowers();
    this.redis.disconnect();
    this.subscriber.disconnect();
    await this.server.stop();
  }

  async stopFollowers(): Promise<void> {
    await Promise.all(this.followers.splice(0).map((follower) => follower.stop()));
  }

  /** A follower as each gateway has one; not started. */
  follow(made: Made = {}): Follower {
    const { on = this.redis, sessions = this.play.store, log = silentLogger } = made;
    const buttons = new Buttons(new ChatButtonStore(on), 'a-token');
    const parts: FollowerParts = {
      sessions,
      watches: new ChatWatchStore(on),
      feed: made.deaf === true ? { onChange: () => undefined } : this.feed,
      letters: new Letters(made.outbox ?? new ChatOutbox(on, UNLIMITED), buttons),
      log,
    };
    const follower = new Follower(parts, { gatherMs: 20, sweepMs: 100, ...made.options });
    this.followers.push(follower);
    return follower;
  }

  async begin(follower: Follower, task?: string): Promise<Session> {
    const session = await this.play.create(task);
    await follower.begin(session, TO);
    return session;
  }

  /** From nothing to its good end. */
  async apply(id: SessionId): Promise<void> {
    await this.play.untilAsked(id, '+one\n');
    await this.play.move(id, (record) => approved(record, 'proceed', 'telegram:7'));
    await this.play.move(id, () => applied(CHANGES));
  }

  /** What was put so far, taken out of the outbox. */
  async heads(): Promise<string[]> {
    this.sent.push(...(await drainOutbox(new ChatOutbox(this.redis, UNLIMITED))));
    return headsOf(this.sent);
  }

  /** Waits until a message of this head was put so often. */
  async told(head: string, times = 1): Promise<void> {
    await until(async () => (await this.times(head)) >= times, PATIENCE_MS, head);
  }

  async times(head: string): Promise<number> {
    return (await this.heads()).filter((each) => each === head).length;
  }

  /** Waits until nobody will look at the session any more. */
  async rested(id: SessionId): Promise<void> {
    const look = async (): Promise<boolean> => (await this.redis.zscore('ids:watched', id)) === null;
    await until(look, PATIENCE_MS, 'the end of looking');
  }
}
