import { setTimeout as delay } from 'node:timers/promises';
import { IdsError } from '@ids/kernel';
import { connectRedis, untilReady, type Redis } from '@ids/store';
import { startRedis, until, type TestRedis } from '@ids/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ALICE, BOB, BotStage, SECRET, type TestBot } from '../../../test/bots.js';

const PATIENCE_MS = 40_000;

let server: TestRedis;
let redis: Redis;
let stage: BotStage;
beforeAll(async () => {
  server = await startRedis();
  redis = connectRedis(server.url, 'worker');
  await untilReady(redis, 20_000);
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});
beforeEach(async () => {
  await redis.flushall();
  stage = await BotStage.open(server.url);
});
afterEach(async () => {
  await stage.close();
  expect(stage.lines.join('')).not.toContain(SECRET);
});

const see = <T>(what: string, look: () => T | Promise<T>): Promise<unknown> => until(look, PATIENCE_MS, what);
const sees = (chat: number, texts: readonly string[]): Promise<unknown> =>
  see(`${texts.join()} in ${chat}`, () => JSON.stringify(stage.shown(chat)) === JSON.stringify(texts));

/** As Telegram would tell of it; many gateways may be told of the same. */
function said(number: number, person: number, text: string): object {
  const chat = { id: person, type: 'private' };
  return { update_id: number, message: { message_id: number, date: 1, from: { id: person }, chat, text } };
}

/** Opens when the test says so. */
function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  const control = new AbortController();
  const opened = new Promise<void>((resolve) => control.signal.addEventListener('abort', () => resolve()));
  return { opened, open: () => control.abort() };
}

describe('what was taken in', () => {
  it('is worked on once, however many gateways are told of it and work', async () => {
    const bots = await Promise.all([stage.bot(), stage.bot(), stage.bot()]);
    const numbers = Array.from({ length: 30 }, (_, index) => index + 1_000);
    await Promise.all(
      bots.map(async ({ intake }) => {
        for (const number of numbers) await intake.take(said(number, ALICE + (number % 2), String(number)));
      }),
    );
    await see('all', () => bots.flatMap(({ echo }) => echo.seen).length === 30);
    const seen = bots.flatMap(({ echo }) => echo.seen);
    expect([...seen].sort()).toEqual(numbers.map(String));
    expect(await redis.keys('ids:inbox:updates:chat:*')).toEqual([]);
  });

  it('keeps its order within a chat, over gateways, also while one of them takes its time', async () => {
    const bots = await Promise.all([stage.bot({ name: 'x' }), stage.bot({ name: 'x' })]);
    const slow = gate();
    for (const { echo } of bots) echo.before.set('one', () => slow.opened);
    for (const [index, text] of ['one', 'two', 'three'].entries()) {
      await bots[index % 2]?.intake.take(said(2_000 + index, ALICE, text));
    }
    await bots[0]?.intake.take(said(2_010, BOB, 'quick'));
    await sees(BOB, ['x: quick']);
    expect(bots.flatMap(({ echo }) => echo.seen).sort()).toEqual(['one', 'quick']);
    slow.open();
    await sees(ALICE, ['x: one', 'x: two', 'x: three']);
  });

  it('is left to a handler for longer than its lease', async () => {
    const bots = await Promise.all([
      stage.bot({ times: { updateLeaseMs: 600 } }),
      stage.bot({ times: { updateLeaseMs: 600 } }),
    ]);
    const slow = gate();
    for (const { echo } of bots) echo.before.set('slow', () => slow.opened);
    await bots[0].intake.take(said(3_000, ALICE, 'slow'));
    await see('that it began', () => bots.some(({ echo }) => echo.seen.length > 0));
    // Four leases: who wants to take it has had every chance.
    await delay(2_400);
    slow.open();
    await sees(ALICE, ['IDS: slow']);
    expect(bots.flatMap(({ echo }) => echo.seen)).toEqual(['slow']);
  });

  it('is done by another gateway if its own dies over it', async () => {
    const first = await stage.bot({ name: 'first', times: { updateLeaseMs: 600 } });
    const never = gate();
    first.echo.before.set('one', () => never.opened);
    await first.intake.take(said(4_000, ALICE, 'one'));
    await see('that it began', () => first.echo.seen.length === 1);
    first.die();
    await stage.bot({ name: 'second', times: { updateLeaseMs: 600 } });
    await sees(ALICE, ['second: one']);
    never.open();
  });

  it('ends a gateway that stops: what it is at is done, what waits is left', async () => {
    const first = await stage.bot({ name: 'first' });
    const slow = gate();
    first.echo.before.set('one', () => slow.opened);
    await first.intake.take(said(5_000, ALICE, 'one'));
    await first.intake.take(said(5_001, ALICE, 'two'));
    await see('that it began', () => first.echo.seen.length === 1);
    const closing = first.close();
    slow.open();
    await closing;
    expect(first.echo.seen).toEqual(['one']);
    const second = await stage.bot({ name: 'second' });
    await sees(ALICE, ['first: one', 'second: two']);
    expect(second.echo.seen).toEqual(['two']);
  });
});

/** Fails so many times with this. */
function failing(bot: TestBot, text: string, times: number, error: () => Error): () => number {
  let tries = 0;
  bot.echo.before.set(text, () => {
    tries += 1;
    return tries <= times ? Promise.reject(error()) : Promise.resolve();
  });
  return () => tries;
}

