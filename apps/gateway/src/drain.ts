import { Injectable, type BeforeApplicationShutdown, type OnModuleDestroy } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';

/** Below the ten seconds that an orchestrator or an impatient person gives. */
const GRACE_MS = 7_000;

/** Ends what would keep the server from closing: streams at once, answers after a bounded time. */
@Injectable()
export class Drain implements OnModuleDestroy, BeforeApplicationShutdown {
  private readonly closing = new AbortController();

  constructor(private readonly host: HttpAdapterHost) {}

  /** Aborts when the gateway begins to close. */
  get signal(): AbortSignal {
    return this.closing.signal;
  }

  onModuleDestroy(): void {
    this.closing.abort();
  }

  beforeApplicationShutdown(): void {
    const server = this.host.httpAdapter.getHttpServer();
    setTimeout(() => server.closeAllConnections(), GRACE_MS).unref();
  }
}
