import { makeProject, startRedis, type TestProject, type TestRedis } from '@ids/testing';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { launchGateway, problemOf, send } from '../test/harness.js';
import type { RunningGateway } from './start.js';

// Real servers start here, on machines that may be busy.
jest.setTimeout(120_000);

let redis: TestRedis;
let gateway: RunningGateway;
let folder: TestProject;

beforeAll(async () => {
  redis = await startRedis();
  folder = await makeProject({ 'app.py': '' });
  gateway = await launchGateway(redis.url);
  await send(gateway, 'POST', '/v1/projects', { json: { name: 'fleet', path: folder.path } });
});
afterAll(async () => {
  await gateway.close();
  await redis.stop();
  await folder.remove();
});

const requestId = async (given: string) =>
  (await send(gateway, 'GET', '/health/live', { headers: { 'x-request-id': given } })).headers.get(
    'x-request-id',
  );

const deep = (left: string, right: string): string => left.repeat(30_000) + right.repeat(30_000);

/** What is sent, to where, and how it must be answered. Nothing of it may be answered with 500. */
const HOSTILE: readonly (readonly [what: string, path: string, raw: string, status: number])[] = [
  ['nothing', '/v1/sessions', '', 400],
  ['no JSON', '/v1/sessions', '{', 400],
  ['a number', '/v1/sessions', '1', 400],
  ['a list', '/v1/sessions', '[]', 400],
  ['null', '/v1/sessions', 'null', 400],
  ['wrong types', '/v1/sessions', '{"project":1,"task":[]}', 400],
  ['an object as project', '/v1/sessions', '{"project":{"$ne":""},"task":"x"}', 400],
  ['an unknown field', '/v1/sessions', '{"project":"fleet","task":"x","sudo":true}', 400],
  ['a task of spaces', '/v1/sessions', '{"project":"fleet","task":"  "}', 400],
  ['a task that is too long', '/v1/sessions', `{"project":"fleet","task":"${'x'.repeat(10_001)}"}`, 400],
  ['rounds beyond the limit', '/v1/sessions', '{"project":"fleet","task":"x","maxRounds":1e9}', 400],
  ['rounds that are no whole number', '/v1/sessions', '{"project":"fleet","task":"x","maxRounds":1.5}', 400],
  ['an unknown kind', '/v1/sessions', '{"project":"fleet","task":"x","kind":"shell"}', 400],
  ['deep lists', '/v1/sessions', `{"project":"fleet","task":${deep('[', ']')}}`, 400],
  [
    'deep objects',
    '/v1/sessions',
    `{"project":"fleet","task":${deep('{"a":', '}').replace(':}', ':1}')}}`,
    400,
  ],
  [
    'too many files',
    '/v1/sessions',
    `{"project":"fleet","task":"x","files":${JSON.stringify(Array(51).fill('a'))}}`,
    400,
  ],
  ['a project that is a path', '/v1/sessions', '{"project":"../fleet","task":"x"}', 400],
  ['a project of the prototype', '/v1/sessions', '{"project":"__proto__","task":"x"}', 400],
  ['a project named constructor', '/v1/sessions', '{"project":"constructor","task":"x"}', 404],
  ['a prototype only', '/v1/sessions', '{"__proto__":{"project":"fleet","task":"x"}}', 400],
  ['a constructor only', '/v1/sessions', '{"constructor":{"prototype":{"project":"fleet","task":"x"}}}', 400],
  [
    'a prototype in settings',
    '/v1/projects',
    '{"name":"p","path":"/","settings":{"__proto__":1,"x":1}}',
    400,
  ],
  ['a name with a slash', '/v1/projects', '{"name":"a/b","path":"/tmp"}', 400],
  ['a path with a NUL', '/v1/projects', '{"name":"nul","path":"/tmp\\u0000/x"}', 422],
  ['a path that is too long', '/v1/projects', `{"name":"long","path":"${'/x'.repeat(3_000)}"}`, 400],
  ['a path as a list', '/v1/analyze', '{"project":"fleet","path":["a.py"]}', 400],
  [
    'an action that there is not',
    '/v1/sessions/sess_01JD0000000000000000000000/decision',
    '{"action":"rm"}',
    400,
  ],
  ['a huge number', '/v1/sessions', `{"project":"fleet","task":"x","maxRounds":${'9'.repeat(5_000)}}`, 400],
  ['half of a surrogate', '/v1/sessions', '{"project":"fleet","task":"x","kind":"\\ud800"}', 400],
];

describe('hostile input', () => {
  it.each(HOSTILE)('%s to %s', async (_what, path, raw, status) => {
    const answer = await send(gateway, 'POST', path, { raw });
    expect([answer.status, problemOf(answer).status]).toEqual([status, status]);
    expect(answer.text.length).toBeLessThan(8_000);
    expect(answer.text).not.toMatch(/node_modules|\bat .*\.js|\/work\/|\/home\//);
    expect(({} as Record<string, unknown>)['project']).toBeUndefined();
  });

  it.each([
    '/v1/projects/%',
    '/v1/projects/%ff',
    '/v1/sessions/%00/diff',
    '/v1//projects',
    '/..%2f..%2fetc/passwd',
  ])('the address %s', async (path) => {
    const answer = await send(gateway, 'GET', path);
    expect([400, 404]).toContain(problemOf(answer).status);
  });

  it('an id for the log is taken only if it is harmless, and always sent back', async () => {
    expect(await requestId('trace-1.a')).toBe('trace-1.a');
    expect(await requestId('a b"}')).toMatch(/^[0-9A-Z]{26}$/);
  });
});
