import { readdir } from 'node:fs/promises';
import { projectSchema, sessionListSchema, sessionSchema, type Session } from '@ids/contracts';
import { makeProject, startRedis, type TestProject, type TestRedis } from '@ids/testing';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { launchGateway, problemOf, send, Stage, type Sent } from '../test/harness.js';
import type { RunningGateway } from './start.js';

// Real servers start here, on machines that may be busy.
jest.setTimeout(120_000);

let redis: TestRedis;
let gateway: RunningGateway;
let stage: Stage;
let folder: TestProject;

beforeAll(async () => {
  redis = await startRedis();
  folder = await makeProject({ 'fleet/app.py': 'print(1)\n', 'file.txt': '' });
  gateway = await launchGateway(redis.url, { IDS_PROJECTS_ROOT: folder.path });
  stage = await Stage.open(redis.url);
  await post('/v1/projects', { name: 'fleet', path: 'fleet' });
});
afterAll(async () => {
  stage.close();
  await gateway.close();
  await redis.stop();
  await folder.remove();
});

const get = (path: string) => send(gateway, 'GET', path);
const post = (path: string, json: unknown, headers: Sent['headers'] = {}) =>
  send(gateway, 'POST', path, { json, headers });

async function newSession(body: object = {}): Promise<Session> {
  const answer = await post('/v1/sessions', { project: 'fleet', task: 'Add logging', ...body });
  expect(answer.status).toBe(202);
  return sessionSchema.parse(answer.body);
}

describe('projects', () => {
  it('are registered, read, changed and forgotten, and their files stay', async () => {
    const made = await post('/v1/projects', { name: 'one', path: 'fleet', description: 'The fleet' });
    expect(made.status).toBe(201);
    expect(made.headers.get('location')).toBe('/v1/projects/one');
    expect(projectSchema.parse(made.body)).toMatchObject({ name: 'one', path: `${folder.path}/fleet` });

    expect((await get('/v1/projects/one')).body).toEqual(made.body);
    expect((await get('/v1/projects')).body).toMatchObject({
      projects: [{ name: 'fleet' }, { name: 'one' }],
    });

    const json = { description: 'Ships', settings: { lint: 'required' } };
    const changed = await send(gateway, 'PATCH', '/v1/projects/one', { json });
    expect(changed.status).toBe(200);
    expect(changed.body).toMatchObject(json);

    const gone = await send(gateway, 'DELETE', '/v1/projects/one');
    expect([gone.status, gone.text]).toEqual([204, '']);
    expect(problemOf(await get('/v1/projects/one')).code).toBe('project_not_found');
    expect(await readdir(`${folder.path}/fleet`)).toEqual(['app.py']);
  });

  it.each([
    ['a name that is taken', { name: 'fleet', path: 'fleet' }, 409, 'project_exists'],
    ['a folder outside of the root', { name: 'x', path: '/' }, 422, 'path_not_allowed'],
    ['a path that climbs out', { name: 'x', path: 'fleet/../..' }, 422, 'path_not_allowed'],
    ['a file', { name: 'x', path: 'file.txt' }, 422, 'not_a_directory'],
    ['a path that leads nowhere', { name: 'x', path: 'nowhere' }, 422, 'not_a_directory'],
  ])('refuse %s', async (_what, body, status, code) => {
    const answer = await post('/v1/projects', body);
    expect([answer.status, problemOf(answer).code]).toEqual([status, code]);
  });

  it('that are unknown cannot be changed, forgotten, analyzed or given a task', async () => {
    const answers = await Promise.all([
      send(gateway, 'PATCH', '/v1/projects/nope', { json: {} }),
      send(gateway, 'DELETE', '/v1/projects/nope'),
      post('/v1/sessions', { project: 'nope', task: 'x' }),
      post('/v1/analyze', { project: 'nope', path: 'a.py' }),
      post('/v1/validate', { project: 'nope' }),
    ]);
    expect(answers.map((answer) => [answer.status, problemOf(answer).code])).toEqual(
      answers.map(() => [404, 'project_not_found']),
    );
  });

  it('with open sessions are not forgotten', async () => {
    await post('/v1/projects', { name: 'busy', path: 'fleet' });
    const session = await newSession({ project: 'busy' });
    const answer = await send(gateway, 'DELETE', '/v1/projects/busy');
    expect(answer.status).toBe(409);
    expect(problemOf(answer)).toMatchObject({ code: 'project_busy', details: { sessions: [session.id] } });
    await stage.move(session.id, { status: 'cancelled' });
    expect((await send(gateway, 'DELETE', '/v1/projects/busy')).status).toBe(204);
  });
});

