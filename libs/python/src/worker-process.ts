import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { z } from 'zod';
import { childEnvironment } from './environment.js';
import { parseJson } from './interpreter.js';
import { LineReader } from './line-reader.js';
import type { PythonLimits } from './limits.js';
import type { Task } from './task.js';

/** Why a worker process is gone. */
export type Death =
  | { readonly kind: 'recycled' | 'aborted' | 'closed' | 'time' | 'answer' }
  | { readonly kind: 'crashed'; readonly reason: string };

const SCRIPT = fileURLToPath(new URL('./worker/main.py', import.meta.url));
/** The exit code by which a worker says that it has grown and wants to be replaced. */
const RECYCLED = 75;
/** Wall time is only a net below the limit of processor time, so a busy machine blames no file. */
const WALL_FACTOR = 5;

const replySchema = z.union([
  z.object({ id: z.int(), at: z.string() }),
  z.object({ id: z.int(), value: z.unknown() }),
  z.object({ id: z.int(), error: z.object({ kind: z.enum(['limit', 'failed']), reason: z.string() }) }),
]);

/**
 * One warm Python process: tasks go in as JSON lines and are answered in order. It answers or it dies; then
 * `onDeath` gets the tasks without an answer, of which the first is the one it was working on.
 */
export class WorkerProcess {
  readonly inFlight: Task[] = [];
  private readonly child;
  private timer: NodeJS.Timeout | undefined;
  private death: Death | undefined;
  private errors = '';

  constructor(
    executable: string,
    limits: PythonLimits,
    private readonly onReply: (worker: WorkerProcess) => void,
    private readonly onDeath: (worker: WorkerProcess, death: Death, unanswered: Task[]) => void,
  ) {
    const settings = JSON.stringify({ memoryMb: limits.memoryMb, recycleMb: limits.recycleMb });
    this.child = execa(executable, ['-I', '-S', '-B', '-W', 'ignore', SCRIPT, settings], {
      env: childEnvironment(),
      extendEnv: false,
      cwd: '/',
      buffer: false,
      reject: false,
      stdin: 'pipe',
    });
    // A write to a process that has just died: its death is handled where it ends.
    this.child.stdin.on('error', () => undefined);
    this.child.stderr.on(
      'data',
      (chunk: Buffer) => (this.errors = (this.errors + String(chunk)).slice(-500)),
    );
    const lines = new LineReader(
      (line) => this.read(line),
      () => this.refuse('large'),
    );
    this.child.stdout.on('data', (chunk: Buffer) => lines.take(chunk));
    void this.ended();
  }

  /** Whether it was told to end: what it would still be sent, it would not answer. */
  get isEnding(): boolean {
    return this.death !== undefined;
  }

  send(task: Task): void {
    this.inFlight.push(task);
    if (this.inFlight.length === 1) this.watchFirst();
    this.child.stdin.write(
      `${JSON.stringify({ id: task.id, op: task.op, cpuSeconds: task.cpuSeconds, args: task.args })}\n`,
    );
  }

  kill(kind: 'aborted' | 'closed' | 'time'): void {
    this.death ??= { kind };
    this.child.kill('SIGKILL');
  }

  private read(line: string): void {
    const reply = replySchema.safeParse(parseJson(line));
    const task = this.inFlight[0];
    if (!reply.success || task?.id !== reply.data.id) {
      this.refuse('wrong');
      return;
    }
    if ('at' in reply.data) {
      task.at = reply.data.at;
      this.watchFirst();
      return;
    }
    this.inFlight.shift();
    this.watchFirst();
    task.settle(reply.data);
    this.onReply(this);
  }

  /** An answer that is not to be had ends the process. */
  private refuse(why: 'large' | 'wrong'): void {
    this.death ??=
      why === 'large'
        ? { kind: 'answer' }
        : { kind: 'crashed', reason: 'it answered with something else than was asked' };
    this.child.kill('SIGKILL');
  }

  private watchFirst(): void {
    clearTimeout(this.timer);
    const first = this.inFlight[0];
    if (first === undefined) return;
    this.timer = setTimeout(() => this.kill('time'), first.cpuSeconds * 1_000 * WALL_FACTOR);
  }

  private async ended(): Promise<void> {
    const result = await this.child;
    clearTimeout(this.timer);
    this.onDeath(this, this.death ?? this.deathOf(result), [...this.inFlight]);
  }

  private deathOf(result: { exitCode?: number; signal?: string; originalMessage?: string }): Death {
    if (result.exitCode === RECYCLED) return { kind: 'recycled' };
    if (result.signal === 'SIGPROF') return { kind: 'time' };
    const how = result.signal ?? `exit code ${result.exitCode ?? result.originalMessage ?? 'unknown'}`;
    return { kind: 'crashed', reason: `it ended with ${how} ${this.errors.trim()}`.trim() };
  }
}
