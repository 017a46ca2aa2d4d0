import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { RawEnvironment } from '@ids/config';
import type { Guardian } from './guardian.js';

export interface ChildPlan {
  /** For people: `gateway`, `worker 1`. */
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly env: RawEnvironment;
  readonly cwd: string;
  /** Written to its standard input, which is then closed. */
  readonly input?: string;
  /** Gets each line that it writes. */
  readonly log: (line: string) => void;
}

/** How long a child may take to drain after SIGTERM; more than gateway and workers allow themselves. */
const STOP_MS = 15_000;
/** What it wrote last comes after its end, unless a child of its own keeps the pipe open. */
const LAST_LINES_MS = 300;
const KEPT_LINES = 20;

/** A child process that leads a group of its own, so that Ctrl-C reaches it only through its launcher. */
export class Child {
  /** Resolves with how it ended; never rejects. */
  readonly ended: Promise<string>;
  private readonly child: ChildProcess;
  private readonly tail: string[] = [];
  private readonly listeners = new Set<(line: string) => void>();
  private over = false;

  constructor(
    private readonly plan: ChildPlan,
    guardian: Guardian,
  ) {
    this.child = spawn(plan.program, plan.args, {
      cwd: plan.cwd,
      env: { ...plan.env },
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const { pid, stdin, stdout, stderr } = this.child;
    if (pid !== undefined) guardian.running(pid);
    this.ended = this.watch().finally(() => {
      this.over = true;
      // What it may have left behind in its group.
      this.kill();
      if (pid !== undefined) guardian.ended(pid);
    });
    stdin?.on('error', () => undefined);
    stdin?.end(plan.input ?? '');
    for (const stream of [stdout, stderr]) {
      if (stream !== null) createInterface({ input: stream }).on('line', (line) => this.take(line));
    }
  }

  get name(): string {
    return this.plan.name;
  }

  private watch(): Promise<string> {
    return new Promise((resolve) => {
      this.child.once('error', (error) => resolve(error.message));
      this.child.once('exit', (code, signal) => {
        const end = (): void => resolve(signal ?? `exit code ${code}`);
        const timer = setTimeout(end, LAST_LINES_MS);
        this.child.once('close', () => {
          clearTimeout(timer);
          end();
        });
      });
    });
  }

  private take(line: string): void {
    this.tail.push(line);
    if (this.tail.length > KEPT_LINES) this.tail.shift();
    this.plan.log(line);
    for (const listener of this.listeners) listener(line);
  }

  /** The first line that matches; rejects if the child ends before or says nothing like it in time. */
  line(pattern: RegExp, timeoutMs: number): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const stopListening = (): void => {
        clearTimeout(timer);
        this.listeners.delete(listener);
      };
      const fail = (what: string): void => {
        stopListening();
        reject(this.failure(what));
      };
      const listener = (line: string): void => {
        const match = pattern.exec(line);
        if (match === null) return;
        stopListening();
        resolve(match);
      };
      const timer = setTimeout(() => fail(`was not ready within ${timeoutMs / 1_000} s`), timeoutMs);
      this.listeners.add(listener);
      void this.ended.then((how) => fail(`ended at its start (${how})`));
    });
  }

  /** An error with the last lines that the child wrote. */
  failure(what: string): Error {
    return new Error([`The ${this.name} ${what}.`, ...this.tail.map((line) => `  ${line}`)].join('\n'));
  }

  /** SIGTERM, and after a bound SIGKILL to its whole group. Resolves when it is gone. */
  async stop(patienceMs = STOP_MS): Promise<void> {
    if (this.over) return;
    this.child.kill('SIGTERM');
    const timer = setTimeout(() => this.kill(), patienceMs);
    await this.ended;
    clearTimeout(timer);
  }

  private kill(): void {
    try {
      if (this.child.pid !== undefined) process.kill(-this.child.pid, 'SIGKILL');
    } catch {
      // The group is empty.
    }
  }
}
