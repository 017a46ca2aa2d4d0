import { describeModel, type Settings } from '@ids/config';
import { Coder } from '@ids/generation';
import { createModel, type ModelPort } from '@ids/llm';
import { createMetrics, type Logger, type Metrics } from '@ids/observability';
import { loadParliament, Parliament } from '@ids/parliament';
import { NO_CACHE, PythonService, type AnalysisCache } from '@ids/python';
import { FAILURE_SINK, JobProducer, QUEUE_LOG } from '@ids/queue';
import { Reconciler, Saga } from '@ids/saga';
import {
  connectRedis,
  DEFAULT_CACHE_BOUNDS,
  ProjectStore,
  RedisAnalysisCache,
  RedisCallGovernor,
  SessionStore,
  type Redis,
} from '@ids/store';
import { Validator } from '@ids/validation';
import { Module, type DynamicModule, type OnApplicationShutdown, type Provider } from '@nestjs/common';
import { Artifacts } from './artifacts.js';
import { countModelCalls } from './model-metrics.js';
import { FailureReporter } from './failure-reporter.js';
import { ProjectFiles } from './project-files.js';
import { ProjectWriter } from './project-writer.js';
import { StageRunner } from './stage-runner.js';
import { StepWatch } from './step-watch.js';
import { CACHE_REDIS, LOGGER, METRICS, MODEL, REDIS, SETTINGS, SUBSCRIBER } from './tokens.js';

/** Everything that handlers work with, made once a process. */
@Module({})
export class PlatformModule implements OnApplicationShutdown {
  constructor(
    private readonly watch: StepWatch,
    private readonly python: PythonService,
  ) {}

  static with(settings: Settings, log: Logger): DynamicModule {
    const providers = [...connections(settings, log), ...saga(settings, log), ...stages(settings, log)];
    return { module: PlatformModule, providers, exports: providers };
  }

  /** Runs after the queues are drained (main.ts), so no running job loses what it works with. */
  async onApplicationShutdown(): Promise<void> {
    this.watch.stop();
    await this.python.close();
  }
}

/** A connection that closes with the application. */
class ClosingRedis implements OnApplicationShutdown {
  constructor(private readonly all: readonly Redis[]) {}

  onApplicationShutdown(): void {
    for (const redis of this.all) redis.disconnect();
  }
}

function connections(settings: Settings, log: Logger): Provider[] {
  return [
    { provide: SETTINGS, useValue: settings },
    { provide: LOGGER, useValue: log },
    { provide: QUEUE_LOG, useValue: log },
    { provide: METRICS, useFactory: () => createMetrics('worker') },
    { provide: REDIS, useFactory: () => connectRedis(settings.redisUrl, 'worker') },
    { provide: SUBSCRIBER, useFactory: () => connectRedis(settings.redisUrl, 'worker') },
    // A cache must never be waited for.
    { provide: CACHE_REDIS, useFactory: () => connectRedis(settings.redisUrl, 'producer') },
    {
      provide: ClosingRedis,
      inject: [REDIS, SUBSCRIBER, CACHE_REDIS],
      useFactory: (...all: Redis[]) => new ClosingRedis(all),
    },
    {
      provide: SessionStore,
      inject: [REDIS],
      useFactory: (redis: Redis) =>
        new SessionStore(redis, { retentionMs: settings.pipeline.sessionRetentionMs }),
    },
    { provide: ProjectStore, inject: [REDIS], useFactory: (redis: Redis) => new ProjectStore(redis) },
    {
      provide: StepWatch,
      inject: [SUBSCRIBER, SessionStore],
      useFactory: (redis: Redis, store: SessionStore) => new StepWatch(redis, store),
    },
  ];
}

function saga(settings: Settings, log: Logger): Provider[] {
  const options = {
    stageDeadlineMs: settings.pipeline.stageDeadlineMs,
    onUnpublished: (error: unknown) => log.warn({ err: error }, 'jobs stay in the outbox'),
  };
  return [
    {
      provide: Saga,
      inject: [SessionStore, JobProducer],
      useFactory: (store: SessionStore, jobs: JobProducer) => new Saga(store, jobs, options),
    },
    {
      provide: Reconciler,
      inject: [Saga, JobProducer],
      useFactory: (carrier: Saga, jobs: JobProducer) => new Reconciler(carrier, jobs),
    },
    {
      provide: FAILURE_SINK,
      inject: [Saga],
      useFactory: (carrier: Saga) => new FailureReporter(carrier, log),
    },
    {
      provide: ProjectWriter,
      inject: [REDIS, Saga],
      useFactory: (redis: Redis, carrier: Saga) => new ProjectWriter(redis, carrier),
    },
    {
      provide: StageRunner,
      inject: [Saga, StepWatch, METRICS],
      useFactory: (carrier: Saga, watch: StepWatch, metrics: Metrics) =>
        new StageRunner(carrier, watch, metrics, log),
    },
  ];
}

function stages(settings: Settings, log: Logger): Provider[] {
  return [
    {
      provide: Artifacts,
      inject: [SessionStore],
      useFactory: (store: SessionStore) => new Artifacts(store),
    },
    {
      provide: MODEL,
      inject: [REDIS, Artifacts, METRICS],
      useFactory: (redis: Redis, artifacts: Artifacts, metrics: Metrics) =>
        createModel({
          settings: settings.model,
          governor: new RedisCallGovernor(redis, settings.model),
          replies: artifacts,
          logger: log,
          metrics: countModelCalls(metrics, describeModel(settings.model)),
        }),
    },
    {
      provide: Parliament,
      inject: [MODEL],
      useFactory: (model: ModelPort) =>
        new Parliament(loadParliament(settings.pipeline.parliamentFile), model),
    },
    { provide: Coder, inject: [MODEL], useFactory: (model: ModelPort) => new Coder(model) },
    {
      provide: PythonService,
      inject: [CACHE_REDIS],
      useFactory: (redis: Redis) =>
        new PythonService({
          logger: log,
          projectsRoot: settings.gateway.projectsRoot,
          cache: cacheIn(redis, settings.pipeline.analysisCacheBytes, log),
        }),
    },
    {
      provide: Validator,
      inject: [PythonService],
      useFactory: (python: PythonService) => new Validator(python),
    },
    {
      provide: ProjectFiles,
      inject: [ProjectStore, PythonService],
      useFactory: (projects: ProjectStore, python: PythonService) =>
        new ProjectFiles(projects, python, settings.gateway.projectsRoot, settings.pipeline),
    },
  ];
}

function cacheIn(redis: Redis, bytes: number, log: Logger): AnalysisCache {
  if (bytes === 0) return NO_CACHE;
  const onFailure = (error: unknown): void => log.warn({ err: error }, 'the cache of analyses is left alone');
  return new RedisAnalysisCache(redis, onFailure, { ...DEFAULT_CACHE_BOUNDS, bytes });
}
