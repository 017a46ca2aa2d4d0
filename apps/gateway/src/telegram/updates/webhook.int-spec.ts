import { request } from 'node:http';
import { Writable } from 'node:stream';
import { loadSettings, type RawEnvironment } from '@ids/config';
import type { Logger } from '@ids/observability';
import { connectRedis, untilReady, type Redis } from '@ids/store';
import {
  freePort,
  startBotApiDouble,
  startRedis,
  until,
  type BotApiDouble,
  type TestRedis,
} from '@ids/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { ALICE, BOB, SECRET as TOKEN_SECRET, STRANGER, TOKEN } from '../../../test/bots.js';
import { problemOf, send, type Answer, type Sent } from '../../../test/harness.js';
import { startGateway, type RunningGateway } from '../../start.js';

const SECRET = 'secret-of-the-webhook';
const HEADER = 'x-telegram-bot-api-secret-token';
const PATH = '/telegram/webhook';
const PATIENCE_MS = 40_000;

let server: TestRedis;
let redis: Redis;
let api: BotApiDouble;
let lines: string[];
let log: Logger;
const gateways: RunningGateway[] = [];
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
  api = await startBotApiDouble({ token: TOKEN });
  for (const chat of [ALICE, BOB, STRANGER]) api.chat(chat);
  lines = [];
  const written = new Writable({
    write: (chunk, _encoding, done) => {
      lines.push(String(chunk));
      done();
    },
  });
  log = pino({ level: 'trace' }, written);
});
/** Whatever a test did: neither secret is to be read in the log. */
afterEach(async () => {
  await Promise.all(gateways.splice(0).map((gateway) => gateway.close()));
  await api.close();
  expect(lines.join('')).not.toContain(TOKEN_SECRET);
  expect(lines.join('')).not.toContain(SECRET);
});

/** A gateway whose webhook is its own address, unless it is told otherwise. */
async function gateway(environment: RawEnvironment = {}): Promise<RunningGateway> {
  const port = await freePort();
  const settings = loadSettings({
    REDIS_URL: server.url,
    PORT: String(port),
    TELEGRAM_BOT_TOKEN: TOKEN,
    TELEGRAM_API_ROOT: api.url,
    TELEGRAM_WEBHOOK_URL: `http://127.0.0.1:${port}${PATH}`,
    TELEGRAM_WEBHOOK_SECRET: SECRET,
    ALLOWED_TELEGRAM_USERS: `${ALICE},${BOB}`,
    ...environment,
  });
  const started = await startGateway(settings, log);
  gateways.push(started);
  return started;
}

function said(number: number, person: number, text = '/whoami', kind = 'message'): object {
  const chat = { id: person, type: 'private' };
  return { update_id: number, [kind]: { message_id: number, date: 1, from: { id: person }, chat, text } };
}

const post = (to: RunningGateway, sent: Sent, secret = SECRET): Promise<Answer> =>
  send(to, 'POST', PATH, { ...sent, headers: { [HEADER]: secret, ...sent.headers } });
const answers = (chat: number): number =>
  api.chat(chat).messages.filter(({ from }) => from.id === api.bot.id).length;
const see = <T>(what: string, look: () => T | Promise<T>): Promise<unknown> => until(look, PATIENCE_MS, what);
const kept = (): Promise<string[]> => redis.keys('ids:inbox:*');

const registrations = (): number => api.calls.filter(({ method }) => method === 'setWebhook').length;

