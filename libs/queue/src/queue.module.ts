import { QUEUES, type QueueName } from '@ids/contracts';
import { BullModule, getQueueToken } from '@nestjs/bullmq';
import { Module, type DynamicModule, type ModuleMetadata, type Provider } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { QueueEvents, type Queue, type QueueOptions } from 'bullmq';
import { JobDispatcher } from './dispatcher.js';
import { HandlerRegistry } from './handler-registry.js';
import { Inquiry, type InquiryLimits } from './inquiry.js';
import { JobProducer } from './job-producer.js';
import { processorOf } from './processors.js';
import { InquiryEvents, WorkerLauncher } from './lifecycle.js';

export interface ProducerOptions {
  readonly redisUrl: string;
  readonly inquiry?: InquiryLimits;
}

export interface WorkerModuleOptions {
  readonly queues: readonly QueueName[];
  readonly concurrency: number | undefined;
  /** The module that provides the handlers' dependencies, FAILURE_SINK and QUEUE_LOG. */
  readonly imports: NonNullable<ModuleMetadata['imports']>;
  readonly handlers: readonly Provider[];
}

/** Back soon after Redis is: BullMQ's own waits grow to 20 s. */
const retryStrategy = (attempt: number): number => Math.min(50 * attempt, 1_000);

/** Before the Redis keys of BullMQ. */
const PREFIX = 'ids-bull';
const DEFAULT_INQUIRY: InquiryLimits = { beginMs: 30_000, answerMs: 290_000, maxWaiting: 50 };

/** The queues of IDS in a Nest application, as producer only or as worker. */
@Module({})
export class QueueModule {
  /** Exports JobProducer and Inquiry. Fails fast when Redis is away. */
  static forProducer(options: ProducerOptions): DynamicModule {
    const connection = {
      url: options.redisUrl,
      enableOfflineQueue: false,
      maxRetriesPerRequest: 1,
      retryStrategy,
    };
    return {
      module: QueueModule,
      imports: queues({ connection }),
      providers: [
        producer,
        {
          provide: InquiryEvents,
          useFactory: () =>
            new InquiryEvents(
              new QueueEvents('inspection', {
                connection: { url: options.redisUrl, retryStrategy },
                prefix: PREFIX,
              }),
            ),
        },
        {
          provide: Inquiry,
          inject: [JobProducer, InquiryEvents],
          useFactory: (jobs: JobProducer, { events }: InquiryEvents) =>
            new Inquiry(jobs, events, options.inquiry ?? DEFAULT_INQUIRY),
        },
      ],
      exports: [JobProducer, Inquiry],
    };
  }

  /** Exports JobProducer alone, with connections that wait for Redis: for a worker's own modules. */
  static forJobs(redisUrl: string): DynamicModule {
    return {
      module: QueueModule,
      global: true,
      imports: queues({ connection: { url: redisUrl, maxRetriesPerRequest: null, retryStrategy } }),
      providers: [producer],
      exports: [JobProducer],
    };
  }

  /** Serves the named queues, beside `forJobs`, whose connections it uses; at boot there must be exactly one handler for each job of the catalog. */
  static forWorker(options: WorkerModuleOptions): DynamicModule {
    return {
      module: QueueWorkerModule,
      imports: [...options.imports, DiscoveryModule, BullModule.registerQueue()],
      providers: [
        ...options.handlers,
        HandlerRegistry,
        JobDispatcher,
        WorkerLauncher,
        ...options.queues.map((name) => processorOf(name, options.concurrency)),
      ],
      exports: [WorkerLauncher],
    };
  }
}

@Module({})
class QueueWorkerModule {}

const producer: Provider = {
  provide: JobProducer,
  inject: QUEUES.map((name) => getQueueToken(name)),
  useFactory: (...all: Queue[]) => {
    for (const queue of all) queue.on('error', () => undefined);
    return new JobProducer(new Map(QUEUES.map((name, index) => [name, all[index]!])));
  },
};

function queues(options: QueueOptions): DynamicModule[] {
  return [
    BullModule.forRoot({ ...options, prefix: PREFIX, extraOptions: { manualRegistration: true } }),
    BullModule.registerQueue(...QUEUES.map((name) => ({ name }))),
  ];
}
