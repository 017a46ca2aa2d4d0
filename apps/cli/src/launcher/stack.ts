import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { RawEnvironment } from '@ids/config';
import { installationRoot } from '../root.js';
import { Child } from './child.js';
import type { Guardian } from './guardian.js';
import { startPrivateRedis } from './private-redis.js';

export interface StackPlan {
  readonly workers: number;
  readonly env: RawEnvironment;
  /** Where a private Redis keeps its data, if one is needed. */
  readonly redisFolder: string;
  readonly log: (name: string, line: string) => void;
}

const READY_MS = 30_000;
const RESTART_MS = 1_000;

/** Redis (ours, or the one of REDIS_URL), a gateway and workers, as child processes. */
export class Stack {
  private redis: Child | undefined;
  private gateway: Child | undefined;
  private workers: Child[] = [];
  private redisUrl = '';
  private started = false;
  private stopping = false;

  constructor(
    private readonly plan: StackPlan,
    private readonly guardian: Guardian,
  ) {}

  /** Starts all and resolves with the gateway's address once all are ready. On a failure, `stop` is still to be called. */
  async start(): Promise<string> {
    await this.startRedis();
    const workers = Array.from({ length: this.plan.workers }, (_, index) => this.startWorker(index));
    const gateway = this.startProgram('gateway', 'gateway');
    this.gateway = gateway;
    const [listening] = await Promise.all([
      gateway.line(/^IDS gateway listening on (http:\/\/\S+)/, READY_MS),
      ...workers,
    ]);
    this.started = true;
    return listening[1] ?? '';
  }

  /** Rejects when a part is gone that nothing works without; a worker that dies is started again. */
  async broken(): Promise<never> {
    const vital = [this.redis, this.gateway].filter((child) => child !== undefined);
    const ends = vital.map(async (child): Promise<never> => {
      const how = await child.ended;
      if (this.stopping) return await new Promise<never>(() => undefined);
      throw child.failure(`ended unexpectedly (${how})`);
    });
    return await Promise.race(ends);
  }

  /** Gateway and workers drain first, Redis goes last. Can be called at any time, and twice. */
  async stop(): Promise<void> {
    this.stopping = true;
    await Promise.all(
      [...this.workers, ...(this.gateway === undefined ? [] : [this.gateway])].map((child) => child.stop()),
    );
    await this.redis?.stop();
  }

  private async startRedis(): Promise<void> {
    this.redisUrl = this.plan.env['REDIS_URL'] ?? '';
    if (this.redisUrl !== '') return;
    const log = (line: string): void => this.plan.log('redis', line);
    const { redisFolder, env } = this.plan;
    const redis = await startPrivateRedis({ folder: redisFolder, env, log }, this.guardian);
    this.redis = redis.child;
    this.redisUrl = redis.url;
  }

  private async startWorker(index: number): Promise<void> {
    const worker = this.keepWorker(index);
    await worker.line(/^IDS worker ready/, READY_MS);
  }

  /** Starts a worker, and again whenever it dies: what it had begun is taken up by the others. */
  private keepWorker(index: number): Child {
    const worker = this.startProgram(`worker ${index + 1}`, 'worker');
    this.workers[index] = worker;
    void this.replaceWhenDead(worker, index);
    return worker;
  }

  private async replaceWhenDead(worker: Child, index: number): Promise<void> {
    const how = await worker.ended;
    if (this.stopping || !this.started) return;
    this.plan.log(worker.name, `ended unexpectedly (${how}); starting it again`);
    await delay(RESTART_MS, undefined, { ref: false });
    if (!this.stopping) this.keepWorker(index);
  }

  private startProgram(name: string, app: 'gateway' | 'worker'): Child {
    if (this.stopping) throw new Error('Stopped while starting.');
    const root = installationRoot();
    return new Child(
      {
        name,
        program: process.execPath,
        args: [join(root, 'dist/apps', app, 'src/main.js')],
        env: { ...this.plan.env, REDIS_URL: this.redisUrl },
        cwd: root,
        log: (line) => this.plan.log(name, line),
      },
      this.guardian,
    );
  }
}
