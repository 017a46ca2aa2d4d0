import { IdsError } from '@ids/kernel';
import type { PythonLimits } from './limits.js';
import { MAX_LINE_BYTES } from './line-reader.js';
import { Task } from './task.js';
import { WorkerProcess, type Death } from './worker-process.js';

/** Tasks sent ahead to each process, so that it never waits for us. */
const AHEAD = 8;
/** Deaths that a file causes by itself; others get a second chance. */
const OWN_FAULT = /SIGSEGV|SIGABRT|SIGBUS|SIGILL/;

export interface PoolRequest {
  readonly op: string;
  readonly args: unknown;
  readonly path: string;
  readonly cpuSeconds: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * A pool of warm Python processes, started when they are needed. A death fails the one task that the process
 * was working on; the others are sent again to another.
 */
export class Pool {
  private readonly workers = new Set<WorkerProcess>();
  private queue: Task[] = [];
  private nextId = 1;
  private closed = false;
  private whenIdle: (() => void) | undefined;

  constructor(
    private readonly executable: string,
    readonly processes: number,
    private readonly limits: PythonLimits,
  ) {}

  /** The worker's answer. @throws IdsError `python_limit` or `python_failed`; the signal's reason once aborted. */
  async run(request: PoolRequest): Promise<unknown> {
    request.signal?.throwIfAborted();
    if (this.closed) throw new IdsError('python_failed', { reason: 'the pool is closed' });
    const { op, args, path, cpuSeconds } = request;
    const task = new Task(this.nextId++, op, args, path, cpuSeconds);
    const abort = (): void => this.abort(task, request.signal?.reason);
    request.signal?.addEventListener('abort', abort, { once: true });
    this.queue.push(task);
    this.pump();
    try {
      return await task.promise;
    } finally {
      request.signal?.removeEventListener('abort', abort);
    }
  }

  /** Ends all processes; what still waits fails. */
  close(): void {
    this.closed = true;
    this.failAll(this.queue.splice(0), new IdsError('python_failed', { reason: 'the pool was closed' }));
    for (const worker of this.workers) worker.kill('closed');
  }

  /** Ends all processes once they are idle; `done` is called then. It answers what it is still asked, too. */
  retire(done: () => void): void {
    this.whenIdle = done;
    this.pump();
  }

  private pump(): void {
    while (this.queue.length > 0) {
      const worker = this.freest();
      if (worker === undefined) return;
      const task = this.queue.shift();
      if (task !== undefined && !task.settled) worker.send(task);
    }
    if (this.whenIdle !== undefined && this.isIdle()) this.rest(this.whenIdle);
  }

  private isIdle(): boolean {
    return [...this.workers].every((worker) => worker.inFlight.length === 0);
  }

  private rest(done: () => void): void {
    for (const worker of this.workers) worker.kill('closed');
    done();
  }

  /** An idle worker, else a new one, else the one with least ahead of it. */
  private freest(): WorkerProcess | undefined {
    const alive = [...this.workers].filter((worker) => !worker.isEnding);
    const [best] = alive.sort((a, b) => a.inFlight.length - b.inFlight.length);
    if (best?.inFlight.length === 0) return best;
    if (this.workers.size < this.processes) return this.start();
    return best !== undefined && best.inFlight.length < AHEAD ? best : undefined;
  }

  private start(): WorkerProcess {
    const worker = new WorkerProcess(
      this.executable,
      this.limits,
      () => this.pump(),
      (dead, death, unanswered) => this.bury(dead, death, unanswered),
    );
    this.workers.add(worker);
    return worker;
  }

  private bury(worker: WorkerProcess, death: Death, unanswered: Task[]): void {
    this.workers.delete(worker);
    if (this.closed) {
      this.failAll(unanswered, new IdsError('python_failed', { reason: 'the pool was closed' }));
      return;
    }
    const [first, ...rest] = unanswered;
    const again = first !== undefined && deservesAnother(first, death) ? [first, ...rest] : rest;
    this.queue.unshift(...again);
    this.pump();
  }

  private abort(task: Task, reason: unknown): void {
    task.fail(reason);
    this.queue = this.queue.filter((waiting) => waiting !== task);
    for (const worker of this.workers) if (worker.inFlight[0] === task) worker.kill('aborted');
  }

  private failAll(tasks: readonly Task[], error: IdsError): void {
    for (const task of tasks) task.fail(error);
  }
}

/** Whether the task that a process died over is to be sent again; if not, it is failed here. */
function deservesAnother(task: Task, death: Death): boolean {
  if (task.settled) return false;
  if (death.kind === 'recycled') return true;
  if (death.kind === 'crashed') {
    if (!task.triedBefore && !OWN_FAULT.test(death.reason)) return (task.triedBefore = true);
    task.fail(new IdsError('python_failed', { path: task.at, reason: death.reason }));
    return false;
  }
  const limit = death.kind === 'answer' ? `${MAX_LINE_BYTES} bytes of answer` : `${task.cpuSeconds} s`;
  task.fail(new IdsError('python_limit', { path: task.at, limit }));
  return false;
}
