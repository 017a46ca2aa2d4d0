import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startRedis, until, type TestRedis } from '@ids/testing';
import { ChatInbox, type TakenUpdate } from './chat-inbox.store.js';
import { ChatOutbox, CHAT_RATES, type ChatRates, type Turn } from './chat-outbox.store.js';
import { connectRedis, untilReady, type Redis } from './redis.js';

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

const taken = async (inbox: ChatInbox): Promise<TakenUpdate> => {
  const update = await inbox.take();
  if (update === null) throw new Error('nothing to take');
  return update;
};

const turnOf = async (outbox: ChatOutbox): Promise<Turn> => {
  const taken = await outbox.take();
  if (!('turn' in taken)) throw new Error(`nothing to send for ${taken.waitMs} ms`);
  return taken.turn;
};

const drain = async (outbox: ChatOutbox): Promise<unknown[]> => {
  const sent: unknown[] = [];
  for (;;) {
    const taken = await outbox.take();
    if (!('turn' in taken)) return sent;
    sent.push(taken.turn.payload);
    await taken.turn.done();
  }
};

describe('ChatInbox', () => {
  it('takes an update once, also when it comes again after it is done', async () => {
    const inbox = new ChatInbox(redis);
    expect(await inbox.accept('7', 'a', 'one')).toBe('taken');
    expect(await inbox.accept('7', 'a', 'one')).toBe('known');
    await (await taken(inbox)).finish();
    expect(await inbox.accept('7', 'a', 'one')).toBe('known');
    expect(await inbox.take()).toBeNull();
  });

  it('keeps the order within a chat: the next one waits for the one before, other chats do not', async () => {
    const inbox = new ChatInbox(redis);
    for (const [id, chat] of ['aa', 'ab', 'ba'].entries())
      await inbox.accept(String(id), chat[0] ?? '', chat);
    const first = await taken(inbox);
    const other = await taken(inbox);
    expect([first.payload, other.payload]).toEqual(['aa', 'ba']);
    expect(await inbox.take()).toBeNull();
    expect(await first.finish()).toBe(true);
    expect((await taken(inbox)).payload).toBe('ab');
  });

  it('gives what a dead holder had to another, whose word then counts', async () => {
    const inbox = new ChatInbox(redis, { leaseMs: 50 });
    await inbox.accept('1', 'a', 'one');
    const dead = await taken(inbox);
    const next = await until(() => inbox.take());
    expect(next.payload).toBe('one');
    expect(await dead.extend()).toBe(false);
    expect(await dead.finish()).toBe(false);
    expect(await next.finish()).toBe(true);
    expect(await until(async () => (await inbox.take()) === null)).toBe(true);
  });

  it('keeps a long one by extending its lease', async () => {
    const inbox = new ChatInbox(redis, { leaseMs: 300 });
    await inbox.accept('1', 'a', 'one');
    const held = await taken(inbox);
    const end = Date.now() + 900;
    while (Date.now() < end) {
      expect(await held.extend()).toBe(true);
      expect(await inbox.take()).toBeNull();
      await delay(50);
    }
    expect(await held.finish()).toBe(true);
  });

  it('bounds what waits of one chat, and takes it later', async () => {
    const inbox = new ChatInbox(redis, { mostPerChat: 2 });
    for (const [id, expected] of [
      ['1', 'taken'],
      ['2', 'taken'],
      ['3', 'full'],
    ] as const) {
      expect(await inbox.accept(id, 'a', id)).toBe(expected);
    }
    await (await taken(inbox)).finish();
    expect(await inbox.accept('3', 'a', '3')).toBe('taken');
  });

  it('loses and doubles nothing among many takers, some of which die', async () => {
    const inbox = new ChatInbox(redis, { leaseMs: 200 });
    const chats = 20;
    const each = 10;
    for (let i = 0; i < chats * each; i += 1) await inbox.accept(String(i), String(i % chats), String(i));
    const done: number[] = [];
    const work = async (seed: number): Promise<void> => {
      for (let turn = seed; done.length < chats * each; turn += 1) {
        const update = await inbox.take();
        if (update === null) await delay(5);
        else if (turn % 7 !== 0 && (await update.finish())) done.push(Number(update.payload));
      }
    };
    await Promise.all(Array.from({ length: 8 }, (_, seed) => work(seed)));
    expect([...done].sort((a, b) => a - b)).toEqual(Array.from({ length: chats * each }, (_, i) => i));
    for (let chat = 0; chat < chats; chat += 1) {
      const own = done.filter((id) => id % chats === chat);
      expect(own).toEqual([...own].sort((a, b) => a - b));
    }
    expect(await redis.keys('ids:inbox:*')).toHaveLength(chats * each);
  });
});