describe('a session', () => {
  it('is accepted at once, with its address', async () => {
    const answer = await post('/v1/sessions', {
      project: 'fleet',
      task: '  Add logging ',
      kind: 'ask',
      files: ['app.py'],
      approval: 'always',
      maxRounds: 2,
    });
    expect(answer.status).toBe(202);
    const session = sessionSchema.parse(answer.body);
    expect(answer.headers.get('location')).toBe(`/v1/sessions/${session.id}`);
    expect(session).toMatchObject({
      status: 'queued',
      task: 'Add logging',
      kind: 'ask',
      files: ['app.py'],
      approval: 'always',
      maxRounds: 2,
      requestedBy: 'local',
      model: 'offline model (built in, rule-based)',
    });
    expect((await get(`/v1/sessions/${session.id}`)).body).toEqual(answer.body);
  });

  it('is made once for the same key and body, and never for the same key and another body', async () => {
    const headers = { 'idempotency-key': 'first-try' };
    const body = { project: 'fleet', task: 'Once' };
    const [first, again] = [
      await post('/v1/sessions', body, headers),
      await post('/v1/sessions', { task: ' Once', project: 'fleet' }, headers),
    ];
    expect([again.status, again.body]).toEqual([202, first.body]);
    expect(again.headers.get('location')).toBe(first.headers.get('location'));
    const other = await post('/v1/sessions', { ...body, task: 'Twice' }, headers);
    expect([other.status, problemOf(other).code]).toEqual([409, 'idempotency_conflict']);
    const together = await Promise.all(
      [1, 2, 3, 4].map(() => post('/v1/sessions', body, { 'idempotency-key': 'race' })),
    );
    expect(new Set(together.map((answer) => answer.headers.get('location'))).size).toBe(1);
  });

  it('refuses an idempotency key that is too long', async () => {
    const answer = await post(
      '/v1/sessions',
      { project: 'fleet', task: 'x' },
      { 'idempotency-key': 'k'.repeat(256) },
    );
    expect(problemOf(answer)).toMatchObject({ status: 400, code: 'invalid_request' });
  });

  it('has a diff once there are changes', async () => {
    const { id } = await newSession();
    const none = await get(`/v1/sessions/${id}/diff`);
    expect([none.status, problemOf(none).code]).toEqual([404, 'no_diff']);
    const diff = '--- a/app.py\n+++ b/app.py\n@@ -1 +1 @@\n-print(1)\n+print("é")\n';
    await stage.store.keepArtifact(sessionSchema.shape.id.parse(id), 'diff:2', diff);
    await stage.move(id, { status: 'generating', attempts: 2 });
    const answer = await get(`/v1/sessions/${id}/diff`);
    expect([answer.status, answer.headers.get('content-type'), answer.text]).toEqual([
      200,
      'text/x-diff; charset=utf-8',
      diff,
    ]);
  });

  it('takes decisions, guidance, cancel and rollback only where they belong', async () => {
    const { id } = await newSession();
    const wrong = [
      await post(`/v1/sessions/${id}/decision`, { action: 'proceed' }),
      await post(`/v1/sessions/${id}/guidance`, { text: 'Use the standard library' }),
      await post(`/v1/sessions/${id}/rollback`, {}),
    ];
    expect(wrong.map((answer) => [answer.status, problemOf(answer).code])).toEqual([
      [409, 'not_awaiting_approval'],
      [409, 'not_awaiting_guidance'],
      [409, 'not_rollbackable'],
    ]);

    await stage.move(id, {
      status: 'awaiting_guidance',
      pending: { kind: 'guidance', reason: 'dead end', disagreements: [] },
    });
    const guided = await post(`/v1/sessions/${id}/guidance`, { text: 'Use the standard library' });
    expect([guided.status, sessionSchema.parse(guided.body).status]).toEqual([202, 'deliberating']);

    const cancelled = await send(gateway, 'POST', `/v1/sessions/${id}/cancel`);
    expect([cancelled.status, sessionSchema.parse(cancelled.body).status]).toEqual([202, 'cancelled']);
    const other = await newSession();
    await stage.move(other.id, { status: 'rolled_back' });
    const late = await send(gateway, 'POST', `/v1/sessions/${other.id}/cancel`);
    expect([late.status, problemOf(late).code]).toEqual([409, 'not_cancellable']);
  });

  it('that waits for approval can be decided on', async () => {
    const { id } = await newSession();
    await stage.move(id, {
      status: 'awaiting_approval',
      attempts: 1,
      pending: { kind: 'approval', reason: 'warnings', actions: ['proceed', 'fix', 'cancel'] },
    });
    const answer = await post(`/v1/sessions/${id}/decision`, { action: 'fix' });
    expect([answer.status, sessionSchema.parse(answer.body).status]).toEqual([202, 'generating']);
  });

  it.each([
    ['GET', ''],
    ['GET', '/diff'],
    ['GET', '/events'],
    ['POST', '/decision'],
    ['POST', '/guidance'],
    ['POST', '/cancel'],
    ['POST', '/rollback'],
  ])('that is unknown is not found: %s %s', async (method, path) => {
    const bodies: Record<string, object> = { '/decision': { action: 'proceed' }, '/guidance': { text: 'x' } };
    const json = bodies[path];
    for (const id of ['sess_01JD0000000000000000000000', 'sess_x', encodeURIComponent('../projects')]) {
      const answer = await send(
        gateway,
        method,
        `/v1/sessions/${id}${path}`,
        json === undefined ? {} : { json },
      );
      expect([answer.status, problemOf(answer).code]).toEqual([404, 'session_not_found']);
    }
  });

  it('stands in a list, newest first, in pages, by project and status', async () => {
    await post('/v1/projects', { name: 'listed', path: 'fleet' });
    const ids: string[] = [];
    for (let i = 0; i < 5; i += 1) ids.unshift((await newSession({ project: 'listed' })).id);
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const next = cursor === '' ? '' : `&cursor=${cursor}`;
      const page = sessionListSchema.parse((await get(`/v1/sessions?project=listed&limit=2${next}`)).body);
      expect(page.sessions.length).toBeLessThanOrEqual(2);
      seen.push(...page.sessions.map((session) => session.id));
      cursor = page.cursor;
    }
    expect(seen).toEqual(ids);
    await stage.move(ids[2]!, { status: 'applied' });
    const applied = await get('/v1/sessions?project=listed&status=applied');
    expect(applied.body).toMatchObject({ sessions: [{ id: ids[2] }], cursor: null });
  });

  it.each(['limit=0', 'limit=201', 'limit=x', 'limit=1&limit=2', 'status=gone', 'project=a/b', 'sort=up'])(
    'list refuses ?%s',
    async (query) => {
      expect(problemOf(await get(`/v1/sessions?${query}`))).toMatchObject({ code: 'invalid_request' });
    },
  );
});
