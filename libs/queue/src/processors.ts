import type { QueueName } from '@ids/contracts';
import { OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';
import { Inject, Injectable, type Type } from '@nestjs/common';
import type { Job } from 'bullmq';
import { JobDispatcher } from './dispatcher.js';
import { rollbackBackoff, WORKER_OPTIONS } from './options.js';
import { QUEUE_LOG, type QueueLog } from './queue-log.js';

/** The class through which @nestjs/bullmq serves one queue; it only hands jobs to the dispatcher. */
export function processorOf(queue: QueueName, concurrency: number | undefined): Type<WorkerHost> {
  @Injectable()
  @Processor(queue, {
    ...WORKER_OPTIONS[queue],
    ...(concurrency === undefined ? {} : { concurrency }),
    settings: { backoffStrategy: rollbackBackoff },
  })
  class QueueProcessor extends WorkerHost {
    constructor(
      @Inject(JobDispatcher) private readonly dispatcher: JobDispatcher,
      @Inject(QUEUE_LOG) private readonly log: QueueLog,
    ) {
      super();
    }

    // BullMQ gives the signal only to a processor that declares three parameters, none with a default.
    override process(job: Job, token?: string, signal?: AbortSignal): Promise<unknown> {
      return this.dispatcher.run(queue, job, token, signal ?? new AbortController().signal);
    }

    @OnWorkerEvent('failed')
    onFailed(job: Job | undefined, error: Error): void {
      if (job === undefined) return;
      this.log.warn({ queue, jobId: job.id, reason: error.message }, 'job failed');
      // The reconciler finds what this misses, so a failing report is only worth a line.
      this.dispatcher.failed(queue, job, error).catch((reason: unknown) => {
        this.log.error({ queue, jobId: job.id, err: reason }, 'a failed job could not be reported');
      });
    }

    @OnWorkerEvent('error')
    onError(error: Error): void {
      this.log.debug({ queue, reason: error.message }, 'queue connection');
    }
  }
  return QueueProcessor;
}
