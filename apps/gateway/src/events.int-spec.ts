import { connect } from 'node:net';
import { storedEventSchema, type SessionEvent } from '@ids/contracts';
import { makeProject, startRedis, until, type TestProject, type TestRedis } from '@ids/testing';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { EventSourceMessage } from 'eventsource-parser';
import { launchGateway, openEvents, problemOf, send, Stage } from '../test/harness.js';
import type { RunningGateway } from './start.js';

// Real servers start here, on machines that may be busy.
jest.setTimeout(120_000);

/** On such a machine; less than a gateway waits for those who do not go. */
const AT_ONCE_MS = 6_000;

let redis: TestRedis;
let one: RunningGateway;
let two: RunningGateway;
let stage: Stage;
let folder: TestProject;

beforeAll(async () => {
  redis = await startRedis();
  folder = await makeProject({ 'app.py': '' });
  [one, two, stage] = await Promise.all([
    launchGateway(redis.url),
    launchGateway(redis.url),
    Stage.open(redis.url),
  ]);
  await send(one, 'POST', '/v1/projects', { json: { name: 'fleet', path: folder.path } });
});
afterAll(async () => {
  stage.close();
  await Promise.all([one.close(), two.close()]);
  await redis.stop();
  await folder.remove();
});

async function newSession(): Promise<string> {
  const json = { project: 'fleet', task: 'Add logging' };
  const { body } = await send(one, 'POST', '/v1/sessions', { json });
  return (body as { id: string }).id;
}

const note = (text: string): SessionEvent => ({ type: 'note', text });
const textsOf = (events: readonly EventSourceMessage[]): string[] =>
  events.map(
    ({ event, data }) => (JSON.parse(data) as { event: { text?: string } }).event.text ?? event ?? '',
  );

/** Waits until the first gateway serves so many streams. */
async function openStreams(count: number): Promise<void> {
  const line = `ids_event_streams{program="gateway"} ${count}\n`;
  await until(async () => (await send(one, 'GET', '/metrics')).text.includes(line));
}

