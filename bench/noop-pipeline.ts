import { JOB_NAMES, type JobName, type JobRequest } from '@ids/contracts';
import type { SessionId } from '@ids/kernel';
import { silentLogger } from '@ids/observability';
import {
  FAILURE_SINK,
  HandlesJob,
  JobProducer,
  QUEUE_LOG,
  QueueModule,
  WorkerLauncher,
  type JobHandler,
} from '@ids/queue';
import { newRecord, Saga, stepJob, type Move, type NewSession } from '@ids/saga';
import { connectRedis, ProjectStore, SessionStore, untilReady } from '@ids/store';
import { Injectable, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Pipeline } from './pipeline.js';

type StepName = 'round' | 'synthesis' | 'generation' | 'validation' | 'application';

/** What each no-op stage moves its session to: the way of a session whose opinions cost nothing. */
const NEXT: Record<StepName, (id: SessionId) => Move> = {
  round: (id) => ({ to: 'deliberating', stage: 'deliberation', jobs: then('synthesis', id) }),
  synthesis: (id) => ({ to: 'generating', stage: 'generation', jobs: then('generation', id) }),
  generation: (id) => ({ to: 'validating', stage: 'validation', jobs: then('validation', id) }),
  validation: (id) => ({ to: 'applying', stage: 'application', jobs: then('application', id) }),
  application: () => ({ to: 'applied' }),
};

function then(name: StepName, id: SessionId): (step: number) => JobRequest[] {
  return (step) => [stepJob(name, id, step)];
}

/** The saga with stages that do nothing, in this process. */
export async function noopPipeline(redisUrl: string, concurrency: number): Promise<Pipeline> {
  const redis = connectRedis(redisUrl, 'worker');
  await untilReady(redis, 10_000);
  const store = new SessionStore(redis, { retentionMs: 3_600_000 });
  let saga: Saga | undefined;
  let ended = 0;
  const handlers = JOB_NAMES.map((name) =>
    handlerOf(name, async (id, step) => {
      const record = await saga?.current(id, step);
      if (record === null || record === undefined || !isStep(name)) return;
      await saga?.advance(record, NEXT[name](id));
      if (name === 'application') ended += 1;
    }),
  );
  const app = await NestFactory.createApplicationContext(moduleOf(redisUrl, concurrency, handlers), {
    logger: false,
  });
  const jobs = app.get(JobProducer);
  saga = new Saga(store, jobs, { stageDeadlineMs: 600_000 });
  await new ProjectStore(redis).create({ name: 'bench', path: '/' }, '/').catch(() => undefined);
  await app.get(WorkerLauncher).start();
  return {
    start: async () => {
      const record = newRecord(SESSION, Date.now(), 600_000);
      const job = stepJob('round', record.session.id, 1);
      await store.create(record, { type: 'session.created', task: 'bench', project: 'bench' }, job);
      await saga.publish([job]);
    },
    ended: () => ended,
    close: async () => {
      await app.get(WorkerLauncher).drain(5_000);
      await app.close();
      redis.disconnect();
    },
  };
}

function isStep(name: JobName): name is StepName {
  return Object.hasOwn(NEXT, name);
}

function handlerOf(name: JobName, work: (id: SessionId, step: number) => Promise<void>): Type {
  @Injectable()
  @HandlesJob(name)
  class NoopHandler implements JobHandler<typeof name> {
    async handle(data: object): Promise<void> {
      if ('sessionId' in data && 'step' in data)
        await work(String(data.sessionId) as SessionId, Number(data.step));
    }
  }
  return NoopHandler;
}

function moduleOf(redisUrl: string, concurrency: number, handlers: Type[]): Type {
  @Module({
    providers: [
      { provide: FAILURE_SINK, useValue: { jobFailed: async () => undefined } },
      { provide: QUEUE_LOG, useValue: silentLogger },
    ],
    exports: [FAILURE_SINK, QUEUE_LOG],
  })
  class SinkModule {}

  @Module({
    imports: [
      QueueModule.forJobs(redisUrl),
      QueueModule.forWorker({
        queues: ['deliberation', 'generation', 'validation', 'application'],
        concurrency,
        imports: [SinkModule],
        handlers,
      }),
    ],
  })
  class BenchModule {}
  return BenchModule;
}

const SESSION: NewSession = {
  project: 'bench',
  kind: 'code',
  task: 'bench',
  files: [],
  approval: 'never',
  maxRounds: 1,
  requestedBy: 'bench',
  model: 'none',
};

export const HOPS = Object.keys(NEXT).length;
