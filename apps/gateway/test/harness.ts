import { loadSettings, type RawEnvironment } from '@ids/config';
import { problemSchema, type Problem, type Session, type SessionEvent } from '@ids/contracts';
import { isSessionId } from '@ids/kernel';
import { silentLogger } from '@ids/observability';
import { connectRedis, SessionStore, untilReady, type Redis } from '@ids/store';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { startGateway, type RunningGateway } from '../src/start.js';

/** Starts a gateway on a free loopback port. */
export function launchGateway(redisUrl: string, environment: RawEnvironment = {}): Promise<RunningGateway> {
  const settings = loadSettings({
    REDIS_URL: redisUrl,
    PORT: '0',
    IDS_PROJECTS_ROOT: '/',
    IDS_RATE_LIMIT_PER_MINUTE: '100000',
    ...environment,
  });
  return startGateway(settings, silentLogger);
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Parsed, or undefined if it is no JSON. */
  readonly body: unknown;
}

export interface Sent {
  readonly json?: unknown;
  readonly raw?: string | Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends one request and reads its whole answer. */
export async function send(
  gateway: RunningGateway,
  method: string,
  path: string,
  sent: Sent = {},
): Promise<Answer> {
  const body = sent.raw ?? (sent.json === undefined ? undefined : JSON.stringify(sent.json));
  const response = await fetch(gateway.url + path, {
    method,
    redirect: 'manual',
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...sent.headers },
    ...(body === undefined ? {} : { body }),
    signal: AbortSignal.timeout(60_000),
  });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: isJson && text !== '' ? JSON.parse(text) : undefined,
  };
}

/** The answer as a problem; throws if it is not a well-formed one. */
export function problemOf(answer: Answer): Problem {
  const type = answer.headers.get('content-type') ?? '';
  if (!type.startsWith('application/problem+json'))
    throw new Error(`${answer.status} ${type}: ${answer.text}`);
  const problem = problemSchema.strict().parse(answer.body);
  if (problem.status !== answer.status)
    throw new Error(`the problem says ${problem.status}, HTTP ${answer.status}`);
  return problem;
}

/** A stream of events that is being read. */
export interface EventStream {
  readonly response: Response;
  readonly events: EventSourceMessage[];
  /** Resolves once the server has closed the stream. */
  readonly ended: Promise<void>;
  leave(): void;
}

export async function openEvents(
  gateway: RunningGateway,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<EventStream> {
  const control = new AbortController();
  const response = await fetch(gateway.url + path, { headers, signal: control.signal });
  const events: EventSourceMessage[] = [];
  const ended = readAll(response, events).catch((error: unknown) => {
    if (!control.signal.aborted) throw error;
  });
  return { response, events, ended, leave: () => control.abort() };
}

async function readAll(response: Response, events: EventSourceMessage[]): Promise<void> {
  const parser = createParser({ onEvent: (event) => events.push(event) });
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) parser.feed(decoder.decode(chunk, { stream: true }));
}

/** Plays the part of the workers: moves sessions on without running any stage. */
export class Stage {
  readonly store: SessionStore;

  constructor(readonly redis: Redis) {
    this.store = new SessionStore(redis, { retentionMs: 60_000 });
  }

  static async open(redisUrl: string): Promise<Stage> {
    const redis = connectRedis(redisUrl, 'worker');
    await untilReady(redis, 30_000);
    return new Stage(redis);
  }

  /** Writes what a stage would write, and its events. */
  async move(id: string, patch: Partial<Session>, events: readonly SessionEvent[] = []): Promise<void> {
    if (!isSessionId(id)) throw new Error(`${id} is no session id`);
    const record = await this.store.read(id);
    if (record === null) throw new Error(`there is no ${id}`);
    const from = record.session.status;
    const session = { ...record.session, ...patch };
    const next = { ...record, version: record.version + 1, session, flow: { ...record.flow, jobs: [] } };
    const outcome = await this.store.transition(from, next, events, []);
    if (outcome !== 'done') throw new Error(`the transition was ${outcome}`);
  }

  close(): void {
    this.redis.disconnect();
  }
}
