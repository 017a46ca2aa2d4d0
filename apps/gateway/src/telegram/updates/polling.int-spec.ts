import { connectRedis, untilReady, type Redis } from '@ids/store';
import { badRequest, Refusal, startRedis, tooManyRequests, until, type TestRedis } from '@ids/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ALICE, BOB, BotStage, SECRET, STRANGER, type TestBot } from '../../../test/bots.js';

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
const conflicts = (): number => stage.api.calls.filter(({ status }) => status === 409).length;
const holder = (): Promise<string | null> => redis.get('ids:lease:telegram-polling');

/** Polls alone: what others took in is worked on by those that poll not. */
async function poller(name: string, leaseMs = 3_000): Promise<TestBot> {
  return await stage.bot({ name, times: { pollingLeaseMs: leaseMs } });
}

describe('long polling', () => {
  it('is done by one gateway at a time; the next takes over as soon as it closes', async () => {
    const first = await poller('first', 60_000);
    await see('a poll', () => holder());
    const second = await poller('second', 60_000);
    stage.api.says(ALICE, 'one');
    await see('an answer', () => stage.shown(ALICE).length === 1);
    await first.close();
    const before = stage.api.calls.length;
    stage.api.says(ALICE, 'two');
    await see('the second', () => second.echo.seen.includes('two'));
    expect(stage.shown(ALICE).filter((text) => text.endsWith('one'))).toHaveLength(1);
    expect(conflicts()).toBe(0);
    expect(stage.api.calls.length).toBeGreaterThan(before);
  });

  it('is taken over from one that dies, once its lease is over, and nothing is lost or doubled', async () => {
    const first = await poller('x', 1_000);
    stage.api.says(ALICE, 'one');
    await sees(ALICE, ['x: one']);
    const dead = await holder();
    first.die();
    stage.api.says(ALICE, 'two');
    await poller('x', 1_000);
    await see('another holder', async () => {
      const now = await holder();
      return now !== null && now !== dead;
    });
    stage.api.says(ALICE, 'three');
    await sees(ALICE, ['x: one', 'x: two', 'x: three']);
  });

  it('keeps its lease while a poll is held for longer', async () => {
    await poller('x', 600);
    stage.api.says(ALICE, 'one');
    await sees(ALICE, ['x: one']);
    const mine = await holder();
    const polls = stage.api.calls.length;
    const end = Date.now() + 2_000;
    await see('some time', async () => {
      expect(await holder()).toBe(mine);
      return Date.now() > end;
    });
    expect(stage.api.calls).toHaveLength(polls);
  });

  it('ends a poll when the lease is lost, and asks for it again', async () => {
    const { updates } = stage.api;
    await poller('x', 900);
    await see('a poll', () => updates.polled);
    await redis.set('ids:lease:telegram-polling', 'somebody else', 'PX', 3_600_000);
    // Telegram would hold it for 25 s.
    await until(() => !updates.polled, 15_000, 'the end of the poll');
    stage.api.says(ALICE, 'one');
    await redis.del('ids:lease:telegram-polling');
    await sees(ALICE, ['x: one']);
  });

  it('goes on after all that Telegram may say', async () => {
    const { api } = stage;
    api.fail('getUpdates', { refusal: new Refusal(409, 'Conflict: terminated by other getUpdates request') });
    api.fail('getUpdates', { refusal: new Refusal(401, 'Unauthorized') });
    api.fail('getUpdates', { refusal: badRequest('whatever') });
    api.fail('getUpdates', { status: 500 });
    api.fail('getUpdates', { cut: true });
    api.says(ALICE, 'one');
    await poller('x');
    await sees(ALICE, ['x: one']);
  });

  it('waits as long as it is told to', async () => {
    stage.api.fail('getUpdates', { refusal: tooManyRequests(2) });
    stage.api.says(ALICE, 'one');
    await poller('x');
    await sees(ALICE, ['x: one']);
    const polls = stage.api.calls.filter(({ method }) => method === 'getUpdates');
    expect((polls[1]?.at ?? 0) - (polls[0]?.at ?? 0)).toBeGreaterThanOrEqual(2_000);
  });

  it('leaves the webhook to newer gateways once it stops, though it took it away', async () => {
    const old = await poller('old');
    await see('a poll', () => stage.api.updates.polled);
    const env = {
      TELEGRAM_WEBHOOK_URL: 'http://127.0.0.1:1/hook',
      TELEGRAM_WEBHOOK_SECRET: 'a-secret-of-the-spec',
    };
    await stage.bot({ env, times: { webhookAgainMs: 300 } });
    const deleted = (): number => stage.api.calls.filter(({ method }) => method === 'deleteWebhook').length;
    await see('that it is taken away', () => deleted() > 1);
    await old.close();
    await see('the webhook', () => stage.api.updates.hook !== undefined);
  });

  it('takes the webhook away that was set before, and gets what waits', async () => {
    stage.api.says(ALICE, 'before');
    stage.api.updates.setWebhook({ url: 'http://127.0.0.1:1/', secret: undefined });
    await poller('x');
    await see('no webhook', () => stage.api.updates.hook === undefined);
    stage.api.says(ALICE, 'after');
    await see('an answer', () => stage.shown(ALICE).includes('x: after'));
    // Somebody sets one while it polls.
    stage.api.updates.setWebhook({ url: 'http://127.0.0.1:1/', secret: undefined });
    await see('no webhook', () => stage.api.updates.hook === undefined);
    stage.api.says(ALICE, 'again');
    await see('an answer', () => stage.shown(ALICE).includes('x: again'));
  });

  it('costs strangers nothing in Redis, and nobody an answer', async () => {
    await poller('x');
    for (const kind of ['message', 'edited_message', 'channel_post', 'telepathy']) {
      const chat = { id: STRANGER, type: 'private' };
      const from = { id: STRANGER };
      stage.api.push(STRANGER, { [kind]: { message_id: 1, from, chat, text: '/code harm' } });
    }
    stage.api.says(ALICE, 'one');
    await sees(ALICE, ['x: one']);
    const keys = await redis.keys('*');
    expect(keys.filter((key) => key.includes(String(STRANGER)))).toEqual([]);
    expect(await redis.keys('ids:inbox:updates:seen:*')).toHaveLength(1);
    expect(stage.api.calls.filter(({ values }) => values['chat_id'] === STRANGER)).toEqual([]);
  });

  it('confirms nothing of a chat that is full, and lets the others go on', async () => {
    const bot = await poller('x');
    // Its list is full of what a gateway that died is at.
    const list = `ids:inbox:updates:chat:${ALICE}`;
    await redis.rpush(list, ...Array.from({ length: 1_000 }, () => '{}'));
    await redis.zadd('ids:inbox:updates:leases', Date.now() + 3_600_000, String(ALICE));
    for (const text of ['a', 'b']) stage.api.says(ALICE, text);
    stage.api.says(BOB, 'free');
    await sees(BOB, ['x: free']);
    expect(stage.api.updates.pending).toBe(3);
    await redis.del(list);
    await redis.zrem('ids:inbox:updates:leases', String(ALICE));
    await sees(ALICE, ['x: a', 'x: b']);
    await see('that all is confirmed', () => stage.api.updates.pending === 0);
    expect(bot.echo.seen.sort()).toEqual(['a', 'b', 'free']);
  });

  it('confirms nothing while Redis is away', async () => {
    const bot = await poller('x');
    stage.api.says(ALICE, 'one');
    await sees(ALICE, ['x: one']);
    await server.kill();
    stage.api.says(ALICE, 'two');
    stage.api.says(ALICE, 'three');
    await see('that it is noticed', () =>
      stage.lines.some((line) => line.includes('polling of Telegram waits')),
    );
    expect(stage.api.updates.pending).toBeGreaterThanOrEqual(2);
    await server.restart();
    await sees(ALICE, ['x: one', 'x: two', 'x: three']);
    expect(bot.echo.seen).toEqual(['one', 'two', 'three']);
  });
});
