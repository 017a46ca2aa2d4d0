import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { CONTRACT_VERSION, JOB_NAMES, type JobData, type JobName } from '@ids/contracts';
import { IdsError, newSessionId } from '@ids/kernel';
import { silentLogger } from '@ids/observability';
import { startRedis, until, type TestRedis } from '@ids/testing';
import { Injectable, Module, type INestApplicationContext, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FAILURE_SINK, type FailureSink } from './failure-sink.js';
import { HandlesJob, type JobContext, type JobHandler } from './handlers.js';
import { Inquiry } from './inquiry.js';
import { JobProducer } from './job-producer.js';
import { WorkerLauncher } from './lifecycle.js';
import { QueueModule } from './queue.module.js';
import { QUEUE_LOG } from './queue-log.js';

type Behaviour = (data: unknown, context: JobContext) => Promise<unknown>;

let redis: TestRedis;
const apps: INestApplicationContext[] = [];
const failures: { name: JobName; code: string }[] = [];
const sink: FailureSink = {
  jobFailed: async (name: JobName, _data: JobData<JobName>, error: IdsError) => {
    failures.push({ name, code: error.code });
  },
};

beforeAll(async () => {
  redis = await startRedis();
});
afterEach(async () => {
  for (const app of apps.splice(0)) {
    await app.get(WorkerLauncher, { strict: false }).drain(5_000);
    await app.close();
  }
  failures.length = 0;
});
afterAll(() => redis.stop());

/** A handler for each job of the catalog; those not given do nothing. */
function handlers(behaviours: Partial<Record<JobName, Behaviour>>, without: readonly JobName[] = []): Type[] {
  return JOB_NAMES.filter((name) => !without.includes(name)).map((name) => handlerOf(name, behaviours[name]));
}

function handlerOf(name: JobName, behaviour: Behaviour = async () => null): Type {
  @Injectable()
  @HandlesJob(name)
  class Handler implements JobHandler<typeof name> {
    handle(data: unknown, context: JobContext): Promise<unknown> {
      return behaviour(data, context);
    }
  }
  return Handler;
}

@Module({
  providers: [
    { provide: FAILURE_SINK, useValue: sink },
    { provide: QUEUE_LOG, useValue: silentLogger },
  ],
  exports: [FAILURE_SINK, QUEUE_LOG],
})
class SinkModule {}

async function start(handlerTypes: readonly Type[]): Promise<INestApplicationContext> {
  @Module({
    imports: [
      QueueModule.forJobs(redis.url),
      QueueModule.forWorker({
        queues: ['generation', 'rollback', 'inspection', 'maintenance'],
        concurrency: undefined,
        imports: [SinkModule],
        handlers: handlerTypes,
      }),
    ],
  })
  class WorkerModule {}
  const app = await NestFactory.createApplicationContext(WorkerModule, {
    logger: false,
    abortOnError: false,
  });
  apps.push(app);
  await app.get(WorkerLauncher).start();
  return app;
}

/** `beginMs`: by default longer than a worker takes to begin on a busy machine. */
async function ask(
  beginMs = 15_000,
): Promise<{ inquiry: Inquiry; producer: JobProducer; close: () => Promise<void> }> {
  const inquiry = { beginMs, answerMs: 20_000, maxWaiting: 3 };
  const app = await NestFactory.createApplicationContext(
    QueueModule.forProducer({ redisUrl: redis.url, inquiry }),
    { logger: false, abortOnError: false },
  );
  const producer = app.get(JobProducer);
  await Promise.all(producer.all.map((queue) => queue.waitUntilReady()));
  return { inquiry: app.get(Inquiry), producer, close: () => app.close() };
}

function generation(step = 1) {
  const sessionId = newSessionId();
  const data = { sessionId, step, contractVersion: CONTRACT_VERSION } as const;
  return { name: 'generation', id: `generation-${sessionId}-${step}`, data } as const;
}

