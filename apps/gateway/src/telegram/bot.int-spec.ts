import { connectRedis, untilReady, type Redis } from '@ids/store';
import { badRequest, startRedis, tooManyRequests, until, type TestRedis } from '@ids/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ALICE, BOB, BotStage, SECRET, STRANGER } from '../../test/bots.js';

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
/** Whatever a test did to the bot: the token is nowhere to be read. */
afterEach(async () => {
  await stage.close();
  expect(stage.lines.join('')).not.toContain(SECRET);
});

const see = <T>(what: string, look: () => T | Promise<T>): Promise<unknown> => until(look, PATIENCE_MS, what);
const sees = (chat: number, texts: readonly string[]): Promise<unknown> =>
  until(
    () => JSON.stringify(stage.shown(chat)) === JSON.stringify(texts),
    PATIENCE_MS,
    `${texts.join()} in ${chat}`,
  );

describe('a bot', () => {
  it('registers its commands, and answers those who may in the order of their chat', async () => {
    await stage.bot();
    for (const text of ['one', 'two', 'three']) stage.api.says(ALICE, text);
    stage.api.says(STRANGER, 'hello?');
    stage.api.says(BOB, 'four');
    await sees(ALICE, ['IDS: one', 'IDS: two', 'IDS: three']);
    await sees(BOB, ['IDS: four']);
    expect(stage.shown(STRANGER)).toEqual([]);
    await see('the commands', () => stage.api.commands.size > 0);
  });

  it('starts without Telegram, and goes on once it is there', async () => {
    for (const method of ['getMe', 'setMyCommands', 'deleteWebhook']) {
      stage.api.fail(method, { cut: true });
      stage.api.fail(method, { status: 502 });
    }
    await stage.bot();
    stage.api.says(ALICE, 'one');
    await sees(ALICE, ['IDS: one']);
    await see('the commands', () => stage.api.commands.size > 0);
  });

  it('lets nobody in where nobody is named, and says so', async () => {
    const { intake } = await stage.bot({ env: { ALLOWED_TELEGRAM_USERS: '' } });
    const chat = { id: ALICE, type: 'private' };
    const message = { message_id: 1, from: { id: ALICE }, chat, text: '/help' };
    expect(await intake.take({ update_id: 1, message })).toBe('stranger');
    expect(stage.lines.join('')).toContain('ALLOWED_TELEGRAM_USERS is empty');
  });

  it('tells whoever pressed a button what became of it', async () => {
    const { echo } = await stage.bot();
    const query = stage.api.sendsData(ALICE, ALICE, 1, 'x');
    stage.api.says(ALICE, 'a message to press below');
    await sees(ALICE, ['IDS: a message to press below']);
    const [message] = stage.api.chat(ALICE).messages.filter(({ from }) => from.id === stage.api.bot.id);
    const second = stage.api.sendsData(ALICE, ALICE, message?.id ?? 0, 'y');
    await see('an answer', () => stage.api.answers.length > 0);
    expect(stage.api.answers).toEqual([{ query: second, text: 'pressed y', alert: true }]);
    // The first was below no message.
    expect(echo.presses).toEqual(['y']);
    expect(query).not.toBe(second);
  });

  it('does not mind that an answer to a press comes too late', async () => {
    await stage.bot();
    const { id } = stage.api.says(ALICE, 'one');
    stage.api.fail('answerCallbackQuery', { refusal: badRequest('query is too old') });
    stage.api.sendsData(ALICE, ALICE, id, 'x');
    stage.api.says(ALICE, 'two');
    await sees(ALICE, ['IDS: one', 'IDS: two']);
    expect(stage.api.answers).toEqual([]);
  });

  it('takes commands to other bots for none of its own, wherever', async () => {
    stage.api.chat(-5);
    const { echo } = await stage.bot();
    const group = { id: -5, type: 'supergroup' };
    for (const [index, text] of ['/help@other_bot', '/help@IDS_bot', '/help'].entries()) {
      const message = { message_id: 10 + index, date: 1, from: { id: ALICE }, chat: group, text };
      stage.api.push(-5, { message });
    }
    stage.api.says(ALICE, '/help@other_bot');
    stage.api.says(ALICE, 'mine');
    await see('what is its own', () => echo.seen.length === 3);
    expect(echo.seen.sort()).toEqual(['/help', '/help@IDS_bot', 'mine']);
  });

  it('answers in the topic where it was asked, or beside it when that is gone', async () => {
    stage.api.chat(-5, { topics: [3] });
    await stage.bot();
    const asked = stage.api.says(ALICE, '/one', -5, { threadId: 3 });
    await sees(-5, ['IDS: /one']);
    expect(stage.api.chat(-5).messages.at(-1)).toMatchObject({ threadId: 3, replyTo: asked.id });
    stage.api.says(ALICE, '/two', -5, { threadId: 9 });
    await sees(-5, ['IDS: /one', 'IDS: /two']);
    expect(stage.api.chat(-5).messages.at(-1)?.threadId).toBeUndefined();
    const chat = stage.api.chat(-5);
    stage.api.says(ALICE, '/three', -5, { threadId: 3 });
    chat.closedTopics.add(3);
    await sees(-5, ['IDS: /one', 'IDS: /two', 'IDS: /three']);
    expect(chat.messages.at(-1)?.threadId).toBeUndefined();
  });
});

