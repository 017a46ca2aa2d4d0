import 'reflect-metadata';
import { tmpdir } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { loadSettings, SettingError, type Settings } from '@ids/config';
import { messageOf } from '@ids/kernel';
import {
  createLogger,
  nestLog,
  redisCheck,
  serveHealth,
  type Logger,
  type Metrics,
} from '@ids/observability';
import { JobProducer, WorkerLauncher } from '@ids/queue';
import { untilReady, type Redis } from '@ids/store';
import { NestFactory } from '@nestjs/core';
import type { INestApplicationContext } from '@nestjs/common';
import { removeLeftovers } from './leftovers.js';
import { StepWatch } from './step-watch.js';
import { METRICS, REDIS } from './tokens.js';
import { WorkerModule } from './worker.module.js';

const BOOT_WAIT_MS = 30_000;
/** Below the 30 s that orchestrators give a pod. */
const DRAIN_MS = 20_000;
const RETENTION_MS = 10 * 60_000;

async function main(): Promise<void> {
  const settings = loadSettings();
  const log = createLogger(settings.log, 'worker');
  const app = await NestFactory.createApplicationContext(WorkerModule.with(settings, log), {
    logger: nestLog(log),
    abortOnError: false,
  });
  await untilReady(app.get<Redis>(REDIS), BOOT_WAIT_MS);
  await app.get(StepWatch).start();
  await app.get(WorkerLauncher).start();
  const leftovers = await removeLeftovers(tmpdir(), Date.now());
  if (leftovers.length > 0) log.info({ folders: leftovers.length }, 'removed what killed workers left');
  const stop = new AbortController();
  const pace = keepSchedules(app.get(JobProducer), settings, log, stop.signal);
  const health = await startHealth(app, settings);
  endOnSignal(async () => {
    stop.abort();
    await pace;
    await app.get(WorkerLauncher).drain(DRAIN_MS);
    await health?.close();
    await app.close();
  }, log);
  process.stdout.write('IDS worker ready\n');
}

/** Emptied queues lose their schedulers too, and the reconciler must run just then. */
async function keepSchedules(
  jobs: JobProducer,
  { pipeline }: Settings,
  log: Logger,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await jobs.ensureSchedules({ reconcile: pipeline.reconcileMs, retention: RETENTION_MS }, Date.now());
    } catch (error) {
      log.warn({ reason: messageOf(error) }, 'the schedules could not be looked at');
    }
    await delay(pipeline.reconcileMs, undefined, { signal }).catch(() => undefined);
  }
}

async function startHealth(
  app: INestApplicationContext,
  { worker, gateway }: Settings,
): Promise<Awaited<ReturnType<typeof serveHealth>> | undefined> {
  if (worker.healthPort === undefined) return undefined;
  const checks = { redis: redisCheck(app.get<Redis>(REDIS)) };
  return await serveHealth(worker.healthPort, checks, app.get<Metrics>(METRICS).registry, gateway.host);
}

function endOnSignal(end: () => Promise<void>, log: Logger): void {
  let ending = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (ending) return;
      ending = true;
      log.info({ signal }, 'draining');
      end().then(
        () => process.exit(0),
        (error: unknown) => {
          log.error({ err: error }, 'shutdown failed');
          process.exit(1);
        },
      );
    });
  }
}

main().catch((error: unknown) => {
  process.stderr.write(
    `${error instanceof SettingError ? error.message : `IDS worker: ${messageOf(error)}`}\n`,
  );
  process.exit(1);
});
