import { gzipSync } from 'node:zlib';
import { request } from 'node:http';
import { once } from 'node:events';
import { makeProject, startRedis, type TestProject, type TestRedis } from '@ids/testing';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { launchGateway, problemOf, send, type Sent } from '../test/harness.js';
import type { RunningGateway } from './start.js';

const KEYS = { IDS_API_KEYS: 'ann:key-of-ann,bob:key-of-bob', IDS_ADMIN_PASSWORD: 'correct horse' };

// Real servers start here, on machines that may be busy.
jest.setTimeout(120_000);

let redis: TestRedis;
let open: RunningGateway;
let locked: RunningGateway;
let folder: TestProject;

beforeAll(async () => {
  redis = await startRedis();
  folder = await makeProject({ 'app.py': '' });
  [open, locked] = await Promise.all([launchGateway(redis.url), launchGateway(redis.url, KEYS)]);
  await send(open, 'POST', '/v1/projects', { json: { name: 'fleet', path: folder.path } });
});
afterAll(async () => {
  await Promise.all([open.close(), locked.close()]);
  await redis.stop();
  await folder.remove();
});

const bearer = (key: string): Sent => ({ headers: { authorization: `Bearer ${key}` } });
const basic = (pair: string): Sent => ({
  headers: { authorization: `Basic ${Buffer.from(pair).toString('base64')}` },
});

const askOnce = (key: string) =>
  send(locked, 'POST', '/v1/sessions', {
    json: { project: 'fleet', task: 'x' },
    headers: { authorization: `Bearer ${key}`, 'idempotency-key': 'same' },
  });
describe('a gateway with keys', () => {
  it.each([
    ['no key', {}],
    ['a wrong key', bearer('key-of-eve')],
    ['the beginning of a key', bearer('key-of-an')],
    ['the name of a key', bearer('ann')],
    ['a key in another scheme', basic('ann:key-of-ann')],
    ['a key in the query', {}],
  ])('lets nobody in with %s', async (what, sent) => {
    const path = what.endsWith('query') ? '/v1/projects?key=key-of-ann' : '/v1/projects';
    const answer = await send(locked, 'GET', path, sent);
    expect([answer.status, problemOf(answer).code]).toEqual([401, 'unauthorized']);
    expect(answer.headers.get('www-authenticate')).toContain('Bearer');
  });

  it('asks for a key before anything else is said, also where nothing is', async () => {
    for (const [method, path] of [
      ['POST', '/v1/sessions'],
      ['GET', '/v1/sessions/sess_01JD0000000000000000000000/events'],
      ['DELETE', '/v1/projects/fleet'],
      ['POST', '/v1/analyze'],
    ] as const) {
      expect((await send(locked, method, path)).status).toBe(401);
    }
  });

  it('remembers by the name of the key who asked', async () => {
    const json = { project: 'fleet', task: 'x' };
    const answer = await send(locked, 'POST', '/v1/sessions', { json, ...bearer('key-of-bob') });
    expect([answer.status, answer.body]).toMatchObject([202, { requestedBy: 'bob' }]);
  });

  it('keeps the idempotency keys of its callers apart', async () => {
    const [ann, bob, again] = [
      await askOnce('key-of-ann'),
      await askOnce('key-of-bob'),
      await askOnce('key-of-ann'),
    ];
    expect(ann.body).not.toEqual(bob.body);
    expect(again.body).toEqual(ann.body);
  });

  it('leaves health, metrics, docs and the first page open', async () => {
    for (const path of ['/', '/health/live', '/health/ready', '/metrics', '/docs-json']) {
      expect([path, (await send(locked, 'GET', path)).status]).toEqual([path, 200]);
    }
  });
});

describe('the queue dashboard', () => {
  it('asks for the password of admin, page and API alike', async () => {
    for (const path of ['/admin/queues', '/admin/queues/api/queues']) {
      for (const sent of [{}, basic('admin:wrong'), basic('root:correct horse'), bearer('key-of-ann')]) {
        const answer = await send(locked, 'GET', path, sent);
        expect([answer.status, problemOf(answer).code]).toEqual([401, 'admin_unauthorized']);
        expect(answer.headers.get('www-authenticate')).toContain('Basic');
      }
      expect((await send(locked, 'GET', path, basic('admin:correct horse'))).status).toBe(200);
    }
  });

  it('shows all queues, and can be looked at only where there is no password', async () => {
    const { body } = await send(open, 'GET', '/admin/queues/api/queues');
    const { queues } = body as { queues: { name: string; readOnlyMode: boolean }[] };
    expect(queues.map((queue) => queue.name)).toEqual(expect.arrayContaining(['deliberation', 'rollback']));
    expect(queues.every((queue) => queue.readOnlyMode)).toBe(true);
    const paused = await send(open, 'PUT', '/admin/queues/api/queues/deliberation/pause', { json: {} });
    expect(paused.status).toBe(405);
  });

  it('brings no script from elsewhere', async () => {
    const { text } = await send(open, 'GET', '/admin/queues');
    const sources = [...text.matchAll(/<script[^>]*src="([^"]*)"/g)].map((match) => match[1]);
    expect(sources.length).toBeGreaterThan(0);
    expect(sources.every((source) => source?.startsWith('static/'))).toBe(true);
    expect((await send(open, 'GET', `/admin/queues/${sources[0]}`)).status).toBe(200);
  });

  it('stops answering whoever guesses too often', async () => {
    const guesses = Array.from({ length: 25 }, () =>
      send(locked, 'GET', '/admin/queues', basic('admin:guess')),
    );
    const statuses = (await Promise.all(guesses)).map((answer) => answer.status);
    expect(statuses).toContain(429);
  });
});

