import type { JobName, QueueName } from '@ids/contracts';
import type { JobsOptions, WorkerOptions } from 'bullmq';

const HOUR_S = 3_600;

/**
 * A stage job that broke is tried again twice; a death of its worker does not count here but in `starts`.
 * Finished jobs are kept a while for the dashboards: nothing reads outcomes from them.
 */
const stage: JobsOptions = {
  attempts: 3,
  backoff: { type: 'exponential', delay: 500, jitter: 0.5 },
  removeOnComplete: { age: HOUR_S, count: 2_000 },
  removeOnFail: { age: 7 * 24 * HOUR_S, count: 2_000 },
};

/** The gateway waits for the answer, so a late one is worth nothing. */
const inspection: JobsOptions = {
  attempts: 1,
  removeOnComplete: { age: 60, count: 200 },
  removeOnFail: { age: HOUR_S, count: 200 },
};

const maintenance: JobsOptions = { attempts: 1, removeOnComplete: 20, removeOnFail: 100 };

/** A job without options does not compile. */
export const JOB_OPTIONS: Record<JobName, JobsOptions> = {
  round: stage,
  opinion: stage,
  synthesis: stage,
  generation: stage,
  validation: stage,
  application: stage,
  // An undo never gives up: what stands in its way (a full disk, Redis, a lock) may go away.
  rollback: { ...stage, attempts: 1_000_000, backoff: { type: 'rollback' } },
  'analyze-path': inspection,
  'validate-paths': inspection,
  'check-rollback': inspection,
  parliament: inspection,
  reconcile: maintenance,
  retention: maintenance,
};

/** How long an undo waits before its next try: 1 s, doubling, at most 30 s. */
export function rollbackBackoff(attemptsMade: number): number {
  return Math.min(1_000 * 2 ** Math.min(attemptsMade - 1, 5), 30_000);
}

/**
 * Deaths of workers are bounded by the number of starts, which the saga counts (DESIGN section 2, point 9), so the
 * stall counter must never be what ends a job.
 */
const NEVER_BY_STALLS = 1_000_000;

/** Measured: a repeat after a kill took 60 s with BullMQ's 30 s lock; model calls are awaited and renew it. */
const LOCK = { lockDuration: 10_000, stalledInterval: 5_000, maxStalledCount: NEVER_BY_STALLS };

export type QueueWorkerOptions = Pick<
  WorkerOptions,
  'concurrency' | 'lockDuration' | 'stalledInterval' | 'maxStalledCount'
>;

/** A queue without options does not compile. Deliberation waits for models, the others use the machine. */
export const WORKER_OPTIONS: Record<QueueName, QueueWorkerOptions> = {
  deliberation: { concurrency: 24, ...LOCK },
  generation: { concurrency: 8, ...LOCK },
  validation: { concurrency: 2, ...LOCK },
  application: { concurrency: 8, ...LOCK },
  rollback: { concurrency: 8, ...LOCK },
  inspection: { concurrency: 4, ...LOCK },
  maintenance: { concurrency: 1, ...LOCK },
};
