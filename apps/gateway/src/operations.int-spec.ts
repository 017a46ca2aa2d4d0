import { makeProject, startRedis, until, type TestProject, type TestRedis } from '@ids/testing';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { launchGateway, problemOf, send, Stage } from '../test/harness.js';
import type { RunningGateway } from './start.js';

// Real servers start here, on machines that may be busy.
jest.setTimeout(120_000);

let redis: TestRedis;
let gateway: RunningGateway;
let stage: Stage;
let folder: TestProject;

beforeAll(async () => {
  redis = await startRedis();
  folder = await makeProject({ 'app.py': '' });
  [gateway, stage] = await Promise.all([launchGateway(redis.url), Stage.open(redis.url)]);
  await send(gateway, 'POST', '/v1/projects', { json: { name: 'fleet', path: folder.path } });
  await send(gateway, 'POST', '/v1/sessions', { json: { project: 'fleet', task: 'x' } });
});
afterAll(async () => {
  stage.close();
  await gateway.close();
  await redis.stop();
  await folder.remove();
});

const get = (path: string) => send(gateway, 'GET', path);

describe('for orchestrators and people', () => {
  it('says that it lives and is ready', async () => {
    expect((await get('/health/live')).body).toEqual({ status: 'ok' });
    const ready = await get('/health/ready');
    expect([ready.status, ready.body]).toEqual([
      200,
      { status: 'ok', checks: { redis: { status: 'up', warnings: [] } } },
    ]);
  });

  it('stays ready but warns of a Redis that may lose sessions', async () => {
    await stage.redis.config('SET', 'maxmemory-policy', 'allkeys-lru');
    const ready = await get('/health/ready');
    await stage.redis.config('SET', 'maxmemory-policy', 'noeviction');
    expect(ready.status).toBe(200);
    expect(ready.text).toContain('maxmemory-policy noeviction');
  });

  it('counts requests by route and shows the depth of the queues', async () => {
    await get('/v1/sessions/sess_01JD0000000000000000000000');
    // A session is answered for before its job is in the queue.
    const { text, headers } = await until(async () => {
      const answer = await get('/metrics');
      return /ids_queue_jobs\{queue="deliberation",state="waiting".*\} [1-9]/.test(answer.text) && answer;
    });
    expect(headers.get('content-type')).toMatch(/^text\/plain; version=/);
    expect(text).toMatch(
      /ids_http_requests_total\{method="GET",route="\/v1\/sessions\/:id",status="404".*\} \d/,
    );
    expect(text).not.toContain('sess_');
  });

  it('has a page for people without scripts', async () => {
    const { status, headers, text } = await get('/');
    expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(text).toContain('href="/docs"');
    expect(text).toContain('href="/admin/queues"');
    expect(text).not.toContain('<script');
  });

  it('answers unknown addresses and methods with a problem', async () => {
    for (const [method, path] of [
      ['GET', '/nothing'],
      ['PUT', '/v1/projects'],
      ['DELETE', '/v1/sessions/sess_01JD0000000000000000000000'],
    ] as const) {
      expect(problemOf(await send(gateway, method, path))).toMatchObject({ status: 404, code: 'not_found' });
    }
  });
});

/** CONTRACT section 4, line by line. */
const ROUTES = {
  '/': ['get'],
  '/health/live': ['get'],
  '/health/ready': ['get'],
  '/metrics': ['get'],
  '/admin/queues': ['get'],
  '/v1/projects': ['get', 'post'],
  '/v1/projects/{name}': ['delete', 'get', 'patch'],
  '/v1/sessions': ['get', 'post'],
  '/v1/sessions/{id}': ['get'],
  '/v1/sessions/{id}/events': ['get'],
  '/v1/sessions/{id}/diff': ['get'],
  '/v1/sessions/{id}/decision': ['post'],
  '/v1/sessions/{id}/guidance': ['post'],
  '/v1/sessions/{id}/cancel': ['post'],
  '/v1/sessions/{id}/rollback': ['post'],
  '/v1/analyze': ['post'],
  '/v1/validate': ['post'],
};

interface Document {
  paths: Record<string, Record<string, { responses: Record<string, object>; requestBody?: object }>>;
  components: { schemas: Record<string, object> };
}

describe('the OpenAPI document', () => {
  it('has every route of the contract and no other', async () => {
    const { paths } = (await get('/docs-json')).body as Document;
    const routes = Object.entries(paths).map(([path, item]) => [path, Object.keys(item).sort()]);
    expect(Object.fromEntries(routes)).toEqual(ROUTES);
  });

  it('says for each route what it takes, what it answers and how it fails', async () => {
    const { paths } = (await get('/docs-json')).body as Document;
    for (const [path, item] of Object.entries(paths).filter(([path]) => path.startsWith('/v1/'))) {
      for (const [method, operation] of Object.entries(item)) {
        const statuses = Object.keys(operation.responses);
        expect([path, method, statuses.some((status) => status.startsWith('2'))]).toEqual([
          path,
          method,
          true,
        ]);
        expect(statuses).toEqual(expect.arrayContaining(['400', '401', '429', '500', '503']));
        const takesBody = method === 'patch' || (method === 'post' && !/\/(cancel|rollback)$/.test(path));
        expect([path, 'requestBody' in operation]).toEqual([path, takesBody]);
      }
    }
  });

  it('refers only to schemas that it holds', async () => {
    const { text, body } = await get('/docs-json');
    const names = Object.keys((body as Document).components.schemas);
    const used = [...text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map((match) => match[1]);
    expect(names).toEqual(expect.arrayContaining(used));
    expect(names).toEqual(
      expect.arrayContaining(['Session', 'Analysis', 'Problem', 'Validation', 'Project']),
    );
    expect(text.match(/\$ref/g)).toHaveLength(used.length);
  });

  it('has a page whose scripts all come from here', async () => {
    const { status, text, headers } = await get('/docs');
    expect(status).toBe(200);
    expect(headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(text).not.toMatch(/<script(?![^>]*src=)/);
    expect((await get('/docs/swagger-ui-init.js')).status).toBe(200);
  });
});