describe('what cannot be sent', () => {
  it('holds up no other chat while one has to wait', async () => {
    const { metrics } = await stage.bot();
    stage.api.fail('sendMessage', { refusal: tooManyRequests(2) });
    stage.api.says(ALICE, 'flooded');
    await see('the refusal', () => stage.api.calls.some(({ status }) => status === 429));
    stage.api.says(BOB, 'free');
    await sees(BOB, ['IDS: free']);
    await sees(ALICE, ['IDS: flooded']);
    const [refused, taken] = stage.api.calls.filter(
      ({ method, values }) => method === 'sendMessage' && values['chat_id'] === ALICE,
    );
    expect((taken?.at ?? 0) - (refused?.at ?? 0)).toBeGreaterThanOrEqual(2_000);
    expect((await metrics.telegramFloods.get()).values[0]?.value).toBe(1);
  });

  it('is sent once Telegram is there again', async () => {
    await stage.bot();
    stage.api.fail('sendMessage', { status: 502 }, 2);
    stage.api.fail('sendMessage', { cut: true });
    stage.api.says(ALICE, 'again');
    await sees(ALICE, ['IDS: again']);
  });

  it('is sent without looks that Telegram does not take', async () => {
    const { echo, outbox } = await stage.bot();
    stage.api.fail('sendMessage', { refusal: badRequest("can't parse entities") });
    const entities = [{ type: 'bold', offset: 0, length: 5 }];
    const place = { chat: ALICE };
    await outbox.put({
      id: 'x',
      chat: String(ALICE),
      payload: { kind: 'message', place, text: 'Hello', entities, keyboard: [] },
    });
    await sees(ALICE, ['Hello']);
    expect(stage.api.chat(ALICE).messages[0]?.entities).toEqual([]);
    expect(echo.seen).toEqual([]);
  });

  it('is given up if Telegram will never take it, or nobody can read it, and the next is sent', async () => {
    const { outbox } = await stage.bot();
    const put = (id: string, payload: unknown): Promise<unknown> =>
      outbox.put({ id, chat: String(ALICE), payload });
    const text = 'a text that no log may hold'.repeat(200);
    await put('long', { kind: 'message', place: { chat: ALICE }, text, entities: [], keyboard: [] });
    await put('odd', { kind: 'song', place: { chat: ALICE } });
    await put('edit', { kind: 'unbutton', place: { chat: ALICE }, message: 99 });
    stage.api.says(ALICE, 'next');
    await sees(ALICE, ['IDS: next']);
    // A message is seen before its sender has noted so.
    await see('an empty outbox', async () => (await outbox.waiting()) === 0);
    const log = stage.lines.join('');
    expect(log).toContain('message is too long');
    expect(log).not.toContain('a text that no log may hold');
  });

  it('is not sent to who blocked the bot until they let it in again', async () => {
    const { echo } = await stage.bot();
    stage.api.chat(ALICE).closed = 'blocked';
    stage.api.says(ALICE, 'are you there');
    await see('the refusal', () => stage.api.calls.some(({ status }) => status === 403));
    await see('that it is closed', async () => (await redis.scard('ids:chat-outbox:closed')) === 1);
    expect(await echo.parts.outbox.put({ id: 'x', chat: String(ALICE), payload: 1 })).toBe('closed');
    stage.api.chat(ALICE).closed = undefined;
    const member = { user: stage.api.bot, status: 'member' };
    const chat = { id: ALICE, type: 'private', first_name: 'Alice' };
    stage.api.push(ALICE, { my_chat_member: { chat, from: { id: ALICE }, new_chat_member: member } });
    await see('that it is open', async () => (await redis.scard('ids:chat-outbox:closed')) === 0);
    expect(echo.memberships).toEqual([[ALICE, true]]);
    stage.api.says(ALICE, 'back');
    await sees(ALICE, ['IDS: back']);
  });

  it('is sent to who writes again, also if nobody told that the bot was let in', async () => {
    await stage.bot();
    stage.api.chat(ALICE).closed = 'blocked';
    stage.api.says(ALICE, 'are you there');
    await see('that it is closed', async () => (await redis.scard('ids:chat-outbox:closed')) === 1);
    stage.api.chat(ALICE).closed = undefined;
    stage.api.says(ALICE, 'back');
    await sees(ALICE, ['IDS: back']);
  });
});

