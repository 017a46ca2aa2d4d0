import { randomUUID } from 'node:crypto';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  isEnd,
  projectSchema,
  sessionSchema,
  storedEventSchema,
  type CreateSessionBody,
  type ProjectSettings,
  type Session,
  type SessionStatus,
  type StoredEvent,
} from '@ids/contracts';
import {
  makeProject,
  startModelDouble,
  startRedis,
  type ModelDouble,
  type ModelScript,
  type TestProject,
  type TestRedis,
} from '@ids/testing';
import { createParser } from 'eventsource-parser';
import { Guardian } from '../../apps/cli/src/launcher/guardian.js';
import { built, ROOT, type Built } from './built.js';
import { Program } from './program.js';

export interface SystemPlan {
  /** 1 if not given. */
  readonly workers?: number;
  /** Over the environment of gateway and workers. */
  readonly env?: Readonly<Record<string, string>>;
  /** What the model's double does; without it, the offline model is used. */
  readonly model?: ModelScript;
}

/** A project that is registered under its name. */
export interface RegisteredProject extends TestProject {
  readonly name: string;
}

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed if it is JSON, else the text. */
  readonly body: unknown;
}

type TaskOptions = Omit<CreateSessionBody, 'project' | 'task'> & { readonly idempotencyKey?: string };

/** Rows of a table wait at the same time, so each of them asks seldom. */
const POLL_MS = 250;
const END_MS = 90_000;

/** A real Redis, a real gateway and real workers, each a process of its own, on loopback and in temporary folders. */
export class System {
  readonly workers: Program[] = [];
  /** Gateways besides the first. */
  readonly moreGateways: Program[] = [];
  private readonly projects: TestProject[] = [];
  private gateway: Program | undefined;
  private address = '';

  private constructor(
    readonly redis: TestRedis,
    /** There is none where the offline model is used. */
    private readonly double: ModelDouble | undefined,
    private readonly programs: Built,
    private readonly folder: string,
    private readonly plan: SystemPlan,
    private readonly guardian: Guardian,
  ) {}

