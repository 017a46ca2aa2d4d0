import {
  analysisSchema,
  projectListSchema,
  projectSchema,
  sessionListSchema,
  sessionSchema,
  validateAnswerSchema,
  type Analysis,
  type CreateProjectBody,
  type CreateSessionBody,
  type DecisionAction,
  type Project,
  type Session,
  type StoredEvent,
  type UpdateProjectBody,
  type ValidateAnswer,
  type ValidateBody,
} from '@ids/contracts';
import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { UnreachableError } from './client-errors.js';
import { followEvents, type FollowOptions } from './event-stream.js';
import { Http, type HttpCall } from './http.js';

export interface SessionsQuery {
  readonly project?: string | undefined;
  readonly status?: string | undefined;
  readonly limit?: number | undefined;
}

/** Types and tests of a large project take their time; the gateway gives up before. */
const VALIDATE_MS = 300_000;
const FIRST_SILENCE_MS = 5_000;
const SILENCE_MS = 250;

/** The HTTP contract (CONTRACT section 4) as methods; every answer is parsed. */
export class IdsClient {
  private readonly http: Http;

  constructor(url: string, apiKey: string | undefined) {
    this.http = new Http(url, apiKey);
  }

  get url(): string {
    return this.http.url;
  }

  async projects(): Promise<Project[]> {
    return (await this.json(projectListSchema, '/v1/projects')).projects;
  }

  project(name: string): Promise<Project> {
    return this.json(projectSchema, `/v1/projects/${encodeURIComponent(name)}`);
  }

  addProject(body: CreateProjectBody): Promise<Project> {
    return this.json(projectSchema, '/v1/projects', { method: 'POST', body });
  }

  updateProject(name: string, body: UpdateProjectBody): Promise<Project> {
    return this.json(projectSchema, `/v1/projects/${encodeURIComponent(name)}`, { method: 'PATCH', body });
  }

  async removeProject(name: string): Promise<void> {
    await this.done(`/v1/projects/${encodeURIComponent(name)}`, { method: 'DELETE' });
  }

  /** The key makes it safe to send again what was not answered. */
  createSession(body: CreateSessionBody): Promise<Session> {
    const headers = { 'idempotency-key': randomUUID() };
    return this.json(sessionSchema, '/v1/sessions', { method: 'POST', body, headers });
  }

  async sessions(query: SessionsQuery): Promise<Session[]> {
    const search = new URLSearchParams();
    for (const [key, value] of Object.entries(query)) {
      if (value !== undefined) search.set(key, String(value));
    }
    return (await this.json(sessionListSchema, `/v1/sessions?${search.toString()}`)).sessions;
  }

  session(id: string, signal?: AbortSignal): Promise<Session> {
    return this.json(sessionSchema, sessionPath(id), { signal });
  }

  async diff(id: string): Promise<string> {
    const response = await this.http.send(sessionPath(id, 'diff'), { headers: { accept: '*/*' } });
    return await response.text();
  }

  async decide(id: string, action: DecisionAction): Promise<void> {
    await this.done(sessionPath(id, 'decision'), { method: 'POST', body: { action } });
  }

  async guide(id: string, text: string): Promise<void> {
    await this.done(sessionPath(id, 'guidance'), { method: 'POST', body: { text } });
  }

  async cancel(id: string): Promise<void> {
    await this.done(sessionPath(id, 'cancel'), { method: 'POST' });
  }

  async rollback(id: string): Promise<void> {
    await this.done(sessionPath(id, 'rollback'), { method: 'POST' });
  }

  analyze(project: string, path: string): Promise<Analysis> {
    return this.json(analysisSchema, '/v1/analyze', { method: 'POST', body: { project, path } });
  }

  validate(body: ValidateBody): Promise<ValidateAnswer> {
    return this.json(validateAnswerSchema, '/v1/validate', {
      method: 'POST',
      body,
      timeoutMs: VALIDATE_MS,
    });
  }

  /** Whether the gateway can take work, and what it says about itself. Throws if there is none. */
  async readiness(): Promise<{ ready: boolean; detail: string }> {
    const answer = await this.http.fetch('/health/ready', { signal: AbortSignal.timeout(5_000) });
    return { ready: answer.ok, detail: await answer.text() };
  }

  /** Every event of a session after `options.after`, over cut connections, until it is at an end. */
  events(id: string, options: FollowOptions): AsyncGenerator<StoredEvent> {
    const open = (after: string, signal: AbortSignal): Promise<Response> =>
      this.http.send(sessionPath(id, 'events'), {
        headers: { accept: 'text/event-stream', 'last-event-id': after },
        signal,
      });
    return followEvents(open, () => this.session(id, options.signal), options);
  }

  /** The last event that there is: the stream is read until it ends or falls silent. */
  async lastEventId(id: string, signal: AbortSignal): Promise<string> {
    const silence = new AbortController();
    let timer = setTimeout(() => silence.abort(), FIRST_SILENCE_MS);
    let last = '0';
    try {
      const known = AbortSignal.any([signal, silence.signal]);
      for await (const event of this.events(id, { signal: known, isDone: () => true })) {
        last = event.id;
        clearTimeout(timer);
        timer = setTimeout(() => silence.abort(), SILENCE_MS);
      }
    } catch (error) {
      if (!silence.signal.aborted) throw error;
    } finally {
      clearTimeout(timer);
    }
    return last;
  }

  private async json<T>(schema: z.ZodType<T>, path: string, call?: HttpCall): Promise<T> {
    const response = await this.http.send(path, call);
    const body: unknown = await response.json().catch(() => undefined);
    const parsed = schema.safeParse(body);
    if (parsed.success) return parsed.data;
    throw new UnreachableError(this.url, `its answer to ${path} has another form than this client knows`);
  }

  private async done(path: string, call: HttpCall): Promise<void> {
    const response = await this.http.send(path, call);
    await response.body?.cancel();
  }
}

function sessionPath(id: string, rest?: string): string {
  return `/v1/sessions/${encodeURIComponent(id)}${rest === undefined ? '' : `/${rest}`}`;
}
