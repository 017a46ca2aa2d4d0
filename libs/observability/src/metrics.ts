import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { within } from './health.js';

/** Everything that a process of IDS counts. Label values come from fixed sets, never from requests or chats. */
export interface Metrics {
  readonly registry: Registry;
  readonly httpRequests: Counter<'method' | 'route' | 'status'>;
  readonly httpSeconds: Histogram<'method' | 'route'>;
  readonly eventStreams: Gauge;
  readonly stageSeconds: Histogram<'stage' | 'outcome'>;
  readonly modelCalls: Counter<'model' | 'stage' | 'outcome'>;
  readonly modelSeconds: Histogram<'model' | 'stage'>;
  readonly modelTokens: Counter<'model' | 'kind'>;
  readonly telegramUpdates: Counter<'outcome'>;
  readonly telegramMessages: Counter<'kind' | 'outcome'>;
  readonly telegramFloods: Counter;
  readonly rollbacks: Counter<'origin' | 'outcome'>;
}

/** How many jobs of each queue are in which state. */
export type QueueDepths = ReadonlyMap<string, Readonly<Record<string, number>>>;

/** A scrape waits no longer than this for Redis. */
const READ_MS = 2_000;
const HTTP_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const WORK_SECONDS = [0.05, 0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 900];

/** The metrics of one process, with those of Node.js itself, in a registry of their own. */
export function createMetrics(program: string): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ program });
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    registry,
    httpRequests: new Counter({
      name: 'ids_http_requests_total',
      help: 'HTTP requests that were answered',
      labelNames: ['method', 'route', 'status'],
      registers,
    }),
    httpSeconds: new Histogram({
      name: 'ids_http_request_seconds',
      help: 'Time until an HTTP answer was sent; event streams are not among them',
      labelNames: ['method', 'route'],
      buckets: HTTP_SECONDS,
      registers,
    }),
    eventStreams: new Gauge({ name: 'ids_event_streams', help: 'Open streams of session events', registers }),
    stageSeconds: new Histogram({
      name: 'ids_stage_seconds',
      help: 'Time that a stage of a session took',
      labelNames: ['stage', 'outcome'],
      buckets: WORK_SECONDS,
      registers,
    }),
    modelCalls: new Counter({
      name: 'ids_model_calls_total',
      help: 'Calls of the model',
      labelNames: ['model', 'stage', 'outcome'],
      registers,
    }),
    modelSeconds: new Histogram({
      name: 'ids_model_call_seconds',
      help: 'Time until the model had answered',
      labelNames: ['model', 'stage'],
      buckets: WORK_SECONDS,
      registers,
    }),
    modelTokens: new Counter({
      name: 'ids_model_tokens_total',
      help: 'Tokens used; kind is prompt or completion',
      labelNames: ['model', 'kind'],
      registers,
    }),
    telegramUpdates: new Counter({
      name: 'ids_telegram_updates_total',
      help: 'Updates of Telegram that came in; outcome stranger: of people who may not',
      labelNames: ['outcome'],
      registers,
    }),
    telegramMessages: new Counter({
      name: 'ids_telegram_messages_total',
      help: 'Messages that were sent or edited in Telegram, or were to be',
      labelNames: ['kind', 'outcome'],
      registers,
    }),
    telegramFloods: new Counter({
      name: 'ids_telegram_floods_total',
      help: 'How often Telegram said that there was too much (429)',
      registers,
    }),
    rollbacks: new Counter({
      name: 'ids_rollbacks_total',
      help: 'Rollbacks that came to an end; origin is failure, person or cancel',
      labelNames: ['origin', 'outcome'],
      registers,
    }),
  };
}

/**
 * Reports the depth of the queues, read at each scrape. While it cannot be read the gauge is empty and the scrape
 * goes on: metrics are most wanted when something is away.
 */
export function observeQueues(metrics: Metrics, read: () => Promise<QueueDepths>): void {
  const gauge: Gauge<'queue' | 'state'> = new Gauge({
    name: 'ids_queue_jobs',
    help: 'Jobs in each queue by state',
    labelNames: ['queue', 'state'],
    registers: [metrics.registry],
    async collect() {
      gauge.reset();
      const depths = await within(READ_MS, read()).catch((): QueueDepths => new Map());
      for (const [queue, states] of depths) {
        for (const [state, count] of Object.entries(states)) gauge.set({ queue, state }, count);
      }
    },
  });
}

/**
 * Reports how many messages to chats wait, over all gateways, read at each scrape; empty while it cannot be read.
 */
export function observeChatMessages(metrics: Metrics, read: () => Promise<number>): void {
  const gauge = new Gauge({
    name: 'ids_telegram_waiting_messages',
    help: 'Messages to chats that wait or are being sent, over all gateways',
    registers: [metrics.registry],
    async collect() {
      gauge.reset();
      const waiting = await within(READ_MS, read()).catch(() => undefined);
      if (waiting === undefined) gauge.remove();
      else gauge.set(waiting);
    },
  });
}
