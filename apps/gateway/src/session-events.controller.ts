import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { StoredEvent } from '@ids/contracts';
import { IdsError, type SessionId } from '@ids/kernel';
import type { Metrics } from '@ids/observability';
import { SessionFeed, SessionStore } from '@ids/store';
import { Controller, Get, Headers, Inject, Param, Query, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { AnswersText, Problems, SessionIdParam } from './docs/answers.js';
import { Drain } from './drain.js';
import { isRedisAway } from './http/redis-errors.js';
import { SessionIdPipe } from './http/validation.js';
import { METRICS } from './tokens.js';

/** Below the idle limits of common proxies. */
const HEARTBEAT_MS = 15_000;
const REDIS_RETRY_MS = 1_000;
/** An id of a Redis stream that also fits into its 64 bits. */
const EVENT_ID = /^\d{1,19}(-\d{1,19})?$/;

@ApiTags('sessions')
@Controller('v1/sessions')
export class SessionEventsController {
  constructor(
    private readonly feed: SessionFeed,
    private readonly sessions: SessionStore,
    private readonly drain: Drain,
    @Inject(METRICS) private readonly metrics: Metrics,
  ) {}

  @Get(':id/events')
  @ApiOperation({
    summary: 'What happens in the session, as server-sent events',
    description:
      'Each event has an id, its type as `event`, and `{at, event}` as data. The stream closes once all is sent and the session is at an end.',
  })
  @SessionIdParam()
  @ApiHeader({ name: 'Last-Event-ID', description: 'Resume after this event; `0` is the start' })
  @ApiQuery({ name: 'lastEventId', required: false, description: 'The same for clients that set no headers' })
  @AnswersText('text/event-stream', 'The events, from the first one on')
  @Problems('session_not_found')
  async events(
    @Param('id', SessionIdPipe) id: SessionId,
    @Headers('last-event-id') header: string | undefined,
    @Query('lastEventId') query: unknown,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const after = checkedEventId(header ?? query ?? '0');
    if ((await this.sessions.readProgress(id)) === null)
      throw new IdsError('session_not_found', { session: id });
    openStream(response);
    if (request.method === 'HEAD') {
      response.end();
      return;
    }
    await this.stream(id, after, response);
  }

  private async stream(id: SessionId, after: string, response: Response): Promise<void> {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const signal = AbortSignal.any([gone.signal, this.drain.signal]);
    const heartbeat = setInterval(() => {
      if (!response.writableNeedDrain) response.write(': alive\n\n');
    }, HEARTBEAT_MS);
    this.metrics.eventStreams.inc();
    try {
      await this.sendAll(id, after, response, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      this.metrics.eventStreams.dec();
      clearInterval(heartbeat);
      response.end();
    }
  }

  /** Outlives a Redis that is away for a while: the client would give up at a 503, and nothing is lost by waiting. */
  private async sendAll(
    id: SessionId,
    after: string,
    response: Response,
    signal: AbortSignal,
  ): Promise<void> {
    let last = after;
    for (;;) {
      try {
        for await (const event of this.feed.follow(id, last, signal)) {
          last = event.id;
          if (!response.write(frame(event))) await once(response, 'drain', { signal });
        }
        return;
      } catch (error) {
        if (!isRedisAway(error)) throw error;
        await delay(REDIS_RETRY_MS, undefined, { signal });
      }
    }
  }
}

function checkedEventId(given: unknown): string {
  if (typeof given === 'string' && EVENT_ID.test(given)) return given;
  throw new IdsError('invalid_request', { reason: 'Last-Event-ID must be the id of an event, or 0' });
}

function openStream(response: Response): void {
  response.status(200);
  response.setHeader('Content-Type', 'text/event-stream; charset=utf-8');
  response.setHeader('Cache-Control', 'no-store, no-transform');
  // Proxies that buffer would hold back events until their buffer is full.
  response.setHeader('X-Accel-Buffering', 'no');
  response.flushHeaders();
}

/** JSON text has no line breaks, so one `data` line holds it whole. */
function frame({ id, at, event }: StoredEvent): string {
  return `id: ${id}\nevent: ${event.type}\ndata: ${JSON.stringify({ at, event })}\n\n`;
}