describe('a handler that fails', () => {
  it('is tried again if that may help, and its chat waits meanwhile', async () => {
    const bot = await stage.bot();
    failing(bot, 'one', 2, () => new IdsError('no_worker_answered'));
    failing(bot, 'two', 1, () => new Error('Connection is closed.'));
    for (const [index, text] of ['one', 'two', 'three'].entries()) {
      await bot.intake.take(said(6_000 + index, ALICE, text));
    }
    await sees(ALICE, ['IDS: one', 'IDS: two', 'IDS: three']);
    expect(bot.echo.failures).toEqual([]);
  });

  it('is given up if that cannot help, the person is told, and the next goes on', async () => {
    const bot = await stage.bot();
    const error = new TypeError('a bug');
    const tries = failing(bot, 'one', 9, () => error);
    failing(bot, 'x', 9, () => new IdsError('project_not_found'));
    await bot.intake.take(said(7_000, ALICE, 'one'));
    await bot.intake.take(said(7_001, ALICE, 'two'));
    await sees(ALICE, ['IDS: two']);
    expect(bot.echo.failures).toEqual([error]);
    expect(tries()).toBe(1);
    // Whoever pressed a button is not left with a turning wheel.
    const [shown] = stage.api.chat(ALICE).messages;
    const query = stage.api.sendsData(ALICE, ALICE, shown?.id ?? 0, 'x');
    await see('an answer', () => stage.api.answers.length === 1);
    expect(stage.api.answers).toEqual([{ query, text: '', alert: false }]);
    expect(bot.echo.failures).toHaveLength(2);
  });

  it('is given up after a while if it never helps', async () => {
    const bot = await stage.bot({ times: { patienceMs: 500 } });
    const tries = failing(bot, 'one', 99, () => new IdsError('redis_unavailable'));
    await bot.intake.take(said(8_000, ALICE, 'one'));
    await bot.intake.take(said(8_001, ALICE, 'two'));
    await sees(ALICE, ['IDS: two']);
    expect(tries()).toBeGreaterThan(1);
    expect(bot.echo.failures).toHaveLength(1);
  });

  it('stops nothing, also if it fails at telling that it failed', async () => {
    const bot = await stage.bot();
    failing(bot, 'one', 1, () => new Error('a bug'));
    bot.echo.failed = () => Promise.reject(new Error('another bug'));
    await bot.intake.take(said(9_000, ALICE, 'one'));
    await bot.intake.take(said(9_001, ALICE, 'two'));
    await sees(ALICE, ['IDS: two']);
  });

  it('stops nothing, also if what was kept cannot be read', async () => {
    const bot = await stage.bot();
    await redis.rpush(`ids:inbox:updates:chat:${ALICE}`, '{"kind":"telepathy"}', 'no JSON');
    await redis.zadd('ids:inbox:updates:ready', 0, String(ALICE));
    await bot.intake.take(said(9_100, ALICE, 'one'));
    await sees(ALICE, ['IDS: one']);
  });
});

describe('errands', () => {
  it('are done beside the updates of their chat, and one that fails stops no other', async () => {
    const bot = await stage.bot();
    const slow = gate();
    bot.echo.before.set('slow', () => slow.opened);
    bot.echo.before.set('broken', () => Promise.reject(new Error('a bug')));
    const { errands } = bot.echo.parts;
    for (const [chat, payload] of [
      ['1', 'slow'],
      ['2', 'broken'],
      ['2', 'fine'],
    ] as const) {
      await errands.accept(`errand ${payload}`, chat, payload);
    }
    await bot.intake.take(said(9_500, ALICE, 'one'));
    await sees(ALICE, ['IDS: one']);
    await see('the errands', () => bot.echo.errands.length === 3);
    expect([...bot.echo.errands].sort()).toEqual(['broken', 'fine', 'slow']);
    slow.open();
    await see('their end', async () => (await redis.keys('ids:inbox:errands:chat:*')).length === 0);
  });
});

describe('Redis that goes away', () => {
  it('keeps what was taken in, and the bot goes on once it is back, however late', async () => {
    const bot = await stage.bot({ times: { patienceMs: 100 } });
    const slow = gate();
    bot.echo.before.set('one', () => slow.opened);
    await bot.intake.take(said(9_600, ALICE, 'one'));
    await bot.intake.take(said(9_601, ALICE, 'two'));
    await see('that it began', () => bot.echo.seen.length === 1);
    await server.kill();
    await expect(bot.intake.take(said(9_602, ALICE, 'three'))).rejects.toThrow();
    slow.open();
    // The pauses before the third try are many times its patience.
    const tries = (): number => bot.echo.seen.filter((text) => text === 'one').length;
    await see('that it is tried beyond its patience', () => tries() > 3);
    await server.restart();
    await see('Redis', async () => {
      const outcome = await bot.intake.take(said(9_602, ALICE, 'three')).catch(() => undefined);
      return outcome === 'taken' || outcome === 'known';
    });
    await sees(ALICE, ['IDS: one', 'IDS: two', 'IDS: three']);
    expect(bot.echo.failures).toEqual([]);
  });
});
