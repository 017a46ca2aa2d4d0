import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newSessionId } from '@ids/kernel';
import { startRedis, type TestRedis } from '@ids/testing';
import { ChatButtonStore } from './chat-buttons.store.js';
import { ChatInbox } from './chat-inbox.store.js';
import { ChatOutbox } from './chat-outbox.store.js';
import { ChatPlaceStore } from './chat-place.store.js';
import { ChatWatchStore } from './chat-watch.store.js';
import { Lease } from './lease.js';
import { connectRedis, untilReady, type Redis } from './redis.js';

/** What many do at once, what is bounded, and what follows a group that moves; the rest is in chat-work.int-spec.ts. */
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
beforeEach(() => redis.flushall());

describe('ChatInbox', () => {
  it('keeps who works on a chat apart in its lanes', async () => {
    const updates = new ChatInbox(redis);
    const errands = new ChatInbox(redis, { lane: 'errands' });
    expect(await updates.accept('1', 'a', 'update')).toBe('taken');
    expect(await errands.accept('1', 'a', 'errand')).toBe('taken');
    const [update, errand] = [await updates.take(), await errands.take()];
    expect(await errand?.finish()).toBe(true);
    expect(await update?.extend()).toBe(true);
    expect(await updates.take()).toBeNull();
  });

  it('tells who listens when a chat is ready to be worked on, not when another works on it', async () => {
    const inbox = new ChatInbox(redis);
    let heard = 0;
    inbox.onReady(() => (heard += 1));
    await inbox.accept('1', 'a', 'x');
    await inbox.accept('1', 'a', 'x');
    await inbox.accept('2', 'a', 'x');
    await new ChatInbox(redis).accept('3', 'b', 'x');
    expect(heard).toBe(1);
    await (await inbox.take())?.finish();
    expect(heard).toBe(2);
    await (await inbox.take())?.finish();
    await (await inbox.take())?.finish();
    expect(heard).toBe(2);
  });

  it('opens a chat to the outbox with what shows that it is open, and with nothing else', async () => {
    const [inbox, outbox] = [new ChatInbox(redis), new ChatOutbox(redis)];
    await outbox.closeChat('a');
    await inbox.accept('1', 'a', 'x');
    expect(await outbox.put({ id: '1', chat: 'a', payload: 1 })).toBe('closed');
    await inbox.accept('2', 'a', 'x', true);
    expect(await outbox.put({ id: '1', chat: 'a', payload: 1 })).toBe('put');
  });
});

describe('ChatButtonStore', () => {
  it('has one first press among many at once', async () => {
    const store = new ChatButtonStore(redis);
    await store.keep('set', 1);
    const presses = Array.from({ length: 20 }, (_, index) => store.press('set', `press ${index}`));
    const firsts = (await Promise.all(presses)).filter((outcome) => outcome === 'first');
    expect(firsts).toHaveLength(1);
  });

  it('keeps nothing for ever', async () => {
    const store = new ChatButtonStore(redis);
    await store.keep('set', 1);
    await store.press('set', 'a press');
    for (const key of await redis.keys('*')) expect(await redis.ttl(key)).toBeGreaterThan(86_400);
  });
});

describe('ChatPlaceStore', () => {
  it('keeps the latest sessions only', async () => {
    const store = new ChatPlaceStore(redis);
    const ids = Array.from({ length: 60 }, () => newSessionId());
    for (const id of ids) await store.addSession('1', id);
    expect(await store.sessions('1')).toEqual(ids.slice(-50).reverse());
  });

  it('leaves what the new place of a group has already, and adds to it', async () => {
    const store = new ChatPlaceStore(redis);
    const [early, there] = [newSessionId(), newSessionId()];
    await store.choose('-1', 'old');
    await store.addSession('-1', early);
    await store.choose('-100', 'new');
    await store.addSession('-100', there);
    await store.move('-1', '-100');
    expect(await store.project('-100')).toBe('new');
    expect(await store.sessions('-100')).toEqual([early, there]);
  });
});

describe('ChatWatchStore', () => {
  it('knows the message that shows a session in its chat alone: a supergroup counts its messages anew', async () => {
    const store = new ChatWatchStore(redis);
    const id = newSessionId();
    expect(await store.message(id, '-1')).toBeNull();
    await store.setMessage(id, '-1', 7);
    expect(await store.message(id, '-1')).toBe(7);
    expect(await store.message(id, '-100')).toBeNull();
  });
});

describe('Lease', () => {
  it('is had by one of many who ask at once', async () => {
    const held = await Promise.all(Array.from({ length: 20 }, () => new Lease(redis, 'x', 10_000).hold()));
    expect(held.filter(Boolean)).toHaveLength(1);
  });

  it('is not taken back by one that lost it', async () => {
    const [one, other] = [new Lease(redis, 'x', 10_000), new Lease(redis, 'x', 10_000)];
    await one.hold();
    await redis.flushall();
    expect(await other.hold()).toBe(true);
    expect(await one.hold()).toBe(false);
    await one.release();
    expect(await one.hold()).toBe(false);
  });
});