  /** @internal Use `startSystem`. */
  static async start(plan: SystemPlan): Promise<System> {
    const programs = await built();
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'ids-system-')));
    const double = plan.model === undefined ? undefined : await startModelDouble(plan.model);
    const guardian = Guardian.start();
    const system = new System(await startRedis(), double, programs, folder, plan, guardian);
    try {
      await system.startAll();
    } catch (error) {
      await system.stop();
      throw error;
    }
    return system;
  }

  private async startAll(): Promise<void> {
    const workers = Array.from({ length: this.plan.workers ?? 1 }, () => this.startWorker());
    await Promise.all([this.startGateway(), ...workers]);
  }

  /** Of the gateway; the same after a restart. */
  get url(): string {
    return this.address;
  }

  get model(): ModelDouble {
    if (this.double === undefined) throw new Error('this system uses the offline model');
    return this.double;
  }

  get gatewayPid(): number {
    return this.gateway?.pid ?? 0;
  }

  /** Starts one more worker, with an environment of its own if need be; gives its place in `workers`. */
  async startWorker(env: Readonly<Record<string, string>> = {}): Promise<number> {
    const worker = this.launch(this.programs.worker, env);
    const index = this.workers.push(worker) - 1;
    await worker.said(/^IDS worker ready/);
    return index;
  }

  /** Ends a worker, by default with SIGKILL. Its place in `workers` stays. */
  async killWorker(index: number, signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
    await this.workers[index]?.end(signal);
  }

  async startGateway(): Promise<void> {
    const port = this.address === '' ? '0' : new URL(this.address).port;
    this.gateway = this.launch(this.programs.gateway, { PORT: port });
    this.address = (await this.gateway.said(/^IDS gateway listening on (\S+)/))[1] ?? '';
  }

  /** Starts one more gateway beside the first; gives its place in `moreGateways` and its address. */
  async addGateway(env: Readonly<Record<string, string>> = {}): Promise<{ index: number; url: string }> {
    const gateway = this.launch(this.programs.gateway, env);
    const index = this.moreGateways.push(gateway) - 1;
    return { index, url: (await gateway.said(/^IDS gateway listening on (\S+)/))[1] ?? '' };
  }

  async killGateway(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
    await this.gateway?.end(signal);
  }

  private launch(file: string, env: Readonly<Record<string, string>>): Program {
    return Program.start({ file, cwd: this.folder, env: { ...this.environment(), ...env } }, this.guardian);
  }

  private environment(): Record<string, string> {
    const { PATH = '', HOME = '' } = process.env;
    return {
      PATH,
      HOME,
      // What killed programs leave behind goes with the folder.
      TMPDIR: this.folder,
      REDIS_URL: this.redis.url,
      PORT: '0',
      LOG_LEVEL: 'warn',
      LOG_FORMAT: 'json',
      NODE_NO_WARNINGS: '1',
      IDS_PROJECTS_ROOT: '/',
      IDS_PARLIAMENT: join(ROOT, 'config/parliament.yaml'),
      IDS_RECONCILE_SECONDS: '1',
      IDS_RATE_LIMIT_PER_MINUTE: '1000000',
      IDS_MODEL_REQUESTS_PER_MINUTE: '1000000',
      ...(this.double === undefined
        ? {}
        : { OPENAI_API_KEY: 'key-of-the-double', OPENAI_BASE_URL: this.double.url, IDS_MODEL: 'double' }),
      ...this.plan.env,
    };
  }

  /** One request; rejects where the gateway cannot be reached. */
  async api(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<ApiAnswer> {
    const json = body === undefined ? {} : { 'content-type': 'application/json' };
    const response = await fetch(this.url + path, {
      method,
      headers: { ...json, ...headers },
      body: body === undefined ? null : JSON.stringify(body),
      // Types of a project that were never judged take their time on a busy machine.
      signal: AbortSignal.timeout(100_000),
    });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
  }

  /** Makes a project with these files and registers it; `stop` removes it. */
  async createProject(
    files: Readonly<Record<string, string | Uint8Array>>,
    settings: ProjectSettings = {},
  ): Promise<RegisteredProject> {
    const project = await makeProject(files);
    this.projects.push(project);
    return { ...project, name: await this.register(project.path, settings) };
  }

  /** Registers a folder under a fresh name; gives the name. */
  async register(path: string, settings: ProjectSettings = {}): Promise<string> {
    const name = `p-${randomUUID()}`;
    const answer = await this.api('POST', '/v1/projects', { name, path, settings });
    if (answer.status !== 201) throw new Error(`not registered: ${JSON.stringify(answer.body)}`);
    return projectSchema.parse(answer.body).name;
  }

  /** Starts a session; gives it as it is then. */
  async runTask(
    project: string | { readonly name: string },
    task: string,
    { idempotencyKey, ...options }: TaskOptions = {},
  ): Promise<Session> {
    const name = typeof project === 'string' ? project : project.name;
    const headers: Record<string, string> =
      idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey };
    const answer = await this.api('POST', '/v1/sessions', { project: name, task, ...options }, headers);
    if (answer.status !== 202) throw new Error(`not accepted: ${JSON.stringify(answer.body)}`);
    return sessionSchema.parse(answer.body);
  }

  async session(id: string): Promise<Session> {
    const answer = await this.api('GET', `/v1/sessions/${id}`);
    if (answer.status !== 200) throw new Error(`${answer.status}: ${JSON.stringify(answer.body)}`);
    return sessionSchema.parse(answer.body);
  }

  /** Waits until the session is at an end, also over a gateway or Redis that is away meanwhile. */
  async waitForEnd(id: string, timeoutMs = END_MS): Promise<Session> {
    return await this.waitFor(id, ({ status }) => isEnd(status), timeoutMs);
  }

  async waitForStatus(id: string, status: SessionStatus, timeoutMs = END_MS): Promise<Session> {
    return await this.waitFor(id, (session) => session.status === status, timeoutMs, status);
  }

  private async waitFor(
    id: string,
    isThere: (session: Session) => boolean,
    timeoutMs: number,
    what = 'an end',
  ): Promise<Session> {
    const end = Date.now() + timeoutMs;
    let last = 'never seen';
    for (;;) {
      const session = await this.session(id).catch((error: unknown) => void (last = String(error)));
      if (session) {
        if (isThere(session)) return session;
        last = session.status;
        if (isEnd(session.status)) throw new Error(`${id} ended as ${last}, not ${what}: ${about(session)}`);
      }
      if (Date.now() > end) throw new Error(`${id} did not reach ${what}; last: ${last}\n${this.log()}`);
      await delay(POLL_MS);
    }
  }

  /** All events of a session that is at an end. */
  async events(id: string): Promise<StoredEvent[]> {
    const { status, body } = await this.api('GET', `/v1/sessions/${id}/events`);
    if (status !== 200 || typeof body !== 'string') throw new Error(`${status}: ${JSON.stringify(body)}`);
    const events: StoredEvent[] = [];
    const parser = createParser({
      onEvent: ({ id: eventId, data }) =>
        events.push(storedEventSchema.parse({ id: eventId, ...JSON.parse(data) })),
    });
    parser.feed(body);
    return events;
  }

  /** What gateway and workers wrote last. */
  log(): string {
    const all = this.programsStarted().flatMap((program) => program.lines);
    return all.slice(-60).join('\n');
  }

  private programsStarted(): Program[] {
    const first = this.gateway === undefined ? [] : [this.gateway];
    return [...first, ...this.moreGateways, ...this.workers];
  }

  /** Ends and removes everything. */
  async stop(): Promise<void> {
    await Promise.all(this.programsStarted().map((program) => program.end('SIGKILL')));
    await this.double?.close().catch(() => undefined);
    await this.redis.stop();
    await this.guardian.stop();
    for (const project of this.projects) await project.remove();
    await rm(this.folder, { recursive: true, force: true });
  }
}

function about({ error }: Session): string {
  return error === undefined ? 'no error' : `${error.stage} ${error.code}: ${error.message}`;
}

export function startSystem(plan: SystemPlan = {}): Promise<System> {
  return System.start(plan);
}
