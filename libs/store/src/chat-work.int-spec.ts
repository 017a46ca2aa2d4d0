import { newSessionId } from '@ids/kernel';
import { startRedis, until, type TestRedis } from '@ids/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ChatButtonStore } from './chat-buttons.store.js';
import { ChatInbox } from './chat-inbox.store.js';
import { ChatOutbox } from './chat-outbox.store.js';
import { ChatPlaceStore } from './chat-place.store.js';
import { ChatWatchStore } from './chat-watch.store.js';
import { Lease } from './lease.js';
import { connectRedis, untilReady, type Redis } from './redis.js';

let server: TestRedis;
let redis: Redis;
beforeAll(async () => {
  server = await startRedis();
  redis = connectRedis(server.url, 'worker');
  await untilReady(redis, 20_000);
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});
beforeEach(() => redis.flushall());

describe('Lease', () => {
  it('is held by one at a time, until it is given up or its holder is gone', async () => {
    const [one, other] = [new Lease(redis, 'x', 60_000), new Lease(redis, 'x', 60_000)];
    expect([await one.hold(), await one.hold(), await other.hold()]).toEqual([true, true, false]);
    await other.release();
    expect(await other.hold()).toBe(false);
    await one.release();
    expect([await other.hold(), await one.hold()]).toEqual([true, false]);
    const short = new Lease(redis, 'y', 50);
    expect(await short.hold()).toBe(true);
    await until(() => new Lease(redis, 'y', 60_000).hold());
  });
});

describe('ChatButtonStore', () => {
  it('lets the first press of a set count, also when it is told again, and no other', async () => {
    const buttons = new ChatButtonStore(redis);
    await buttons.keep('set', { a: 1 });
    await buttons.keep('set', { a: 2 });
    expect(await buttons.peek('set')).toEqual({ a: 1 });
    expect(await buttons.peek('none')).toBeNull();
    expect(await buttons.press('set', '7')).toBe('first');
    expect(await buttons.press('set', '8')).toBe('used');
    expect(await buttons.press('set', '7')).toBe('first');
    expect(await buttons.press('none', '7')).toBe('unknown');
  });
});

describe('ChatPlaceStore', () => {
  it('remembers the project and the sessions of each place, the latest first and each once', async () => {
    const places = new ChatPlaceStore(redis);
    const [first, second] = [newSessionId(), newSessionId()];
    expect(await places.project('-1')).toBeNull();
    await places.choose('-1', 'vessels');
    for (const session of [first, second, first]) await places.addSession('-1', session);
    await places.addSession('-1:5', second);
    expect(await places.project('-1')).toBe('vessels');
    expect(await places.sessions('-1')).toEqual([first, second]);
    expect(await places.sessions('-1:5')).toEqual([second]);
  });

  it('moves a group to the supergroup that it became, once', async () => {
    const places = new ChatPlaceStore(redis);
    const [first, second] = [newSessionId(), newSessionId()];
    await places.choose('-1', 'vessels');
    for (const session of [first, second]) await places.addSession('-1', session);
    await places.move('-1', '-100');
    await places.move('-1', '-100');
    expect(await places.project('-100')).toBe('vessels');
    expect(await places.sessions('-100')).toEqual([second, first]);
    expect([await places.project('-1'), await places.sessions('-1')]).toEqual([null, []]);
  });
});

describe('ChatWatchStore', () => {
  it('lets one look at a time; who comes meanwhile makes it look once more', async () => {
    const watches = new ChatWatchStore(redis);
    const session = newSessionId();
    expect(await watches.claim(session)).toBeNull();
    await watches.watch(session, { chat: 7 });
    await watches.watch(session, { chat: 8 });
    const claim = await watches.claim(session);
    expect(claim?.where).toEqual({ chat: 7 });
    expect(await watches.claim(session)).toBeNull();
    expect(await claim?.release(60_000)).toBe('again');
    const next = await watches.claim(session);
    expect(await next?.release(60_000)).toBe('free');
    expect(await watches.due(10)).toEqual([]);
    expect(await watches.due(10, 120_000)).toEqual([session]);
  });

  it('gives the right of one that died to another, whose word then counts', async () => {
    const watches = new ChatWatchStore(redis, 50);
    const session = newSessionId();
    await watches.watch(session, {});
    const dead = await watches.claim(session);
    const next = await until(() => watches.claim(session));
    expect(await dead?.release(0)).toBe('lost');
    expect(['free', 'again', 'lost']).toContain(await next.release(undefined));
  });

  it('looks no more at what was told to its end, until it is asked for again', async () => {
    const watches = new ChatWatchStore(redis);
    const session = newSessionId();
    expect(await watches.rewatch(session)).toBe(false);
    await watches.watch(session, {});
    await (await watches.claim(session))?.release(undefined);
    expect(await watches.due(10, 120_000)).toEqual([]);
    expect(await watches.rewatch(session)).toBe(true);
    expect(await watches.due(10)).toEqual([session]);
  });

  it('is kept as long as it is looked at', async () => {
    const watches = new ChatWatchStore(redis);
    const session = newSessionId();
    await watches.watch(session, {});
    await redis.expire(`ids:watch:${session}`, 60);
    await (await watches.claim(session))?.release(1_000);
    expect(await redis.ttl(`ids:watch:${session}`)).toBeGreaterThan(5_000_000);
  });

  it('keeps the message that shows a session', async () => {
    const watches = new ChatWatchStore(redis);
    expect(await watches.message('s', '7')).toBeNull();
    await watches.setMessage('s', '7', 42);
    expect(await watches.message('s', '7')).toBe(42);
  });
});

describe('ChatOutbox', () => {
  it('sends what waits for a group, now and later, to the supergroup that it became', async () => {
    const outbox = new ChatOutbox(redis);
    await outbox.put({ id: '1', chat: '-1', payload: 'one' });
    await outbox.put({ id: '2', chat: '-1', payload: 'two' });
    const taken = await outbox.take();
    if (!('turn' in taken)) throw new Error('nothing to send');
    await outbox.moveChat('-1', '-100');
    await taken.turn.done();
    await outbox.put({ id: '3', chat: '-1', payload: 'three' });
    const sent: [string, unknown][] = [];
    while (sent.length < 3) {
      const next = await until(async () => {
        const found = await outbox.take();
        return 'turn' in found && found.turn;
      });
      sent.push([next.chat, next.payload]);
      await next.done();
    }
    expect(sent).toEqual([
      ['-100', 'one'],
      ['-100', 'two'],
      ['-100', 'three'],
    ]);
  });
});

describe('ChatInbox', () => {
  it('has lanes that know nothing of each other', async () => {
    const [updates, errands] = [new ChatInbox(redis), new ChatInbox(redis, { lane: 'errands' })];
    await updates.accept('1', 'a', 'update');
    await errands.accept('1', 'a', 'errand');
    expect((await errands.take())?.payload).toBe('errand');
    expect((await updates.take())?.payload).toBe('update');
  });
});
