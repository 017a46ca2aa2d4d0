import {
  CONTRACT_VERSION,
  JOBS,
  QUEUES,
  type JobName,
  type JobRequest,
  type QueueName,
} from '@ids/contracts';
import type { Job, Queue } from 'bullmq';
import { JOB_OPTIONS } from './options.js';

export type JobState = 'absent' | 'finished' | 'alive';
/** How many jobs a queue holds in each state. */
export type QueueCounts = ReadonlyMap<QueueName, Readonly<Record<string, number>>>;

const SCHEDULED = ['reconcile', 'retention'] as const;
export type ScheduledJob = (typeof SCHEDULED)[number];

/** Puts jobs of the catalog into their queues, and says what became of them. */
export class JobProducer {
  constructor(private readonly queues: ReadonlyMap<QueueName, Queue>) {}

  /** The queue objects, for dashboards. */
  get all(): readonly Queue[] {
    return QUEUES.map((name) => this.queue(name));
  }

  queue(name: QueueName): Queue {
    const queue = this.queues.get(name);
    if (queue === undefined) throw new Error(`The queue ${name} is not registered.`);
    return queue;
  }

  /** Adds a job; one that is in its queue already, in whatever state, stays as it is. */
  async add(job: JobRequest): Promise<void> {
    await this.queueOf(job.name).add(job.name, job.data, { ...JOB_OPTIONS[job.name], jobId: job.id });
  }

  /** Adds a job, also where a finished one of the same id is still kept. One that is alive stays. */
  async renew(job: JobRequest): Promise<void> {
    const existing = await this.queueOf(job.name).getJob(job.id);
    if (existing !== undefined && isFinished(await existing.getState())) await removeQuietly(existing);
    await this.add(job);
  }

  async state(job: JobRequest): Promise<JobState> {
    const state = await this.queueOf(job.name).getJobState(job.id);
    if (state === 'unknown') return 'absent';
    return isFinished(state) ? 'finished' : 'alive';
  }

  /** Takes waiting jobs out of their queues; one that runs goes on and finds its step past. */
  async discard(jobs: readonly JobRequest[]): Promise<void> {
    await Promise.all(
      jobs.map(async (job) => {
        const existing = await this.queueOf(job.name).getJob(job.id);
        if (existing !== undefined) await removeQuietly(existing);
      }),
    );
  }

  /**
   * Sees to it that the maintenance jobs are scheduled: made if they are not there (a first start, emptied queues) or
   * if they have not run for long. The same call in each process makes one scheduler.
   */
  async ensureSchedules(paces: Record<ScheduledJob, number>, now: number): Promise<void> {
    const queue = this.queue('maintenance');
    for (const name of SCHEDULED) {
      const existing = await queue.getJobScheduler(name);
      const late = existing?.next !== undefined && existing.next < now - 3 * paces[name];
      if (existing !== undefined && existing.every === paces[name] && !late) continue;
      await queue.upsertJobScheduler(
        name,
        { every: paces[name] },
        { name, data: { contractVersion: CONTRACT_VERSION }, opts: JOB_OPTIONS[name] },
      );
    }
  }

  /** How many jobs are in which state. */
  async counts(): Promise<QueueCounts> {
    const entries = await Promise.all(
      QUEUES.map(async (name) => [name, await this.queue(name).getJobCounts()] as const),
    );
    return new Map(entries);
  }

  private queueOf(name: JobName): Queue {
    return this.queue(JOBS[name].queue);
  }
}

function isFinished(state: string): boolean {
  return state === 'completed' || state === 'failed';
}

/** A job that a worker holds, or that is gone, cannot be removed: both are fine here. */
async function removeQuietly(job: Job): Promise<void> {
  try {
    await job.remove();
  } catch (error) {
    if (!(error instanceof Error) || !/lock|could not be removed|Missing key/i.test(error.message))
      throw error;
  }
}
