import { SettingError, type Settings } from '@ids/config';
import { QUEUES, type QueueName } from '@ids/contracts';
import type { Logger } from '@ids/observability';
import { QueueModule } from '@ids/queue';
import { Module, type DynamicModule } from '@nestjs/common';
import { HANDLERS } from './handlers/index.js';
import { PlatformModule } from './platform.module.js';

/** A worker that serves the queues of WORKER_QUEUES. */
@Module({})
export class WorkerModule {
  /** @throws SettingError when WORKER_QUEUES names a queue that there is not */
  static with(settings: Settings, log: Logger): DynamicModule {
    return {
      module: WorkerModule,
      imports: [
        QueueModule.forJobs(settings.redisUrl),
        QueueModule.forWorker({
          queues: servedQueues(settings.worker.queues),
          concurrency: settings.worker.concurrency,
          imports: [PlatformModule.with(settings, log)],
          handlers: HANDLERS,
        }),
      ],
    };
  }
}

/** The queues that a worker serves. @throws SettingError naming WORKER_QUEUES */
export function servedQueues(names: readonly string[] | undefined): QueueName[] {
  if (names === undefined) return [...QUEUES];
  return names.map((name) => {
    const queue = QUEUES.find((known) => known === name);
    if (queue === undefined) throw new SettingError('WORKER_QUEUES', `may hold: ${QUEUES.join(', ')}`);
    return queue;
  });
}