describe('the webhook', () => {
  it('takes each update once, and answers it', async () => {
    const own = await gateway();
    for (let time = 0; time < 3; time += 1) {
      const answer = await post(own, { json: said(7, ALICE) });
      expect(answer).toMatchObject({ status: 200, text: '' });
    }
    await see('an answer', () => answers(ALICE) === 1);
    // What comes behind it is answered behind it.
    await post(own, { json: said(8, ALICE) });
    await see('another answer', () => answers(ALICE) === 2);
  });

  it.each([
    ['no secret', ''],
    ['another secret of the same length', SECRET.replace('s', 'x')],
    ['a shorter one', SECRET.slice(0, -1)],
    ['a longer one', `${SECRET}x`],
  ])('refuses %s', async (_name, secret) => {
    const own = await gateway();
    const answer = await post(own, { json: said(7, ALICE) }, secret);
    expect(problemOf(answer)).toMatchObject({ status: 401, code: 'webhook_unauthorized' });
    const without = await send(own, 'POST', PATH, { json: said(7, ALICE) });
    expect(without.status).toBe(401);
    expect(await kept()).toEqual([]);
  });

  it('takes what strangers send for taken, and does nothing', async () => {
    const own = await gateway();
    await see('its start', () => api.commands.size > 0 && api.updates.hook !== undefined);
    const calls = api.calls.length;
    for (const [index, kind] of ['message', 'edited_message', 'channel_post', 'telepathy'].entries()) {
      expect((await post(own, { json: said(index, STRANGER, '/code x', kind) })).status).toBe(200);
      expect((await post(own, { json: said(index, ALICE, '/code x', 'edited_message') })).status).toBe(200);
    }
    for (const odd of [{}, [], { update_id: 'x' }, said(9, ALICE, 'x'.repeat(9_000))]) {
      expect((await post(own, { json: odd })).status).toBe(200);
    }
    expect(await kept()).toEqual([]);
    expect(api.calls).toHaveLength(calls);
    const metrics = (await send(own, 'GET', '/metrics')).text;
    expect(metrics).toMatch(/ids_telegram_updates_total\{outcome="stranger",program="gateway"\} 4/);
    expect(metrics).toMatch(/ids_telegram_updates_total\{outcome="malformed",program="gateway"\} 4/);
    expect(metrics).toMatch(/ids_telegram_waiting_messages\{program="gateway"\} 0/);
  });

  it('takes nothing that is no JSON, or too much of it', async () => {
    const own = await gateway();
    expect(problemOf(await post(own, { raw: '{' })).code).toBe('invalid_request');
    expect(problemOf(await post(own, { json: said(1, ALICE, 'x'.repeat(300_000)) })).code).toBe(
      'payload_too_large',
    );
    const text = { raw: '{}', headers: { 'content-type': 'text/plain' } };
    expect(problemOf(await post(own, text)).code).toBe('unsupported_media_type');
    const deep = `{"update_id":1,"message":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    expect((await post(own, { raw: deep })).status).toBe(200);
  });

  it('needs no key of IDS, counts against none, and is reached under any name', async () => {
    const keys = { IDS_API_KEYS: 'me:a-key-of-this-spec', IDS_RATE_LIMIT_PER_MINUTE: '2' };
    const [closed, open] = [await gateway(keys), await gateway({ IDS_RATE_LIMIT_PER_MINUTE: '2' })];
    for (let number = 1; number <= 6; number += 1) {
      expect((await post(closed, { json: said(number, ALICE) })).status).toBe(200);
    }
    const headers = { host: 'ids.example.org', origin: 'https://ids.example.org' };
    expect((await rawPost(open, said(7, ALICE), headers)).status).toBe(200);
    expect((await rawPost(open, said(8, ALICE), headers, '/v1/projects')).status).toBe(403);
  });

  it('asks to come again later when too much of a chat waits; other chats go on', async () => {
    const own = await gateway();
    await redis.rpush(`ids:inbox:updates:chat:${ALICE}`, ...Array.from({ length: 1_000 }, () => '{}'));
    const full = await post(own, { json: said(1, ALICE) });
    expect(problemOf(full)).toMatchObject({ status: 503, code: 'overloaded' });
    expect(Number(full.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await post(own, { json: said(2, BOB) })).status).toBe(200);
    await redis.del(`ids:inbox:updates:chat:${ALICE}`);
    expect((await post(own, { json: said(1, ALICE) })).status).toBe(200);
    await see('an answer', () => answers(ALICE) === 1);
  });

  it('asks to come again later while Redis is away, and loses nothing', async () => {
    const own = await gateway();
    await see('the webhook', () => api.updates.hook !== undefined);
    await server.kill();
    const away = await post(own, { json: said(900, BOB) });
    expect(problemOf(away)).toMatchObject({ status: 503, code: 'redis_unavailable' });
    expect(Number(away.headers.get('retry-after'))).toBeGreaterThan(0);
    api.says(ALICE, '/whoami');
    await see('a refusal', () => api.updates.delivered.some(({ status }) => status === 503));
    await server.restart();
    await see('an answer', () => answers(ALICE) === 1);
    expect(api.updates.delivered.at(-1)?.status).toBe(200);
    expect((await post(own, { json: said(900, BOB) })).status).toBe(200);
    await see('an answer', () => answers(BOB) === 1);
  });

  it('is there only where it is set, and in no page of the API', async () => {
    const unset = { TELEGRAM_WEBHOOK_URL: '', TELEGRAM_WEBHOOK_SECRET: '' };
    const [own, polling] = [await gateway(), await gateway(unset)];
    expect((await post(polling, { json: said(1, ALICE) })).status).toBe(404);
    expect((await send(own, 'GET', PATH)).status).toBe(404);
    expect((await send(own, 'GET', '/docs-json')).text).not.toContain('telegram/webhook');
  });
});

describe('the registration of the webhook', () => {
  it('is done by each gateway, one after the other', async () => {
    const [, second] = [await gateway(), await gateway()];
    await see('both', () => registrations() === 2);
    expect(api.updates.hook).toEqual({ url: `${second.url}${PATH}`, secret: SECRET });
    const [one, other] = api.calls.filter(({ method }) => method === 'setWebhook').map(({ at }) => at);
    expect((other ?? 0) - (one ?? 0)).toBeGreaterThanOrEqual(1_000);
  });

  it('is tried until it is done, and keeps no gateway from starting', async () => {
    api.fail('setWebhook', { status: 500 });
    api.fail('setWebhook', { cut: true });
    const own = await gateway();
    expect((await send(own, 'GET', '/health/live')).status).toBe(200);
    await see('the webhook', () => api.updates.hook !== undefined);
    api.says(ALICE, '/whoami');
    await see('an answer', () => answers(ALICE) === 1);
  });

  it('does not hold up a gateway that closes while Telegram is away', async () => {
    api.fail('setWebhook', { cut: true }, 1_000);
    api.fail('getMe', { cut: true }, 1_000);
    const own = await gateway();
    const begun = performance.now();
    await own.close();
    expect(performance.now() - begun).toBeLessThan(15_000);
  });
});

/** `fetch` sets the name of the host by itself. */
async function rawPost(
  to: RunningGateway,
  update: object,
  headers: Readonly<Record<string, string>>,
  path = PATH,
): Promise<{ status: number }> {
  return await new Promise((resolve, reject) => {
    const asked = request(
      to.url + path,
      { method: 'POST', headers: { 'content-type': 'application/json', [HEADER]: SECRET, ...headers } },
      (response) => {
        response.resume();
        resolve({ status: response.statusCode ?? 0 });
      },
    );
    asked.on('error', reject);
    asked.end(JSON.stringify(update));
  });
}
