import { loadSettings, type Settings, type TelegramSettings } from '@ids/config';
import { createMetrics, silentLogger } from '@ids/observability';
import { connectRedis, untilReady, type Redis } from '@ids/store';
import {
  startBotApiDouble,
  startRedis,
  tooManyRequests,
  until,
  type BotApiDouble,
  type TestRedis,
} from '@ids/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { connectStores, type Stores } from '../stores.js';
import { assembleBot, type ConversationParts } from './assemble.js';
import type { Bot } from './bot.js';
import type { Origin } from './place.js';
import { own } from './text/rich-text.js';
import type { Conversation } from './updates/conversation.js';
import type { Intake } from './updates/intake.js';

const TOKEN = '1000:AAF-token-of-this-spec-0123456789';
const ALICE = 11;
const BOB = 12;
const STRANGER = 666;

let server: TestRedis;
let look: Redis;
beforeAll(async () => {
  server = await startRedis();
  look = connectRedis(server.url, 'worker');
  await untilReady(look, 20_000);
});
afterAll(async () => {
  look.disconnect();
  await server.stop();
});

let api: BotApiDouble;
const gateways: { readonly bot: Bot; readonly stores: Stores; readonly intake: Intake }[] = [];
beforeEach(async () => {
  await look.flushall();
  api = await startBotApiDouble({ token: TOKEN });
  for (const chat of [ALICE, BOB, STRANGER]) api.chat(chat);
});
afterEach(async () => {
  for (const { bot, stores } of gateways.splice(0)) {
    await bot.stop();
    stores.close();
  }
  await api.close();
});

/** Echoes, fails once or for good, or takes its time, as the text says. */
class Echo implements Conversation {
  readonly seen: string[] = [];
  readonly failures: unknown[] = [];
  readonly gates = new Map<string, Promise<void>>();

  constructor(
    private readonly parts: ConversationParts,
    private readonly name: string,
  ) {}

  async message(origin: Origin, text: string): Promise<void> {
    this.seen.push(text);
    if (text.includes('throw')) throw new TypeError('a bug');
    await this.gates.get(text);
    await this.parts.letters.answer(origin, 'echo', { parts: [own(`${this.name}: ${text}`)] });
  }

  press(): Promise<{ text: string; alert: boolean }> {
    return Promise.resolve({ text: 'pressed', alert: false });
  }

  async errand(): Promise<void> {}

  async membership(chat: number, open: boolean): Promise<void> {
    await (open ? this.parts.outbox.openChat(String(chat)) : this.parts.outbox.closeChat(String(chat)));
  }

  async migrated(from: number, to: number): Promise<void> {
    await this.parts.outbox.moveChat(String(from), String(to));
  }

  failed(_origin: Origin, error: unknown): Promise<void> {
    this.failures.push(error);
    return Promise.resolve();
  }
}

type Gateway = (typeof gateways)[number] & { readonly echo: Echo };

async function gateway(name = 'IDS', env: Readonly<Record<string, string>> = {}): Promise<Gateway> {
  const settings = loadSettings({
    REDIS_URL: server.url,
    TELEGRAM_BOT_TOKEN: TOKEN,
    TELEGRAM_API_ROOT: api.url,
    ALLOWED_TELEGRAM_USERS: `${ALICE},${BOB}`,
    ...env,
  });
  const stores = await connectStores(settings);
  let echo: Echo | undefined;
  const assembled = assembleBot({
    settings: withBot(settings),
    stores,
    log: silentLogger,
    metrics: createMetrics('spec'),
    commands: [{ command: 'help', description: 'Help' }],
    leaseMs: 3_000,
    conversation: (parts) => (echo = new Echo(parts, name)),
  });
  if (echo === undefined) throw new Error('no conversation was made');
  const made = { ...assembled, stores, echo };
  gateways.push(made);
  made.bot.start();
  return made;
}

function withBot(settings: Settings): Settings & { telegram: TelegramSettings } {
  const { telegram } = settings;
  if (telegram === undefined) throw new Error('no bot is set');
  return { ...settings, telegram };
}

const shown = (chat: number): string[] =>
  api
    .chat(chat)
    .messages.filter(({ from }) => from.id === api.bot.id)
    .map(({ text }) => text);

const introduced = (): Promise<unknown> => until(() => api.commands.size > 0, 60_000, 'the commands');

const untilShown = (chat: number, texts: readonly string[]): Promise<unknown> =>
  until(() => JSON.stringify(shown(chat)) === JSON.stringify(texts), 60_000, `${texts.join()} in ${chat}`);

