import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startRedis, until, type TestRedis } from '@ids/testing';
import { DEFAULT_CACHE_BOUNDS, RedisAnalysisCache, type AnalysisCacheBounds } from './analysis-cache.js';
import { keys } from './keys.js';
import { connectRedis, untilReady, type Redis } from './redis.js';

let server: TestRedis;
let redis: Redis;

beforeAll(async () => {
  server = await startRedis();
  redis = connectRedis(server.url, 'producer');
  await untilReady(redis, 10_000);
});
beforeEach(() => redis.flushall());
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

/** With more patience than usual: an answer that is late on a busy machine would be a miss. */
const PATIENT: AnalysisCacheBounds = { ...DEFAULT_CACHE_BOUNDS, patienceMs: 30_000 };

function cache(bounds: Partial<AnalysisCacheBounds> = {}, failures: unknown[] = []): RedisAnalysisCache {
  return new RedisAnalysisCache(redis, (error) => failures.push(error), { ...PATIENT, ...bounds });
}

/** Text that cannot be made smaller. */
function noise(length: number): string {
  let state = length;
  return Array.from({ length }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return String.fromCharCode(33 + ((state >> 8) % 90));
  }).join('');
}

async function held(): Promise<{ count: number; counted: number; real: number }> {
  const values = await redis.hvalsBuffer(keys.analyses);
  return {
    count: values.length,
    counted: Number(await redis.get(keys.analysesBytes)),
    real: values.reduce((sum, value) => sum + value.length, 0),
  };
}

describe('RedisAnalysisCache', () => {
  it('gives what was put, in the order that is asked for, small or large, and nothing for the rest', async () => {
    const large = JSON.stringify(Array.from({ length: 20_000 }, (_, index) => ({ name: `é${index}` })));
    await cache().putMany([
      { key: 'a', value: 'small é' },
      { key: 'b', value: large },
    ]);
    expect(await cache().getMany(['b', 'none', 'a'])).toEqual([large, undefined, 'small é']);
    const { real } = await held();
    expect(real).toBeLessThan(large.length / 4);
  });

  it('keeps the last value of a key, and counts it once', async () => {
    await cache().putMany([{ key: 'a', value: noise(3_000) }]);
    await cache().putMany([{ key: 'a', value: 'short' }]);
    expect(await cache().getMany(['a'])).toEqual(['short']);
    expect(await held()).toEqual({ count: 1, counted: 6, real: 6 });
  });

  it('lets go of what was not used for the longest time', async () => {
    const bounded = cache({ bytes: 100_000 });
    const put = (key: string): Promise<void> => bounded.putMany([{ key, value: noise(4_000) }]);
    const first = Array.from({ length: 20 }, (_, index) => `first${index}`);
    for (const key of first) await put(key);
    await until(async () => {
      await bounded.getMany(['first0']);
      const [last] = await redis.zrange(keys.analysesByUse, '-1', '-1');
      return last === 'first0';
    });
    for (let index = 0; index < 15; index += 1) await put(`second${index}`);
    const [used, unused] = await bounded.getMany(['first0', 'first1']);
    expect([used?.length, unused]).toEqual([4_000, undefined]);
  });

  it('stays within its bounds with many writers at once, and its count stays true', async () => {
    const bounds = { bytes: 200_000, entries: 60 };
    const others = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const own = connectRedis(server.url, 'producer');
        await untilReady(own, 10_000);
        return own;
      }),
    );
    const over: unknown[] = [];
    const writer = async (own: Redis, name: number): Promise<void> => {
      const mine = new RedisAnalysisCache(own, undefined, { ...PATIENT, ...bounds });
      for (let index = 0; index < 40; index += 1) {
        const value = noise(500 + ((index * 997 + name) % 9_000));
        await mine.putMany([
          { key: `${name}-${index}`, value },
          { key: `shared-${index % 7}`, value: `${value}${name}` },
        ]);
        const { count, counted, real } = await held();
        if (real > bounds.bytes || count > bounds.entries) over.push({ count, counted, real });
      }
    };
    await Promise.all(others.map(writer));
    for (const own of others) own.disconnect();
    expect(over).toEqual([]);
    const { count, counted, real } = await held();
    expect(count).toBeGreaterThan(10);
    expect(counted).toBe(real);
    expect(await redis.zcard(keys.analysesByUse)).toBe(count);
  });

  it('does not keep what would push out too much', async () => {
    await cache({ bytes: 100_000 }).putMany([
      { key: 'large', value: noise(50_000) },
      { key: 'small', value: 'x' },
    ]);
    expect(await cache().getMany(['large', 'small'])).toEqual([undefined, 'x']);
  });

  it('lets go of what nobody uses', async () => {
    const brief = cache({ unusedMs: 50 });
    await brief.putMany([{ key: 'old', value: 'x' }]);
    await until(async () => {
      await brief.putMany([{ key: 'new', value: 'y' }]);
      // To ask for it would be to use it.
      return (await redis.hexists(keys.analyses, 'old')) === 0;
    });
    expect(await brief.getMany(['new'])).toEqual(['y']);
  });

  it('takes garbage in an entry for a miss, and puts itself right when its count is lost', async () => {
    await cache().putMany([{ key: 'a', value: noise(3_000) }]);
    await redis.hset(keys.analyses, { other: 'garbage', broken: 'z\u0001\u0002', empty: '' });
    expect(await cache().getMany(['other', 'broken', 'empty'])).toEqual([undefined, undefined, undefined]);
    await redis.set(keys.analysesBytes, 'no number');
    await cache().putMany([{ key: 'b', value: 'x' }]);
    expect(await held()).toEqual({ count: 1, counted: 2, real: 2 });
  });

  it('misses without an error while Redis is away, is told of it, and works again after', async () => {
    const failures: unknown[] = [];
    const away = cache({ patienceMs: 300 }, failures);
    await cache().putMany([{ key: 'a', value: 'x' }]);
    await server.kill();
    expect(await away.getMany(['a', 'b'])).toEqual([undefined, undefined]);
    await away.putMany([{ key: 'b', value: 'y' }]);
    expect(failures).toHaveLength(1);
    await server.restart();
    await untilReady(redis, 10_000);
    // Slow counts as a miss, so on a busy machine it is asked again.
    await until(async () => (await cache().getMany(['a']))[0] === 'x');
    await until(async () => (await away.getMany(['a']))[0] === 'x');
  });

  it('does not wait for a Redis that does not answer', async () => {
    const blocked = connectRedis(server.url, 'producer');
    await untilReady(blocked, 10_000);
    const slow = new RedisAnalysisCache(blocked, undefined, { ...DEFAULT_CACHE_BOUNDS, patienceMs: 100 });
    // A transaction that is never ended holds back what comes after it on this connection.
    const waiting = blocked.blpop('ids:nothing', 5).catch(() => null);
    const started = performance.now();
    expect(await slow.getMany(['a'])).toEqual([undefined]);
    expect(performance.now() - started).toBeLessThan(4_000);
    blocked.disconnect();
    await waiting;
  });
});
