import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SPECIALISTS } from '@ids/contracts';
import { JobProducer, QueueModule } from '@ids/queue';
import {
  connectRedis,
  ProjectStore,
  SessionStore,
  untilReady,
  type Redis,
  type SessionRecord,
} from '@ids/store';
import { startRedis, type TestRedis } from '@ids/testing';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { rollbackJob, stepJob } from './jobs.js';
import { openRound } from './moves.js';
import { Reconciler } from './reconciler.js';
import { recordWith } from './record.fixture.js';
import { Saga } from './saga.js';

let server: TestRedis;
let redis: Redis;
let app: INestApplicationContext;
let jobs: JobProducer;
let store: SessionStore;
let saga: Saga;
let now = Date.now();
let reconciler: Reconciler;

beforeAll(async () => {
  server = await startRedis();
  redis = connectRedis(server.url, 'worker');
  await untilReady(redis, 10_000);
  app = await NestFactory.createApplicationContext(QueueModule.forJobs(server.url), { logger: false });
  jobs = app.get(JobProducer);
  store = new SessionStore(redis, { retentionMs: 60_000 });
  const clock = { now: () => now };
  saga = new Saga(store, jobs, { stageDeadlineMs: 60_000 }, clock);
  reconciler = new Reconciler(saga, jobs, clock);
  await new ProjectStore(redis).create({ name: 'demo', path: '/demo' }, '/demo');
});
afterAll(async () => {
  await app.close();
  redis.disconnect();
  await server.stop();
});

/** A session whose first job is in the outbox alone: its gateway died between script and queue. */
async function unpublished(): Promise<SessionRecord> {
  const record = recordWith();
  const event = { type: 'session.created', task: 'x', project: 'demo' } as const;
  await store.create(record, event, stepJob('round', record.session.id, 1));
  return record;
}

async function emptyQueues(): Promise<void> {
  for (const queue of jobs.all) await queue.obliterate({ force: true });
}

describe('the reconciler', () => {
  it('puts out what stands in the outbox', async () => {
    const record = await unpublished();
    const job = stepJob('round', record.session.id, 1);
    expect(await jobs.state(job)).toBe('absent');
    await reconciler.sweep();
    expect(await jobs.state(job)).toBe('alive');
    expect([...(await store.outbox()).keys()]).toEqual([]);
  });

  it('renews a job of an emptied queue once two sweeps have missed it', async () => {
    const record = await unpublished();
    const job = stepJob('round', record.session.id, 1);
    await reconciler.sweep();
    await emptyQueues();
    await reconciler.sweep();
    expect(await jobs.state(job)).toBe('absent');
    await reconciler.sweep();
    expect(await jobs.state(job)).toBe('alive');
  });

  it('renews the opinions that are not recorded, and the synthesis once all are', async () => {
    const first = await unpublished();
    const record = await saga.advance(first, openRound(first));
    if (record === null) throw new Error('another writer was first');
    const { id } = record.session;
    const synthesis = stepJob('synthesis', id, record.step);
    const vote = async (role: (typeof SPECIALISTS)[number]): Promise<string> =>
      await store.recordOpinion(
        id,
        record.step,
        { series: 1, round: 1, role },
        { role, name: role, error: { code: 'model_nonsense', message: 'none' } },
        SPECIALISTS,
        synthesis,
      );
    await vote(SPECIALISTS[0]);
    await emptyQueues();
    await reconciler.sweep();
    await reconciler.sweep();
    const states = await Promise.all(record.flow.jobs.map((job) => jobs.state(job)));
    expect(states).toEqual(['absent', ...Array.from({ length: 5 }, () => 'alive')]);
    for (const role of SPECIALISTS) await vote(role);
    await emptyQueues();
    await redis.del('ids:outbox');
    await reconciler.sweep();
    await reconciler.sweep();
    expect(await jobs.state(synthesis)).toBe('alive');
  });

  it('rolls back what outlived its deadline, and only once', async () => {
    const { session } = await unpublished();
    now += 120_000;
    await reconciler.sweep();
    const expired = await store.read(session.id);
    expect(expired?.session).toMatchObject({
      status: 'rolling_back',
      error: { stage: 'deliberation', code: 'deadline_exceeded' },
    });
    expect(await jobs.state(rollbackJob(session.id))).toBe('alive');
    await reconciler.sweep();
    expect((await store.read(session.id))?.version).toBe(expired?.version);
  });

  it('lets only one of two writers advance a session', async () => {
    const record = await unpublished();
    const move = openRound(record);
    const outcomes = await Promise.all([saga.advance(record, move), saga.advance(record, move)]);
    expect(outcomes.filter((outcome) => outcome !== null)).toHaveLength(1);
    const events = await store.events(record.session.id, '0');
    expect(events.filter(({ event }) => event.type === 'round.started')).toHaveLength(1);
  });

  it('does nothing for a failure that is told of a step that is past', async () => {
    const record = await unpublished();
    await saga.advance(record, openRound(record));
    const error = { stage: 'deliberation', code: 'stage_failed', message: 'late' } as const;
    await saga.fail(record.session.id, error, record.step);
    expect((await store.read(record.session.id))?.session.status).toBe('deliberating');
    await saga.fail(record.session.id, error);
    await saga.fail(record.session.id, error);
    const events = await store.events(record.session.id, '0');
    expect(events.filter(({ event }) => event.type === 'error')).toHaveLength(1);
  });
});