describe('the bot by long polling', () => {
  it('registers its commands, and answers those who may in the order of their chat', async () => {
    await gateway();
    for (const text of ['one', 'two', 'three']) api.says(ALICE, text);
    api.says(STRANGER, 'hello?');
    api.says(BOB, 'four');
    await untilShown(ALICE, ['IDS: one', 'IDS: two', 'IDS: three']);
    await untilShown(BOB, ['IDS: four']);
    expect(shown(STRANGER)).toEqual([]);
    await introduced();
  });

  it('goes on after a handler that throws, and the others do not wait for one that is slow', async () => {
    const { echo } = await gateway();
    const gate = new AbortController();
    echo.gates.set('slow', new Promise((resolve) => gate.signal.addEventListener('abort', () => resolve())));
    api.says(ALICE, 'throw');
    api.says(ALICE, 'slow');
    api.says(BOB, 'quick');
    await untilShown(BOB, ['IDS: quick']);
    expect(echo.failures).toEqual([new TypeError('a bug')]);
    expect(shown(ALICE)).toEqual([]);
    gate.abort();
    await untilShown(ALICE, ['IDS: slow']);
  });

  it('is done by one gateway at a time: the next takes over when it closes', async () => {
    const first = await gateway('first');
    api.says(ALICE, 'one');
    await untilShown(ALICE, ['first: one']);
    const second = await gateway('second');
    api.says(ALICE, 'two');
    await until(() => shown(ALICE).length === 2, 60_000, 'the second answer');
    await first.bot.stop();
    api.says(ALICE, 'three');
    await until(() => shown(ALICE).at(-1) === 'second: three', 60_000, 'the other gateway');
    expect(second.echo.seen).toContain('three');
    expect(api.calls.filter(({ status }) => status === 409)).toEqual([]);
  });

  it('sends what could not be sent once Telegram is there again, and holds up no other chat', async () => {
    await gateway();
    api.fail('sendMessage', { refusal: tooManyRequests(2) });
    api.says(ALICE, 'flooded');
    await until(() => api.calls.some(({ status }) => status === 429), 60_000, 'the refusal');
    api.says(BOB, 'free');
    await untilShown(BOB, ['IDS: free']);
    expect(shown(ALICE)).toEqual([]);
    await untilShown(ALICE, ['IDS: flooded']);
    api.fail('sendMessage', { status: 502 });
    api.says(ALICE, 'again');
    await untilShown(ALICE, ['IDS: flooded', 'IDS: again']);
    api.fail('sendMessage', { cut: true });
    api.says(BOB, 'cut');
    await untilShown(BOB, ['IDS: free', 'IDS: cut']);
  });

  it('leaves who blocked it alone until they let it in again', async () => {
    await gateway();
    api.chat(ALICE).closed = 'blocked';
    api.says(ALICE, 'are you there');
    await until(() => api.calls.some(({ status }) => status === 403), 60_000, 'the refusal');
    api.chat(ALICE).closed = undefined;
    const member = { user: api.bot, status: 'member' };
    const chat = { id: ALICE, type: 'private', first_name: 'Alice' };
    const from = { id: ALICE, is_bot: false, first_name: 'Alice' };
    api.push(ALICE, {
      my_chat_member: { chat, from, date: 1, old_chat_member: member, new_chat_member: member },
    });
    api.says(ALICE, 'back');
    await untilShown(ALICE, ['IDS: back']);
  });

  it('follows a group that becomes a supergroup', async () => {
    await gateway();
    api.chat(-5, { type: 'group' });
    api.says(ALICE, '/hello', -5);
    await untilShown(-5, ['IDS: /hello']);
    const old = api.chat(-5);
    api.chat(-1005, { type: 'supergroup' });
    old.migratedTo = -1005;
    api.says(ALICE, '/again', -5);
    await untilShown(-1005, ['IDS: /again']);
  });
});

describe('the intake', () => {
  const from = (id: number): object => ({ id, is_bot: false, first_name: 'x' });
  const chat = { id: ALICE, type: 'private' };

  it('costs strangers nothing but a counter, whatever kind of update', async () => {
    const { intake } = await gateway();
    await introduced();
    const before = await look.keys('ids:inbox:*');
    const message = { message_id: 1, from: from(STRANGER), chat, text: '/code harm' };
    const kinds = ['message', 'edited_message', 'channel_post', 'business_message', 'guest_message'];
    for (const [index, kind] of kinds.entries()) {
      expect(await intake.take({ update_id: 100 + index, [kind]: message })).toBe('stranger');
    }
    const query = { id: 'q', from: from(STRANGER), chat_instance: 'x', data: 'x', message };
    expect(await intake.take({ update_id: 200, callback_query: query })).toBe('stranger');
    // Who hides behind a person that may is a stranger all the same.
    expect(await intake.take({ update_id: 201, message: { ...message, from: from(ALICE) }, x: query })).toBe(
      'stranger',
    );
    expect(await look.keys('ids:inbox:*')).toEqual(before);
  });

  it('takes no notice of what it has no use for, and survives what is no update', async () => {
    const { intake } = await gateway();
    await introduced();
    const message = { message_id: 1, from: from(ALICE), chat, text: 'x' };
    expect(await intake.take({ update_id: 1, edited_message: message })).toBe('ignored');
    expect(await intake.take({ update_id: 2, message: { ...message, text: 7 } })).toBe('ignored');
    expect(await intake.take({ update_id: 3, message: { ...message, chat: { id: 'x' } } })).toBe('ignored');
    for (const odd of [null, 7, 'x', [], {}, { update_id: 'x' }, { update_id: 4 }]) {
      expect(await intake.take(odd)).toBe('malformed');
    }
  });

  it('passes on in groups what is meant for this bot alone', async () => {
    const { intake } = await gateway();
    await introduced();
    const group = { id: -9, type: 'supergroup' };
    const take = (number: number, text: string, more: object = {}): Promise<string> =>
      intake.take({
        update_id: number,
        message: { message_id: 1, from: from(ALICE), chat: group, text, ...more },
      });
    expect(await take(1, 'just talk')).toBe('ignored');
    expect(await take(2, '/help@other_bot')).toBe('ignored');
    expect(await take(3, `/help@${api.bot.username}`)).toBe('taken');
    expect(await take(4, '/help')).toBe('taken');
    expect(await take(5, 'yes', { reply_to_message: { from: api.bot } })).toBe('taken');
    expect(await take(5, 'yes', { reply_to_message: { from: api.bot } })).toBe('known');
  });
});
