import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newSessionId } from '@ids/kernel';
import { startRedis, type TestRedis } from '@ids/testing';
import { RedisCallGovernor } from './call-governor.store.js';
import { keys } from './keys.js';
import { ProjectStore } from './project.store.js';
import { withProjectLock, type ProjectLock } from './project-lock.js';
import { connectRedis, untilReady, type Redis } from './redis.js';
import { pruneIndexes } from './session-indexes.js';

let server: TestRedis;
let redis: Redis;

beforeAll(async () => {
  server = await startRedis();
  redis = connectRedis(server.url, 'worker');
  await untilReady(redis, 10_000);
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

function governor(limits: { session?: number; day?: number; perMinute?: number } = {}, day = '2026-01-01') {
  return new RedisCallGovernor(
    redis,
    {
      requestsPerMinute: limits.perMinute ?? 600,
      sessionTokenBudget: limits.session ?? 1_000,
      dailyTokenBudget: limits.day,
    },
    { now: () => Date.parse(day) },
  );
}

function reserveOn(day: string): Promise<void> {
  return governor({ day: 1_000 }, day).reserve({ sessionId: newSessionId(), callKey: 'a', tokens: 600 });
}

describe('the budget of tokens', () => {
  it('refuses the call that would exceed it, and counts what was used instead of what was reserved', async () => {
    const budget = governor();
    const sessionId = newSessionId();
    await budget.reserve({ sessionId, callKey: 'a', tokens: 900 });
    const over = budget.reserve({ sessionId, callKey: 'b', tokens: 200 });
    await expect(over).rejects.toMatchObject({ code: 'budget_exceeded', details: { budget: 1_000 } });
    await budget.settle({ sessionId, callKey: 'a', promptTokens: 300, completionTokens: 100 });
    await budget.reserve({ sessionId, callKey: 'b', tokens: 600 });
    await expect(budget.reserve({ sessionId, callKey: 'c', tokens: 1 })).rejects.toMatchObject({
      code: 'budget_exceeded',
    });
  });

  it('counts a call that is repeated once: reserved again, and settled again', async () => {
    const budget = governor();
    const sessionId = newSessionId();
    const settled = { sessionId, callKey: 'a', promptTokens: 70, completionTokens: 30 };
    for (let time = 0; time < 3; time += 1) {
      await budget.reserve({ sessionId, callKey: 'a', tokens: 900 });
      await budget.settle(settled);
    }
    expect(await redis.hgetall(keys.usage(sessionId))).toMatchObject({
      calls: '1',
      promptTokens: '70',
      completionTokens: '30',
    });
    await budget.reserve({ sessionId, callKey: 'b', tokens: 900 });
  });

  it('of a day is shared by all sessions, and fresh the next day', async () => {
    await reserveOn('2026-02-01');
    await expect(reserveOn('2026-02-01')).rejects.toMatchObject({
      code: 'budget_exceeded',
      details: { setting: 'IDS_DAILY_TOKEN_BUDGET' },
    });
    await reserveOn('2026-02-02');
  });

  it('of a day says what was used and what is reserved', async () => {
    const budget = governor({}, '2026-03-01');
    expect(await budget.usedToday()).toBe(0);
    const sessionId = newSessionId();
    await budget.reserve({ sessionId, callKey: 'a', tokens: 900 });
    expect(await budget.usedToday()).toBe(900);
    await budget.settle({ sessionId, callKey: 'a', promptTokens: 70, completionTokens: 30 });
    expect(await budget.usedToday()).toBe(100);
    expect(await governor({}, '2026-03-02').usedToday()).toBe(0);
  });
});

describe('the shared rate limit', () => {
  it('lets a burst through, then makes callers of all workers wait, and lets go of one that is aborted', async () => {
    await redis.del(keys.modelRate);
    const [one, other] = [governor({ perMinute: 6 }), governor({ perMinute: 6 })];
    await one.acquire(new AbortController().signal);
    const abort = new AbortController();
    const waiting = other.acquire(abort.signal);
    abort.abort(new Error('cancelled'));
    await expect(waiting).rejects.toThrow();
  });
});

describe('a project', () => {
  const body = { name: 'vessels', path: '/x' };
  beforeEach(() => redis.del(keys.projects));

  it('takes sessions whatever its description holds', async () => {
    const store = new ProjectStore(redis);
    await store.create({ ...body, description: 'half \ud83d pair' }, '/x');
    expect((await store.get('vessels')).description).toBe('half \ufffd pair');
    await store.update('vessels', { description: '\udc00' });
    const readByScript = `return cjson.decode(redis.call('HGET', KEYS[1], 'vessels'))['description']`;
    expect(await redis.eval(readByScript, 1, keys.projects)).toBe('\ufffd');
  });

  it('that is closed while its settings are written stays closed', async () => {
    const store = new ProjectStore(redis);
    await store.create(body, '/x');
    await Promise.all([
      ...Array.from({ length: 10 }, (_, index) => store.update('vessels', { description: String(index) })),
      store.close('vessels', 'sess_1'),
      ...Array.from({ length: 10 }, (_, index) => store.update('vessels', { description: String(index) })),
    ]);
    expect((await store.get('vessels')).closedBy).toBe('sess_1');
  });
});

describe('the lock of a project', () => {
  it('has one holder at a time, and is free after work that threw', async () => {
    const failing = withProjectLock(redis, 'one', async () => {
      expect(await withProjectLock(redis, 'one', async () => 'second')).toBeNull();
      expect(await withProjectLock(redis, 'other', async () => 'other project')).toEqual({
        value: 'other project',
      });
      throw new Error('the work failed');
    });
    await expect(failing).rejects.toThrow('the work failed');
    expect(await withProjectLock(redis, 'one', async () => 'next')).toEqual({ value: 'next' });
  });

  it('tells a holder whose lock another has, and leaves the other his', async () => {
    let stale: ProjectLock | undefined;
    await withProjectLock(redis, 'fenced', async (lock) => {
      stale = lock;
      await lock.fence();
      // As after a pause longer than the lock lives.
      await redis.del(keys.projectLock('fenced'));
      const second = withProjectLock(redis, 'fenced', async (next) => {
        await expect(lock.fence()).rejects.toMatchObject({ code: 'lock_lost' });
        await next.fence();
      });
      await second;
    });
    await expect(stale?.fence()).rejects.toMatchObject({ code: 'lock_lost' });
  });
});

describe('the indexes of sessions', () => {
  it('lose what has no record any more, and nothing else', async () => {
    const [gone, kept] = [newSessionId(), newSessionId()];
    await redis.hset(keys.projects, 'demo', '{}');
    await redis.hset(keys.session(kept), 'record', '{}');
    for (const id of [gone, kept]) {
      for (const index of [keys.allSessions, keys.open, keys.sessionsOfProject('demo')]) {
        await redis.zadd(index, 0, id);
      }
      await redis.sadd(keys.unfinished('demo'), id);
    }
    expect(await pruneIndexes(redis)).toBe(1);
    for (const index of [keys.allSessions, keys.open, keys.sessionsOfProject('demo')]) {
      expect(await redis.zrange(index, '0', '-1')).toEqual([kept]);
    }
    expect(await redis.smembers(keys.unfinished('demo'))).toEqual([kept]);
  });
});