describe('a worker', () => {
  it('does not start when a job has no handler, and names the fix', async () => {
    await expect(start(handlers({}, ['validation']))).rejects.toThrow(
      "No handler for: validation; add a provider with @HandlesJob('validation').",
    );
  });

  it('does not start when a job has two handlers', async () => {
    await expect(start([...handlers({}), handlerOf('round')])).rejects.toThrow('"round" has two handlers');
  });

  it('hands a job to its handler once, however often it is added', async () => {
    const seen: unknown[] = [];
    const app = await start(handlers({ generation: async (data) => seen.push(data) }));
    const job = generation();
    await app.get(JobProducer).add(job);
    await until(() => seen.length === 1);
    await app.get(JobProducer).add(job);
    await until(async () => (await app.get(JobProducer).state(job)) === 'finished');
    expect(seen).toEqual([job.data]);
    await app.get(JobProducer).renew(job);
    await until(() => seen.length === 2);
  });

  it('tries what is transient again, and reports what is not at once', async () => {
    let runs = 0;
    const app = await start(
      handlers({
        generation: async () => {
          runs += 1;
          if (runs < 3) throw new IdsError('lock_lost');
          throw new IdsError('no_changes');
        },
      }),
    );
    await app.get(JobProducer).add(generation());
    await until(() => failures.length > 0);
    expect(runs).toBe(3);
    expect(new Set(failures.map((failure) => failure.code))).toEqual(new Set(['no_changes']));
  });

  it('fails a job that is not of the catalog, and never runs it', async () => {
    const seen: unknown[] = [];
    const app = await start(handlers({ generation: async (data) => seen.push(data) }));
    const queue = app.get(JobProducer).queue('generation');
    const odd = await queue.add('generate', generation().data);
    const wrong = await queue.add('generation', { ...generation().data, contractVersion: 99 });
    await until(async () => (await odd.isFailed()) && (await wrong.isFailed()));
    expect(seen).toEqual([]);
  });

  it('gives a running job back to its queue when it shuts down, without counting it as an attempt', async () => {
    let started = false;
    const app = await start(
      handlers({
        generation: async (_data, { signal }) => {
          started = true;
          await new Promise((_resolve, reject) => {
            signal.addEventListener('abort', () => reject(new Error('stopped')));
          });
        },
      }),
    );
    const job = generation();
    await app.get(JobProducer).add(job);
    await until(() => started);
    await app.get(WorkerLauncher).drain(50);
    const queue = app.get(JobProducer).queue('generation');
    await until(async () => (await queue.getJobState(job.id)) === 'waiting');
    expect((await queue.getJob(job.id))?.attemptsMade).toBe(0);
    expect(failures).toEqual([]);
    await app.get(JobProducer).discard([job]);
  });

  it('keeps the schedules once, and makes them again when the queues were emptied', async () => {
    let sweeps = 0;
    const app = await start(handlers({ reconcile: async () => (sweeps += 1) }));
    const jobs = app.get(JobProducer);
    const paces = { reconcile: 200, retention: 60_000 };
    await jobs.ensureSchedules(paces, Date.now());
    await jobs.ensureSchedules(paces, Date.now());
    expect(await jobs.queue('maintenance').getJobSchedulersCount()).toBe(2);
    await until(() => sweeps >= 2);
    await jobs.queue('maintenance').obliterate({ force: true });
    const before = sweeps;
    await jobs.ensureSchedules(paces, Date.now());
    await until(() => sweeps >= before + 2);
  });
});

describe('an inquiry', () => {
  const question = { project: 'demo', path: 'a.py', contractVersion: CONTRACT_VERSION } as const;

  it('is answered by a worker, with a value or with its error', async () => {
    const gateway = await ask();
    await start(
      handlers({
        'analyze-path': async () => ({ kind: 'file' }),
        'check-rollback': async () => Promise.reject(new IdsError('project_vanished', { path: '/x' })),
      }),
    );
    expect(await gateway.inquiry.ask('analyze-path', question)).toEqual({ kind: 'file' });
    const sessionId = newSessionId();
    const refused = gateway.inquiry.ask('check-rollback', {
      project: 'demo',
      sessionId,
      contractVersion: CONTRACT_VERSION,
    });
    await expect(refused).rejects.toMatchObject({ code: 'project_vanished', details: { path: '/x' } });
    await gateway.close();
  });

  it('is waited for while a worker is at it', async () => {
    const beginMs = 4_000;
    const gateway = await ask(beginMs);
    await start(
      handlers({
        'analyze-path': async () => {
          // Longer than a question may wait for its worker.
          await delay(beginMs + 1_000);
          return { kind: 'file' };
        },
      }),
    );
    expect(await gateway.inquiry.ask('analyze-path', question)).toEqual({ kind: 'file' });
    await gateway.close();
  });

  it('gives up when no worker begins, and takes the question back', async () => {
    const gateway = await ask(1_000);
    await expect(gateway.inquiry.ask('analyze-path', question)).rejects.toMatchObject({
      code: 'no_worker_answered',
    });
    expect(await gateway.producer.queue('inspection').getWaitingCount()).toBe(0);
    await gateway.close();
  });

  it('is shed when too many wait', async () => {
    const gateway = await ask();
    const asked = [1, 2, 3].map(() => gateway.inquiry.ask('analyze-path', question));
    await until(async () => (await gateway.producer.queue('inspection').getWaitingCount()) === 3);
    await expect(gateway.inquiry.ask('analyze-path', question)).rejects.toMatchObject({ code: 'overloaded' });
    await start(handlers({ 'analyze-path': async () => ({ kind: 'file' }) }));
    expect(await Promise.all(asked)).toEqual(asked.map(() => ({ kind: 'file' })));
    await gateway.close();
  });
});