describe('ChatOutbox', () => {
  const FAST: ChatRates = {
    overall: { intervalMs: 0, burst: 1 },
    privateChat: { intervalMs: 0, burst: 1 },
    group: { intervalMs: 0, burst: 1 },
    keptFromProgress: 0,
  };
  let next = 0;
  const put = (outbox: ChatOutbox, chat: string, payload: string, { key }: { key?: string } = {}) =>
    outbox.put({ id: `m${next++}`, chat, payload, ...(key === undefined ? {} : { key }) });

  it('sends each message once, in the order of its chat, one at a time in each', async () => {
    const outbox = new ChatOutbox(redis, FAST);
    expect(await outbox.put({ id: 'x', chat: '1', payload: 'a' })).toBe('put');
    expect(await outbox.put({ id: 'x', chat: '1', payload: 'a' })).toBe('known');
    await put(outbox, '1', 'b');
    await put(outbox, '2', 'c');
    const first = await turnOf(outbox);
    const other = await turnOf(outbox);
    expect([first.payload, other.payload]).toEqual(['a', 'c']);
    expect(await outbox.take()).toEqual({ waitMs: undefined });
    await put(outbox, '1', 'd');
    expect(await outbox.take()).toEqual({ waitMs: undefined });
    await Promise.all([first.done(), other.done()]);
    expect(await drain(outbox)).toEqual(['b', 'd']);
    expect(await outbox.put({ id: 'x', chat: '1', payload: 'a' })).toBe('known');
  });

  it('sends of progress only the newest that waits', async () => {
    const outbox = new ChatOutbox(redis, FAST);
    await put(outbox, '1', 'p1', { key: 's' });
    expect(await put(outbox, '1', 'p2', { key: 's' })).toBe('replaced');
    await put(outbox, '1', 'q1', { key: 'other' });
    const first = await turnOf(outbox);
    expect(first.payload).toBe('p2');
    // What is being sent stays; newer progress waits behind it.
    expect(await put(outbox, '1', 'p3', { key: 's' })).toBe('put');
    await put(outbox, '1', 'final');
    await first.done();
    expect(await drain(outbox)).toEqual(['q1', 'p3', 'final']);
  });

  it('lets one chat wait as it was told to, and goes on with the others', async () => {
    const outbox = new ChatOutbox(redis, FAST);
    await put(outbox, '1', 'a');
    await (await turnOf(outbox)).again(60_000);
    await put(outbox, '1', 'b');
    await put(outbox, '2', 'c');
    expect(await drain(outbox)).toEqual(['c']);
    const { waitMs } = { waitMs: undefined, ...(await outbox.take()) };
    expect(waitMs).toBeGreaterThan(50_000);
  });

  it('sends again what its sender died over', async () => {
    const outbox = new ChatOutbox(redis, FAST, 50);
    await put(outbox, '1', 'a');
    const dead = await turnOf(outbox);
    const again = await until(async () => {
      const taken = await outbox.take();
      return 'turn' in taken && taken.turn;
    });
    expect(again.payload).toBe('a');
    await dead.done();
    await again.done();
    expect(await drain(outbox)).toEqual([]);
    expect(await redis.hlen('ids:chat-outbox:messages')).toBe(0);
  });

  it('never exceeds a rate, in any second or minute', async () => {
    const rates = {
      ...CHAT_RATES,
      overall: { intervalMs: 20, burst: 5 },
      group: { intervalMs: 100, burst: 3 },
      privateChat: { intervalMs: 50, burst: 2 },
    };
    const outbox = new ChatOutbox(redis, rates);
    for (let i = 0; i < 12; i += 1) {
      await put(outbox, '-1', 'g');
      for (const chat of ['1', '2', '3']) await put(outbox, chat, 'p');
    }
    const sent: { chat: string; at: number }[] = [];
    while (sent.length < 48) {
      const taken = await outbox.take();
      if ('turn' in taken) {
        sent.push({ chat: taken.turn.chat, at: performance.now() });
        await taken.turn.done();
      } else {
        await delay(Math.min(taken.waitMs ?? 5, 20));
      }
    }
    // Redis counts in whole milliseconds, and a message is noted a little after its turn.
    const slack = 15;
    const most = (of: typeof sent, windowMs: number): number =>
      Math.max(
        ...of.map(
          ({ at }) => of.filter((other) => other.at >= at && other.at < at + windowMs - slack).length,
        ),
      );
    expect(most(sent, 200)).toBeLessThanOrEqual(5 + 200 / 20);
    expect(
      most(
        sent.filter(({ chat }) => chat === '-1'),
        400,
      ),
    ).toBeLessThanOrEqual(3 + 400 / 100);
    expect(
      most(
        sent.filter(({ chat }) => chat === '1'),
        300,
      ),
    ).toBeLessThanOrEqual(2 + 300 / 50);
  });

  it('keeps turns of a chat for answers while progress waits', async () => {
    const slow = {
      ...CHAT_RATES,
      group: { intervalMs: 60_000, burst: 5 },
      overall: { intervalMs: 0, burst: 1 },
    };
    const outbox = new ChatOutbox(redis, slow);
    const sent: unknown[] = [];
    for (let i = 0; i < 10; i += 1) {
      await put(outbox, '-1', `p${i}`, { key: 's' });
      sent.push(...(await drain(outbox)));
    }
    expect(sent).toEqual(['p0', 'p1', 'p2']);
    await put(outbox, '-1', 'answer');
    sent.push(...(await drain(outbox)));
    expect(sent).toEqual(['p0', 'p1', 'p2', 'p9', 'answer']);
  });

  it('drops what waits for a chat that was closed, and takes nothing more until it is opened', async () => {
    const outbox = new ChatOutbox(redis, FAST);
    await put(outbox, '1', 'a');
    await put(outbox, '1', 'b', { key: 's' });
    await outbox.closeChat('1');
    expect(await put(outbox, '1', 'c')).toBe('closed');
    expect(await drain(outbox)).toEqual([]);
    await outbox.openChat('1');
    await put(outbox, '1', 'd');
    expect(await drain(outbox)).toEqual(['d']);
  });
});
