import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { usageOf, type Usage } from './disk.js';
import { MB, type TestLimits } from './limits.js';
import { descendants, kill, killDescendants, listProcesses, memoryOf } from './processes.js';

/** The limit that a run was ended for. */
export type Stopped = 'time' | 'memory' | 'processes' | 'disk' | 'output';

export interface RunResult {
  readonly exitCode: number | undefined;
  /** The signal that ended it, if it was not ended by us. */
  readonly signal: string | undefined;
  readonly stopped: Stopped | undefined;
  /** The end of stdout and stderr, as they came. */
  readonly output: string;
}

export interface RunRequest {
  readonly command: readonly [string, ...string[]];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly limits: TestLimits;
  /** Folders whose growth counts. */
  readonly folders: readonly string[];
  /** `NAME=value` of the environment: also what left its parent is ended by it. */
  readonly mark?: string;
  readonly signal: AbortSignal;
}

const OUTPUT_KEPT = 64 * 1_024;
const LOOK_MS = 250;
/** How long output may come after the end, from pipes that something else still holds. */
const LAST_OUTPUT_MS = 1_000;

/**
 * Runs a command under limits of time, output, processes, memory and disk. Nothing of it is left when this
 * resolves or throws.
 * @throws the signal's reason once aborted
 */
export async function runContained(request: RunRequest): Promise<RunResult> {
  request.signal.throwIfAborted();
  const before = await usageOf(request.folders, { bytes: Infinity, files: Infinity });
  const [program, ...args] = request.command;
  const child = execa(program, args, {
    env: request.env,
    extendEnv: false,
    cwd: request.cwd,
    reject: false,
    buffer: false,
    stdin: 'ignore',
    all: true,
    // A group of its own, so that it can be ended as a whole.
    detached: true,
    cleanup: false,
  });
  const { pid } = child;
  if (pid === undefined) return { ...notStarted(await child), stopped: undefined };
  const run = new Containment(pid, request);
  child.all.on('data', (chunk: Buffer) => run.take(chunk));
  const exited = new Promise<[number | null, string | null]>((resolve) =>
    child.nodeChildProcess.once('exit', (code, signal) => resolve([code, signal])),
  );
  const over = new AbortController();
  const watching = run.watch(before, over.signal);
  const onAbort = (): void => void run.end();
  request.signal.addEventListener('abort', onAbort, { once: true });
  try {
    if (request.signal.aborted) onAbort();
    const [code, signal] = await exited;
    run.exited = true;
    over.abort();
    await Promise.all([watching, run.killRest()]);
    await Promise.race([child.catch(() => undefined), delay(LAST_OUTPUT_MS, undefined, { ref: false })]);
    request.signal.throwIfAborted();
    return run.result(code, signal);
  } finally {
    request.signal.removeEventListener('abort', onAbort);
    child.all.destroy();
    child.stdout.destroy();
    child.stderr.destroy();
  }
}

function notStarted(result: { readonly shortMessage?: string }): Omit<RunResult, 'stopped'> {
  return { exitCode: 127, signal: undefined, output: result.shortMessage ?? '' };
}

class Containment {
  /** Its number may then be another process's. */
  exited = false;
  private stopped: Stopped | undefined;
  private readonly kept: Buffer[] = [];
  private keptBytes = 0;
  private seenBytes = 0;
  private ending: Promise<void> | undefined;

  constructor(
    private readonly pid: number,
    private readonly request: RunRequest,
  ) {}

  take(chunk: Buffer): void {
    this.seenBytes += chunk.length;
    this.kept.push(chunk);
    this.keptBytes += chunk.length;
    while (this.keptBytes - (this.kept[0]?.length ?? 0) >= OUTPUT_KEPT) {
      this.keptBytes -= this.kept.shift()?.length ?? 0;
    }
    if (this.seenBytes > this.request.limits.outputMb * MB) this.stop('output');
  }

  /** Looks at time, processes, memory and disk until `over`. */
  async watch(before: Usage, over: AbortSignal): Promise<void> {
    const end = performance.now() + this.request.limits.seconds * 1_000;
    let nextDisk = 0;
    while (!over.aborted) {
      const now = performance.now();
      if (now >= end) this.stop('time');
      await this.lookAtProcesses();
      if (now >= nextDisk) {
        await this.lookAtDisk(before);
        // A large tree is looked at less often, so that the watch costs little.
        nextDisk = performance.now() + Math.max(1_000, 10 * (performance.now() - now));
      }
      const wait = Math.max(0, Math.min(LOOK_MS, end - performance.now()));
      await delay(this.stopped === undefined ? wait : LOOK_MS, undefined, { signal: over }).catch(
        () => undefined,
      );
    }
  }

  private async lookAtProcesses(): Promise<void> {
    const { processes, memoryMb } = this.request.limits;
    const all = descendants(await listProcesses(), this.pid);
    if (all.length > processes) this.stop('processes');
    const atMost = all.reduce((sum, { memoryKb }) => sum + memoryKb, 0);
    if (atMost > memoryMb * 1_024 && (await memoryOf(all)) > memoryMb * 1_024) this.stop('memory');
  }

  private async lookAtDisk(before: Usage): Promise<void> {
    const most = {
      bytes: before.bytes + this.request.limits.diskMb * MB,
      files: before.files + this.request.limits.diskFiles,
    };
    const now = await usageOf(this.request.folders, most);
    if (now.bytes > most.bytes || now.files > most.files) this.stop('disk');
  }

  private stop(reason: Stopped): void {
    this.stopped ??= reason;
    void this.end();
  }

  /**
   * What it started goes first: of bubblewrap that is the first process of the namespace, with which the kernel
   * ends all others before bubblewrap itself sees the end.
   */
  end(): Promise<void> {
    this.ending ??= (async () => {
      await killDescendants(this.pid, this.request.mark);
      if (!this.exited) kill(this.pid);
      await this.killRest();
    })();
    return this.ending;
  }

  /** After the end: what stayed in the group, or left it with the mark. */
  async killRest(): Promise<void> {
    kill(-this.pid);
    if (this.request.mark !== undefined) await killDescendants(this.pid, this.request.mark);
  }

  result(code: number | null, signal: string | null): RunResult {
    return {
      exitCode: code ?? undefined,
      signal: signal ?? undefined,
      stopped: this.stopped,
      output: Buffer.concat(this.kept).subarray(-OUTPUT_KEPT).toString(),
    };
  }
}