describe('the events of a session', () => {
  it('come in order, each with id, type and data, while it works, and end with it', async () => {
    const id = await newSession();
    const stream = await openEvents(one, `/v1/sessions/${id}/events`);
    expect(stream.response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    await until(() => stream.events.length === 1);
    await stage.move(id, { status: 'deliberating' }, [note('a\nb: "ü"'), note('2')]);
    await until(() => stream.events.length === 3);
    await stage.move(id, { status: 'rolled_back' }, [note('3')]);
    await stream.ended;
    expect(textsOf(stream.events)).toEqual(['session.created', 'a\nb: "ü"', '2', '3']);
    for (const { id: eventId, event, data } of stream.events) {
      const stored = storedEventSchema.parse({ id: eventId, ...(JSON.parse(data) as object) });
      expect(stored.event.type).toBe(event);
    }
  });

  it('resume on another gateway after any event, without loss or repetition', async () => {
    const id = await newSession();
    const texts = Array.from({ length: 1_200 }, (_, i) => `event ${i}`);
    await stage.move(id, { status: 'deliberating' }, texts.map(note));
    await stage.move(id, { status: 'rolled_back' }, [note('last')]);
    const all = await openEvents(one, `/v1/sessions/${id}/events`, { 'last-event-id': '0' });
    await all.ended;
    expect(textsOf(all.events)).toEqual(['session.created', ...texts, 'last']);
    for (const at of [0, 1, 600, 1_200, 1_201]) {
      const after = all.events[at]?.id ?? '';
      const byHeader = await openEvents(two, `/v1/sessions/${id}/events`, { 'last-event-id': after });
      const byQuery = await openEvents(two, `/v1/sessions/${id}/events?lastEventId=${after}`);
      await Promise.all([byHeader.ended, byQuery.ended]);
      expect(byHeader.events).toEqual(all.events.slice(at + 1));
      expect(byQuery.events).toEqual(byHeader.events);
    }
  });

  it('reach a reader at one gateway that another reader has left', async () => {
    const id = await newSession();
    const gone = await openEvents(one, `/v1/sessions/${id}/events`);
    await until(() => gone.events.length === 1);
    gone.leave();
    await gone.ended;
    await openStreams(0);
    const stays = await openEvents(two, `/v1/sessions/${id}/events`, {
      'last-event-id': gone.events[0]?.id ?? '',
    });
    await stage.move(id, { status: 'cancelled' }, [note('bye')]);
    await stays.ended;
    expect(textsOf(stays.events)).toEqual(['bye']);
  });

  it.each(['x', '-1', '1-', '1-2-3', '0 0', '99999999999999999999', ''])(
    'refuse to start after "%s"',
    async (after) => {
      const id = await newSession();
      const path = `/v1/sessions/${id}/events?lastEventId=${encodeURIComponent(after)}`;
      expect(problemOf(await send(one, 'GET', path))).toMatchObject({ status: 400, code: 'invalid_request' });
    },
  );

  it('go on for others while a reader takes nothing, who is let go when it leaves', async () => {
    const id = await newSession();
    const big = 'x'.repeat(100_000);
    await stage.move(
      id,
      { status: 'deliberating' },
      Array.from({ length: 40 }, () => note(big)),
    );
    const { hostname, port } = new URL(one.url);
    const socket = connect(Number(port), hostname).pause();
    socket.write(`GET /v1/sessions/${id}/events HTTP/1.1\r\nHost: ${hostname}:${port}\r\n\r\n`);
    await openStreams(1);
    const other = await openEvents(one, `/v1/sessions/${id}/events`);
    await until(() => other.events.length === 41);
    other.leave();
    await openStreams(1);
    socket.destroy();
    await openStreams(0);
  });
});

/** Connections to Redis: of the gateways, the queues and this spec. */
async function countConnections(): Promise<number> {
  return String(await stage.redis.client('LIST'))
    .trim()
    .split('\n').length;
}

describe('a Redis that goes away', () => {
  it('is answered with 503 at once, loses no event, and is used again when it is back', async () => {
    const id = await newSession();
    const stream = await openEvents(one, `/v1/sessions/${id}/events`);
    await until(() => stream.events.length === 1);
    const connections = await countConnections();
    await redis.kill();
    for (const [method, path, json] of [
      ['GET', '/v1/projects', undefined],
      ['GET', `/v1/sessions/${id}`, undefined],
      ['POST', '/v1/sessions', { project: 'fleet', task: 'x' }],
      ['POST', '/v1/analyze', { project: 'fleet', path: 'app.py' }],
    ] as const) {
      const start = Date.now();
      const answer = await send(one, method, path, json === undefined ? {} : { json });
      expect([path, problemOf(answer).code, answer.headers.get('retry-after')]).toEqual([
        path,
        'redis_unavailable',
        '2',
      ]);
      expect(Date.now() - start).toBeLessThan(AT_ONCE_MS);
    }
    expect((await send(one, 'GET', '/health/live')).status).toBe(200);
    const ready = await send(one, 'GET', '/health/ready');
    expect([ready.status, ready.body]).toMatchObject([503, { status: 'unavailable' }]);
    expect((await send(one, 'GET', '/metrics')).status).toBe(200);

    await redis.restart();
    await until(async () => (await send(one, 'GET', '/health/ready')).status === 200);
    await stage.move(id, { status: 'cancelled' }, [note('after the restart')]);
    await stream.ended;
    expect(textsOf(stream.events)).toEqual(['session.created', 'after the restart']);
    const answer = await send(one, 'POST', '/v1/sessions', { json: { project: 'fleet', task: 'x' } });
    expect(answer.status).toBe(202);
    await until(async () => (await countConnections()) === connections);
  });
});

describe('a gateway that closes', () => {
  it('ends its streams at once, and a reader resumes elsewhere', async () => {
    const leaving = await launchGateway(redis.url);
    const id = await newSession();
    const stream = await openEvents(leaving, `/v1/sessions/${id}/events`);
    await until(() => stream.events.length === 1);
    const start = Date.now();
    await leaving.close();
    await stream.ended;
    expect(Date.now() - start).toBeLessThan(AT_ONCE_MS);
    const resumed = await openEvents(two, `/v1/sessions/${id}/events`, {
      'last-event-id': stream.events[0]?.id ?? '',
    });
    await stage.move(id, { status: 'cancelled' }, [note('bye')]);
    await resumed.ended;
    expect(textsOf(resumed.events)).toEqual(['bye']);
  });

  it('is not started at all on a port that is taken', async () => {
    const { port } = new URL(one.url);
    await expect(launchGateway(redis.url, { PORT: port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});