describe('a group that becomes a supergroup', () => {
  it('is followed when a message is refused for it', async () => {
    const { echo } = await stage.bot();
    stage.api.chat(-5, { type: 'group' });
    stage.api.chat(-1005);
    stage.api.chat(-5).migratedTo = -1005;
    stage.api.says(ALICE, '/again', -5);
    await sees(-1005, ['IDS: /again']);
    expect(echo.moves).toEqual([[-5, -1005]]);
    expect(stage.api.chat(-1005).messages.at(-1)?.replyTo).toBeUndefined();
  });

  it('is followed when it is told by somebody who may, and not when a stranger tells it', async () => {
    const { echo } = await stage.bot({ env: { ALLOWED_TELEGRAM_USERS: `1,${ALICE}` } });
    stage.api.chat(-5, { type: 'group' });
    // As the double has it, person 1 makes a supergroup of it.
    stage.api.migrate(-5, -1005);
    await see('both messages', () => echo.moves.length === 2);
    expect(echo.moves).toEqual([
      [-5, -1005],
      [-5, -1005],
    ]);
    const strange = { message_id: 1, from: { id: STRANGER }, chat: { id: -6 }, migrate_to_chat_id: -7 };
    stage.api.push(-6, { message: strange });
    stage.api.says(ALICE, 'behind it');
    await sees(ALICE, ['IDS: behind it']);
    expect(echo.moves).toHaveLength(2);
  });
});

const living = (chat: number, text: string, id: string): unknown => ({
  id,
  chat: String(chat),
  payload: { kind: 'living', place: { chat }, session: 's', text, entities: [], keyboard: [] },
});

const put = async (outbox: { put(message: never): Promise<unknown> }, message: unknown): Promise<void> => {
  await outbox.put(message as never);
};

describe('living messages', () => {
  it('are sent once without ringing, then edited, and followed no more when they are gone', async () => {
    const { outbox } = await stage.bot();
    await put(outbox, living(ALICE, 'begun', '1'));
    await put(outbox, living(ALICE, 'going on', '2'));
    await sees(ALICE, ['going on']);
    const [message] = stage.api.chat(ALICE).messages;
    expect(message).toMatchObject({ silent: true, edits: 1 });
    if (message !== undefined) message.deleted = true;
    await put(outbox, living(ALICE, 'lost', '3'));
    stage.api.says(ALICE, 'next');
    await sees(ALICE, ['going on', 'IDS: next']);
  });

  it('begin anew in the supergroup that their group became, where nothing else has their number', async () => {
    const { outbox } = await stage.bot();
    stage.api.chat(-5, { type: 'group' });
    await put(outbox, living(-5, 'begun', '1'));
    await sees(-5, ['begun']);
    await put(outbox, {
      id: 'x',
      chat: '-1005',
      payload: { kind: 'message', place: { chat: -1005 }, text: 'old', entities: [], keyboard: [] },
    });
    stage.api.chat(-1005);
    stage.api.chat(-5).migratedTo = -1005;
    await put(outbox, living(-5, 'going on', '2'));
    await put(outbox, living(-5, 'nearly there', '3'));
    await sees(-1005, ['old', 'nearly there']);
  });
});
