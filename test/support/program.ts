import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { until } from '@ids/testing';
import type { Guardian } from '../../apps/cli/src/launcher/guardian.js';

export interface ProgramPlan {
  readonly file: string;
  /** All of its environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

const READY_MS = 60_000;
/** More than gateway and worker allow themselves to drain. */
const STOP_MS = 30_000;
const KEPT_LINES = 200;

/** A program of IDS that runs as a child process; its last lines are kept for when something is wrong. */
export class Program {
  readonly lines: string[] = [];

  private constructor(private readonly child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr]) {
      if (stream !== null) createInterface({ input: stream }).on('line', (line) => this.take(line));
    }
  }

  /** Starts it; `guardian` ends it in case this process dies. */
  static start(plan: ProgramPlan, guardian: Guardian): Program {
    const child = spawn(process.execPath, [plan.file], {
      cwd: plan.cwd,
      env: plan.env,
      // A group of its own, for the guardian.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const { pid } = child;
    if (pid === undefined) throw new Error(`${plan.file} could not be started`);
    guardian.running(pid);
    child.once('exit', () => {
      endGroup(pid);
      guardian.ended(pid);
    });
    return new Program(child);
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  private take(line: string): void {
    this.lines.push(line);
    if (this.lines.length > KEPT_LINES) this.lines.shift();
  }

  /** The first of its lines that matches. */
  async said(pattern: RegExp): Promise<RegExpExecArray> {
    const look = (): RegExpExecArray | undefined => {
      const found = this.lines.map((line) => pattern.exec(line)).find((match) => match !== null);
      if (found === undefined && !this.running) throw new Error(`it ended:\n${this.lines.join('\n')}`);
      return found ?? undefined;
    };
    return await until(look, READY_MS, `${pattern} of a program`);
  }

  /** Sends a signal and waits for the end; what does not end in time is killed. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    if (!this.running) return;
    const exited = once(this.child, 'exit');
    this.child.kill(signal);
    const timer = setTimeout(() => this.child.kill('SIGKILL'), STOP_MS);
    await exited;
    clearTimeout(timer);
  }
}

/** What a killed program leaves behind, such as a checker that was at work. */
function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nothing is left.
  }
}
