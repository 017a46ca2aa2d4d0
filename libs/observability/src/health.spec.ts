import { describe, expect, it } from '@jest/globals';
import { readHealth, redisCheck } from './health.js';

describe('health', () => {
  it('is unavailable when one check fails, with its reason', async () => {
    const report = await readHealth({
      redis: async () => [],
      disk: () => Promise.reject(new Error('it is full')),
    });
    expect(report).toEqual({
      status: 'unavailable',
      checks: {
        redis: { status: 'up', warnings: [] },
        disk: { status: 'down', reason: 'it is full', warnings: [] },
      },
    });
  });

  it('does not wait for a check that hangs', async () => {
    // If it did wait, this would never end.
    const report = await readHealth({ redis: () => new Promise(() => undefined) });
    expect(report.checks['redis']).toMatchObject({ status: 'down', reason: 'no answer within 2000 ms' });
  });

  it.each([
    ['aof_enabled:1\r\nmaxmemory_policy:noeviction\r\n', 0],
    ['aof_enabled:0\r\nmaxmemory_policy:noeviction\r\n', 1],
    ['aof_enabled:0\r\nmaxmemory_policy:allkeys-lru\r\n', 2],
  ])('warns of a Redis that may lose what it took: %j', async (info, warnings) => {
    expect(await redisCheck({ info: async () => info })()).toHaveLength(warnings);
  });
});
