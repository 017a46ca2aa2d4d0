import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startRedis, until, type TestRedis } from '@ids/testing';
import { ChatOutbox, type ChatRates, type Turn } from './chat-outbox.store.js';
import { connectRedis, untilReady, type Redis } from './redis.js';

const AT_ONCE = { intervalMs: 0, burst: 1 };
const FAST: ChatRates = { overall: AT_ONCE, privateChat: AT_ONCE, group: AT_ONCE, keptFromProgress: 0 };

let server: TestRedis;
let redis: Redis;
let outbox: ChatOutbox;
beforeAll(async () => {
  server = await startRedis();
  redis = connectRedis(server.url, 'worker');
  await untilReady(redis, 10_000);
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});
beforeEach(async () => {
  await redis.flushall();
  outbox = new ChatOutbox(redis, FAST);
});

let next = 0;
const put = (chat: string, payload: string, key?: string): Promise<string> =>
  outbox.put({ id: `m${next++}`, chat, payload, ...(key === undefined ? {} : { key }) });

async function turnOf(): Promise<Turn> {
  const taken = await outbox.take();
  if (!('turn' in taken)) throw new Error(`nothing to send for ${taken.waitMs} ms`);
  return taken.turn;
}

async function drain(): Promise<string[]> {
  const sent: string[] = [];
  for (;;) {
    const taken = await outbox.take();
    if (!('turn' in taken)) return sent;
    sent.push(`${taken.turn.chat} ${String(taken.turn.payload)}`);
    await taken.turn.done();
  }
}

describe('a group that becomes a supergroup', () => {
  it('takes along what waits and what comes later, in order', async () => {
    await put('-1', 'a');
    await put('-1', 'b');
    await outbox.moveChat('-1', '-100');
    await put('-1', 'c');
    await put('-100', 'd');
    expect(await drain()).toEqual(['-100 a', '-100 b', '-100 c', '-100 d']);
  });

  it('takes along what is being sent, whose sender has no say any more', async () => {
    await put('-1', 'a');
    await put('-1', 'b');
    const turn = await turnOf();
    await outbox.moveChat('-1', '-100');
    await turn.again(60_000);
    expect(await drain()).toEqual(['-100 a', '-100 b']);
  });

  it('waits behind what is being sent in the new chat', async () => {
    await put('-100', 'there');
    const turn = await turnOf();
    await put('-1', 'a');
    await outbox.moveChat('-1', '-100');
    expect(await outbox.take()).toEqual({ waitMs: undefined });
    await turn.done();
    expect(await drain()).toEqual(['-100 a']);
  });

  it('moves once, however often it is told', async () => {
    await put('-1', 'a');
    await outbox.moveChat('-1', '-100');
    await outbox.moveChat('-1', '-100');
    expect(await drain()).toEqual(['-100 a']);
    expect(await outbox.waiting()).toBe(0);
  });

  it('still lets newer progress take the place of that which moved', async () => {
    await put('-1', 'p1', 's');
    await outbox.moveChat('-1', '-100');
    expect(await put('-1', 'p2', 's')).toBe('replaced');
    expect(await drain()).toEqual(['-100 p2']);
  });
});

describe('progress that could not be sent', () => {
  it('gives way to newer that came while it was tried', async () => {
    await put('1', 'p1', 's');
    const turn = await turnOf();
    await put('1', 'p2', 's');
    await turn.again(0);
    expect(await drain()).toEqual(['1 p2']);
    expect(await outbox.waiting()).toBe(0);
  });

  it('is replaced by newer that comes while it waits to be tried again', async () => {
    await put('1', 'p1', 's');
    await (await turnOf()).again(0);
    expect(await put('1', 'p2', 's')).toBe('replaced');
    expect(await drain()).toEqual(['1 p2']);
  });

  it('grows to no queue, however often it is tried', async () => {
    await put('1', 'p', 's');
    for (let round = 0; round < 5; round += 1) {
      const turn = await turnOf();
      await put('1', `q${round}`, 's');
      await put('1', `r${round}`, 's');
      await turn.again(0);
      expect(await outbox.waiting()).toBe(1);
    }
    expect(await drain()).toEqual(['1 r4']);
  });

  it('waits as long as its chat was told to, also if newer came', async () => {
    await put('1', 'p1', 's');
    const turn = await turnOf();
    await put('1', 'p2', 's');
    await turn.again(60_000);
    expect(await drain()).toEqual([]);
    const { waitMs } = { waitMs: undefined, ...(await outbox.take()) };
    expect(waitMs).toBeGreaterThan(50_000);
  });
});

