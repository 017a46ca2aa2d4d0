import type { Settings } from '@ids/config';
import { connectRedis, ProjectStore, SessionFeed, SessionStore, untilReady, type Redis } from '@ids/store';

/** Longer than a restart of Redis takes, shorter than an orchestrator's patience. */
const BOOT_MS = 10_000;
/** A Redis that is connected but does not answer must not make requests hang. */
const COMMAND_MS = 2_000;

export interface Stores {
  readonly redis: Redis;
  readonly projects: ProjectStore;
  readonly sessions: SessionStore;
  readonly feed: SessionFeed;
  close(): void;
}

/** @throws IdsError `redis_unavailable` if Redis cannot be reached in time; then nothing is left open. */
export async function connectStores(settings: Settings): Promise<Stores> {
  const redis = connectRedis(settings.redisUrl, 'producer');
  redis.options.commandTimeout = COMMAND_MS;
  const subscriber = connectRedis(settings.redisUrl, 'worker');
  const close = (): void => {
    redis.disconnect();
    subscriber.disconnect();
  };
  try {
    await untilReady(redis, BOOT_MS);
    const sessions = new SessionStore(redis, { retentionMs: settings.pipeline.sessionRetentionMs });
    const feed = new SessionFeed(subscriber, sessions);
    await feed.start();
    return { redis, projects: new ProjectStore(redis), sessions, feed, close };
  } catch (error) {
    close();
    throw error;
  }
}
