import type { Settings } from '@ids/config';
import { createMetrics, httpLog, nestLog, observeQueues, type Logger } from '@ids/observability';
import { JobProducer } from '@ids/queue';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { mountQueueBoard } from './admin/queue-board.js';
import { serveDocs } from './docs/openapi.js';
import { GatewayModule, type GatewayParts } from './gateway.module.js';
import { countRequests } from './http/count-requests.js';
import { noStore, securityHeaders } from './http/headers.js';
import { BODY_LIMIT_BYTES, onlyJson } from './http/only-json.js';
import { refuseForeignOrigins } from './http/origin.js';
import { connectStores } from './stores.js';
import { WEBHOOK_PATH } from './telegram/updates/webhook.controller.js';

const SIGNALS = ['SIGTERM', 'SIGINT'];
/** Connections to a Redis that is away may not want to close; nothing is lost by not waiting for them. */
const LAST_MS = 9_000;

export interface RunningGateway {
  /** Where it listens: `http://HOST:PORT`. */
  readonly url: string;
  /** Ends streams, lets answers finish for a bounded time, closes connections. */
  close(): Promise<void>;
  /** From now on SIGTERM and SIGINT close it and end the process with code 0. */
  closeOnSignals(): void;
}

/**
 * Starts a gateway. Rejects, with nothing left open, if Redis cannot be reached within ten seconds or the address
 * cannot be had.
 */
export async function startGateway(settings: Settings, log: Logger): Promise<RunningGateway> {
  const stores = await connectStores(settings);
  const parts = { settings, log, metrics: createMetrics('gateway'), stores };
  let app: NestExpressApplication | undefined;
  try {
    app = await NestFactory.create<NestExpressApplication>(GatewayModule.with(parts), {
      logger: nestLog(log),
      bodyParser: false,
      abortOnError: false,
    });
    furnish(app, parts);
    await app.listen(settings.gateway.port, settings.gateway.host);
  } catch (error) {
    if (app === undefined) stores.close();
    else await app.close();
    throw error;
  }
  return runningGateway(app, settings.gateway.host);
}

/** What every request passes before a controller sees it, in this order, and what is no controller. */
function furnish(
  app: NestExpressApplication,
  { settings: { gateway, telegram }, log, metrics }: GatewayParts,
): void {
  const open = gateway.apiKeys.length === 0;
  app.disable('x-powered-by', 'etag');
  app.use(httpLog(log), countRequests(metrics), securityHeaders(), noStore);
  // Telegram reaches it under the public name of a proxy or a tunnel.
  const secured = telegram?.webhook === undefined ? [] : [WEBHOOK_PATH];
  app.use(refuseForeignOrigins(open, secured), onlyJson);
  app.useBodyParser('json', { limit: BODY_LIMIT_BYTES });
  const jobs = app.get(JobProducer);
  observeQueues(metrics, () => jobs.counts());
  mountQueueBoard(app, gateway);
  serveDocs(app);
}

function runningGateway(app: NestExpressApplication, host: string): RunningGateway {
  const address = app.getHttpServer().address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    close: () => app.close(),
    closeOnSignals: () => closeOnSignals(app),
  };
}

function closeOnSignals(app: NestExpressApplication): void {
  for (const signal of SIGNALS)
    process.once(signal, () => setTimeout(() => process.exit(0), LAST_MS).unref());
  app.enableShutdownHooks(SIGNALS, { useProcessExit: true });
}
