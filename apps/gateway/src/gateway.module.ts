import { describeModel, type Settings } from '@ids/config';
import { type Logger, type Metrics } from '@ids/observability';
import { Inquiry, JobProducer, QueueModule } from '@ids/queue';
import { Saga, SessionCommands } from '@ids/saga';
import { ProjectStore, SessionFeed, SessionStore } from '@ids/store';
import {
  Inject,
  Module,
  type DynamicModule,
  type OnApplicationShutdown,
  type Provider,
} from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import { ThrottlerModule } from '@nestjs/throttler';
import { Drain } from './drain.js';
import { HealthController } from './health/health.controller.js';
import { HomeController } from './home.controller.js';
import { AuthGuard } from './http/auth.guard.js';
import { Keyring } from './http/keyring.js';
import { ProblemFilter } from './http/problem.filter.js';
import { RateLimitGuard } from './http/rate-limit.guard.js';
import { RateLimitStore } from './http/rate-limit.store.js';
import { requestValidation } from './http/validation.js';
import { InspectionController } from './inspection.controller.js';
import { Inspection } from './operations/inspection.js';
import { ProjectRegistry } from './operations/project-registry.js';
import { SessionOperations } from './operations/session-operations.js';
import { ProjectsController } from './projects.controller.js';
import { SessionEventsController } from './session-events.controller.js';
import { SessionsController } from './sessions.controller.js';
import type { Stores } from './stores.js';
import { telegramControllers, telegramProviders } from './telegram/telegram.providers.js';
import { LOG, METRICS, MODEL_NAME, SETTINGS, STORES } from './tokens.js';

export interface GatewayParts {
  readonly settings: Settings;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly stores: Stores;
}

const MINUTE_MS = 60_000;

/** Wires the gateway: a producer only, so nothing of a stage is among its imports. */
@Module({})
export class GatewayModule implements OnApplicationShutdown {
  constructor(@Inject(STORES) private readonly stores: Stores) {}

  static with(parts: GatewayParts): DynamicModule {
    const { settings, stores } = parts;
    return {
      module: GatewayModule,
      imports: [
        QueueModule.forProducer({ redisUrl: settings.redisUrl }),
        ThrottlerModule.forRoot({
          throttlers: [{ ttl: MINUTE_MS, limit: settings.gateway.rateLimitPerMinute }],
          storage: new RateLimitStore(stores.redis),
        }),
      ],
      controllers: [
        HomeController,
        HealthController,
        ProjectsController,
        SessionsController,
        SessionEventsController,
        InspectionController,
        ...telegramControllers(parts),
      ],
      providers: [
        ...valuesOf(parts),
        commands(parts),
        ...operations(parts),
        ...telegramProviders(parts),
        Drain,
        ...pipeline(settings),
      ],
    };
  }

  /** Last of all: requests that were still answered needed the connections. */
  onApplicationShutdown(): void {
    this.stores.close();
  }
}

function valuesOf({ settings, log, metrics, stores }: GatewayParts): Provider[] {
  return [
    { provide: SETTINGS, useValue: settings.gateway },
    { provide: LOG, useValue: log },
    { provide: METRICS, useValue: metrics },
    { provide: STORES, useValue: stores },
    { provide: MODEL_NAME, useValue: describeModel(settings.model) },
    { provide: ProjectStore, useValue: stores.projects },
    { provide: SessionStore, useValue: stores.sessions },
    { provide: SessionFeed, useValue: stores.feed },
  ];
}

function commands({ settings, log, stores }: GatewayParts): Provider {
  const { maxRounds, stageDeadlineMs } = settings.pipeline;
  const onUnpublished = (error: unknown): void => log.warn({ err: error }, 'jobs wait in the outbox');
  return {
    provide: SessionCommands,
    inject: [JobProducer],
    useFactory: (jobs: JobProducer) => {
      const saga = new Saga(stores.sessions, jobs, { stageDeadlineMs, onUnpublished });
      return new SessionCommands(saga, stores.projects, { maxRounds, stageDeadlineMs });
    },
  };
}

function operations({ stores, settings }: GatewayParts): Provider[] {
  return [
    { provide: ProjectRegistry, useValue: new ProjectRegistry(stores.projects, settings.gateway) },
    {
      provide: SessionOperations,
      inject: [SessionCommands, Inquiry],
      useFactory: (commands: SessionCommands, inquiry: Inquiry) =>
        new SessionOperations(stores.sessions, commands, inquiry),
    },
    {
      provide: Inspection,
      inject: [Inquiry],
      useFactory: (inquiry: Inquiry) => new Inspection(stores.projects, inquiry),
    },
  ];
}

/** What each request of a controller passes, in this order: counted, then asked who it is, then parsed. */
function pipeline({ gateway }: Settings): Provider[] {
  return [
    { provide: Keyring, useValue: new Keyring(gateway.apiKeys) },
    { provide: APP_FILTER, useClass: ProblemFilter },
    { provide: APP_GUARD, useClass: RateLimitGuard },
    { provide: APP_GUARD, useClass: AuthGuard },
    { provide: APP_PIPE, useValue: requestValidation() },
  ];
}
