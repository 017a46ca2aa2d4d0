import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { IdsError } from '@ids/kernel';
import { Redis } from 'ioredis';

export type { Redis };

/**
 * A connection for commands. `producer` fails fast when Redis is away, so that a request is answered at once;
 * `worker` waits, so that a stage outlives a restart of Redis.
 */
export function connectRedis(url: string, kind: 'producer' | 'worker'): Redis {
  const redis = new Redis(url, {
    maxRetriesPerRequest: kind === 'producer' ? 1 : null,
    enableOfflineQueue: kind === 'worker',
    retryStrategy: (attempt) => Math.min(50 * attempt, 1_000),
    connectTimeout: 5_000,
  });
  // Without a listener ioredis prints; the state of the connection is reported by readiness instead.
  redis.on('error', () => undefined);
  return redis;
}

/** Resolves once a fresh connection can take commands; a `producer` refuses them before. Rejects after `timeoutMs`. */
export async function untilReady(redis: Redis, timeoutMs: number): Promise<void> {
  if (redis.status === 'ready') return;
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      redis.off('ready', ready);
      reject(new IdsError('redis_unavailable'));
    }, timeoutMs);
    const ready = (): void => {
      clearTimeout(timer);
      resolve();
    };
    redis.once('ready', ready);
  });
}

/** One of the scripts beside this file. */
export function loadScript(name: string): Script {
  return new Script(readFileSync(new URL(`./scripts/${name}.lua`, import.meta.url), 'utf8'));
}

/** A Lua script, sent by its hash and whole only when Redis does not know it (a restarted server). */
export class Script {
  private readonly sha: string;

  constructor(private readonly source: string) {
    this.sha = createHash('sha1').update(source).digest('hex');
  }

  async run(
    redis: Redis,
    keys: readonly string[],
    args: readonly (string | number | Buffer)[],
  ): Promise<unknown> {
    const all = [...keys, ...args];
    try {
      return await redis.evalsha(this.sha, keys.length, ...all);
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
      return await redis.eval(this.source, keys.length, ...all);
    }
  }
}