/** fetch forbids to set these headers. */
async function rawStatus(
  gateway: RunningGateway,
  headers: Record<string, string>,
): Promise<number | undefined> {
  const sent = request(`${gateway.url}/v1/projects`, { headers, agent: false }).end();
  const [response] = (await once(sent, 'response')) as [{ statusCode?: number; resume(): void }];
  response.resume();
  return response.statusCode;
}

describe('requests that a foreign page makes a browser send', () => {
  it.each(['evil.example', 'localhost.evil.example', '127.0.0.1.nip.io:3000', '0.0.0.0:3000'])(
    'are refused under the host name "%s" where no keys are set',
    async (host) => {
      expect(await rawStatus(open, { host })).toBe(403);
    },
  );

  it.each(['localhost:3000', '127.0.0.1', '127.1.2.3:80', '[::1]:3000', 'LOCALHOST'])(
    'are those of nobody under %s',
    async (host) => {
      expect(await rawStatus(open, { host })).toBe(200);
    },
  );

  it.each(['https://evil.example', 'http://localhost:9', 'null', 'file://', 'x'])(
    'are refused from %s',
    async (origin) => {
      for (const gateway of [open, locked]) {
        const answer = await send(gateway, 'POST', '/v1/sessions/x/cancel', { headers: { origin } });
        expect([answer.status, problemOf(answer).code]).toEqual([403, 'forbidden_origin']);
      }
    },
  );

  it('are taken from its own pages', async () => {
    expect((await send(open, 'GET', '/v1/projects', { headers: { origin: open.url } })).status).toBe(200);
  });
});

describe('limits', () => {
  it('hold for each key by itself and over all gateways', async () => {
    const limited = { ...KEYS, IDS_RATE_LIMIT_PER_MINUTE: '3', IDS_API_KEYS: 'cy:key-of-cy,di:key-of-di' };
    const gateways = await Promise.all([
      launchGateway(redis.url, limited),
      launchGateway(redis.url, limited),
    ]);
    const statuses: number[] = [];
    for (let i = 0; i < 4; i += 1) {
      statuses.push((await send(gateways[i % 2]!, 'GET', '/v1/projects', bearer('key-of-cy'))).status);
    }
    expect(statuses).toEqual([200, 200, 200, 429]);
    const refused = await send(gateways[0], 'GET', '/v1/sessions', bearer('key-of-cy'));
    expect(problemOf(refused).code).toBe('rate_limited');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await send(gateways[0], 'GET', '/v1/projects', bearer('key-of-di'))).status).toBe(200);
    expect((await send(gateways[0], 'GET', '/health/ready')).status).toBe(200);
    await Promise.all(gateways.map((gateway) => gateway.close()));
  });

  it('hold for who has no key, so that keys cannot be guessed', async () => {
    const gateway = await launchGateway(redis.url, { ...KEYS, IDS_RATE_LIMIT_PER_MINUTE: '2' });
    const statuses: number[] = [];
    for (let i = 0; i < 30 && statuses.at(-1) !== 429; i += 1) {
      statuses.push((await send(gateway, 'GET', '/v1/projects', bearer(`guess-${i}`))).status);
    }
    expect(statuses.at(-1)).toBe(429);
    await gateway.close();
  });

  it('hold for bodies, also for packed ones', async () => {
    const large = JSON.stringify({ project: 'fleet', task: 'x'.repeat(300_000) });
    const bodies: Sent[] = [
      { raw: large },
      { raw: new Uint8Array(gzipSync(large)), headers: { 'content-encoding': 'gzip' } },
    ];
    for (const sent of bodies) {
      const answer = await send(open, 'POST', '/v1/sessions', sent);
      expect([answer.status, problemOf(answer)]).toMatchObject([
        413,
        { code: 'payload_too_large', details: { limit: '256 KiB' } },
      ]);
    }
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', 'application/jsonp'])(
    'let no body of the kind %s in',
    async (type) => {
      const raw = '{"project":"fleet","task":"x"}';
      const answer = await send(open, 'POST', '/v1/sessions', { raw, headers: { 'content-type': type } });
      expect([answer.status, problemOf(answer).code]).toEqual([415, 'unsupported_media_type']);
    },
  );
});
