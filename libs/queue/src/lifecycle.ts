import { BullRegistrar, WorkerHost } from '@nestjs/bullmq';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import type { QueueEvents, Worker } from 'bullmq';
import { setTimeout as delay } from 'node:timers/promises';
import { HandlerRegistry } from './handler-registry.js';

const CLOSE_MS = 1_000;

/** The stream of finished inspection jobs, closed with the application. */
export class InquiryEvents implements OnApplicationShutdown {
  constructor(readonly events: QueueEvents) {
    events.on('error', () => undefined);
  }

  /** BullMQ waits for an end that ioredis does not tell of while it connects again, so the wait is bounded. */
  async onApplicationShutdown(): Promise<void> {
    await Promise.race([this.events.close(), delay(CLOSE_MS, undefined, { ref: false })]);
  }
}

/** Starts the workers of this process once its handlers are whole, and ends them within a bound. */
@Injectable()
export class WorkerLauncher {
  private started = false;

  constructor(
    private readonly registry: HandlerRegistry,
    private readonly registrar: BullRegistrar,
    private readonly discovery: DiscoveryService,
  ) {}

  /** @throws Error when a job has no handler, or two */
  async start(): Promise<void> {
    this.registry.collect();
    this.registrar.register();
    this.started = true;
    await Promise.all(this.workers().map((worker) => worker.waitUntilReady()));
  }

  /** Takes no more jobs and lets running ones end; after `graceMs` they are aborted, to be run again elsewhere. */
  async drain(graceMs: number): Promise<void> {
    const workers = this.workers();
    const closed = Promise.all(workers.map((worker) => worker.close())).then(() => true);
    if (await Promise.race([closed, delay(graceMs, false, { ref: false })])) return;
    for (const worker of workers) worker.cancelAllJobs('the worker shuts down');
    await Promise.race([closed, delay(2_000, undefined, { ref: false })]);
  }

  private workers(): Worker[] {
    if (!this.started) return [];
    return this.discovery
      .getProviders()
      .map(({ instance }): unknown => instance)
      .filter((instance) => instance instanceof WorkerHost)
      .map((host) => host.worker);
  }
}
