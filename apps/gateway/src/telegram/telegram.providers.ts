import { describeModel, type Settings } from '@ids/config';
import { observeChatMessages, type Logger, type Metrics } from '@ids/observability';
import { SessionCommands } from '@ids/saga';
import { RedisCallGovernor } from '@ids/store';
import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
  type Provider,
  type Type,
} from '@nestjs/common';
import { Inspection } from '../operations/inspection.js';
import { ProjectRegistry } from '../operations/project-registry.js';
import { SessionOperations } from '../operations/session-operations.js';
import type { Stores } from '../stores.js';
import { METRICS } from '../tokens.js';
import { assembleBot } from './assemble.js';
import { BOT_COMMANDS } from './commands/catalog.js';
import { CommandConversation } from './commands/command-conversation.js';
import { Intake } from './updates/intake.js';
import { WEBHOOK_SECRET, WebhookController } from './updates/webhook.controller.js';

const ASSEMBLED = Symbol('ids:telegram');
type Assembled = ReturnType<typeof assembleBot>;

interface GatewayParts {
  readonly settings: Settings;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly stores: Stores;
}

/** Runs the bot for as long as the gateway runs. */
@Injectable()
class BotRunner implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown {
  private stopping: Promise<void> | undefined;

  constructor(
    @Inject(ASSEMBLED) private readonly assembled: Assembled,
    @Inject(METRICS) private readonly metrics: Metrics,
  ) {}

  onApplicationBootstrap(): void {
    observeChatMessages(this.metrics, () => this.assembled.outbox.waiting());
    this.assembled.bot.start();
  }

  /** Begins to stop at once, while requests are still answered. */
  onModuleDestroy(): void {
    this.stopping = this.assembled.bot.stop();
  }

  /** Waits for it before the connections close that it works with. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.stopping;
  }
}

/** The route for updates, where they come by webhook. */
export function telegramControllers({ settings }: GatewayParts): Type[] {
  return settings.telegram?.webhook === undefined ? [] : [WebhookController];
}

/** The bot, where there is one. */
export function telegramProviders(parts: GatewayParts): Provider[] {
  const { telegram } = parts.settings;
  if (telegram === undefined) return [];
  return [
    BotRunner,
    {
      provide: ASSEMBLED,
      inject: [SessionCommands, SessionOperations, Inspection, ProjectRegistry],
      useFactory: (
        commands: SessionCommands,
        operations: SessionOperations,
        inspection: Inspection,
        registry: ProjectRegistry,
      ): Assembled => assemble(parts, { commands, operations, inspection, registry }),
    },
    { provide: Intake, inject: [ASSEMBLED], useFactory: ({ intake }: Assembled) => intake },
    { provide: WEBHOOK_SECRET, useValue: telegram.webhook?.secret ?? '' },
  ];
}

interface Services {
  readonly commands: SessionCommands;
  readonly operations: SessionOperations;
  readonly inspection: Inspection;
  readonly registry: ProjectRegistry;
}

function assemble({ settings, stores, log, metrics }: GatewayParts, services: Services): Assembled {
  const { telegram, pipeline, model } = settings;
  if (telegram === undefined) throw new Error('there is no bot');
  const { maxRounds, layers } = pipeline;
  const { dailyTokenBudget } = model;
  return assembleBot({
    settings: { ...settings, telegram },
    stores,
    log,
    metrics,
    commands: BOT_COMMANDS,
    conversation: (chat) =>
      new CommandConversation({
        ...chat,
        ...services,
        log,
        sessions: stores.sessions,
        projects: stores.projects,
        budget: new RedisCallGovernor(stores.redis, model),
        model: describeModel(model),
        settings: { maxRounds, layers, dailyTokenBudget },
      }),
  });
}