describe('the outbox', () => {
  it('says whether to wait for all chats, or for one', async () => {
    const slow = { intervalMs: 60_000, burst: 1 };
    const limited = new ChatOutbox(redis, { ...FAST, overall: slow });
    await put('1', 'a');
    await put('2', 'b');
    expect(await limited.take()).toHaveProperty('turn');
    expect(await limited.take()).toEqual({ waitMs: expect.any(Number), limited: true });
    await redis.flushall();
    const perChat = new ChatOutbox(redis, { ...FAST, privateChat: slow });
    await put('1', 'a');
    await put('1', 'b');
    const taken = await perChat.take();
    if ('turn' in taken) await taken.turn.done();
    expect(await perChat.take()).toEqual({ waitMs: expect.any(Number) });
  });

  it('sends the pieces of a message together, and none of them when it is put again in others', async () => {
    expect(await outbox.put({ id: 'x', chat: '1', payload: 'a', more: ['b', 'c'] })).toBe('put');
    await put('1', 'd');
    expect(await outbox.put({ id: 'x', chat: '1', payload: 'a', more: ['b', 'c', 'more'] })).toBe('known');
    expect(await drain()).toEqual(['1 a', '1 b', '1 c', '1 d']);
    expect(await outbox.waiting()).toBe(0);
  });

  it('knows a message for a week since it was put last, so that a question is asked once however long it waits', async () => {
    await outbox.put({ id: 'x', chat: '1', payload: 'a' });
    await redis.expire('ids:chat-outbox:known:x', 60);
    await outbox.put({ id: 'x', chat: '1', payload: 'a' });
    expect(await redis.ttl('ids:chat-outbox:known:x')).toBeGreaterThan(600_000);
  });

  it('leaves nothing behind of a chat that is closed while many put', async () => {
    await Promise.all([
      ...Array.from({ length: 50 }, (_, index) => put('1', String(index))),
      outbox.closeChat('1'),
      ...Array.from({ length: 50 }, (_, index) => put('1', String(index))),
    ]);
    expect(await outbox.waiting()).toBe(0);
    expect(await drain()).toEqual([]);
  });

  it('is not stopped by half a pair of surrogates, which JSON may hold', async () => {
    await put('1', 'half \ud83d pair');
    await put('1', 'p', 'a key');
    await put('2', 'b');
    expect((await drain()).sort()).toEqual(['1 half \ud83d pair', '1 p', '2 b']);
  });

  it('lets a sender note what it sent before Redis went away for longer than its lease', async () => {
    const short = new ChatOutbox(redis, FAST, 50);
    await put('1', 'a');
    const taken = await short.take();
    await until(async () => Number(await redis.zscore('ids:chat-outbox:leases', '1')) < Date.now(), 5_000);
    // The last time that anybody asked for something to send.
    await redis.set('ids:chat-outbox:asked', Date.now() - 60_000);
    expect(await short.take()).toEqual({ waitMs: undefined });
    if ('turn' in taken) await taken.turn.done();
    expect(await outbox.waiting()).toBe(0);
  });

  it('is not held up by a number that stands for nothing', async () => {
    await redis.rpush('ids:chat-outbox:chat:1', '999');
    await redis.zadd('ids:chat-outbox:due', 0, '1');
    await put('1', 'a');
    await put('2', 'b');
    expect((await drain()).sort()).toEqual(['1 a', '2 b']);
  });

  it('tells who listens of what was put, not of what was known or replaced', async () => {
    let heard = 0;
    outbox.onPut(() => (heard += 1));
    await outbox.put({ id: 'x', chat: '1', payload: 1 });
    await outbox.put({ id: 'x', chat: '1', payload: 1 });
    await put('1', 'p1', 's');
    await put('1', 'p2', 's');
    expect(heard).toBe(2);
    expect(await outbox.waiting()).toBe(2);
  });
});
