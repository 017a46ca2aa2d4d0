import { execa } from 'execa';
import { childEnvironment } from '../../environment.js';
import type { TypeLimits } from './tool.js';

export interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | undefined;
  /** Why it came to no end of its own; undefined if it did. */
  readonly stopped: string | undefined;
}

/**
 * Runs a type checker within its limits; a failure of the process is an answer.
 * @throws the signal's reason once aborted
 */
export async function runChild(
  command: readonly [string, ...string[]],
  options: {
    readonly cwd: string;
    readonly env?: Readonly<Record<string, string>>;
    readonly limits: Pick<TypeLimits, 'seconds' | 'outputBytes'>;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<Ended> {
  const { cwd, env, limits, signal } = options;
  const [program, ...args] = command;
  const result = await execa(program, args, {
    env: { ...childEnvironment(), ...env },
    extendEnv: false,
    cwd,
    reject: false,
    stdin: 'ignore',
    timeout: limits.seconds * 1_000,
    maxBuffer: limits.outputBytes,
    ...(signal === undefined ? {} : { cancelSignal: signal }),
  });
  signal?.throwIfAborted();
  return {
    stdout: result.stdout,
    stderr: result.stderr,
    exitCode: result.exitCode,
    stopped: stoppedBy(result, limits),
  };
}

function stoppedBy(
  result: {
    timedOut: boolean;
    isMaxBuffer: boolean;
    signal?: string;
    exitCode?: number;
    originalMessage?: string;
  },
  limits: Pick<TypeLimits, 'seconds' | 'outputBytes'>,
): string | undefined {
  if (result.timedOut) return `it took longer than ${limits.seconds} s`;
  if (result.isMaxBuffer) return `it printed more than ${limits.outputBytes} bytes`;
  if (result.signal !== undefined) return `it was ended by ${result.signal}`;
  if (result.exitCode === undefined) return result.originalMessage ?? 'it could not be started';
  return undefined;
}

/** The last line of what a tool said, which names the error. */
export function lastLine({ stderr, stdout }: Pick<Ended, 'stderr' | 'stdout'>): string {
  const text = stderr.trim() || stdout.trim() || 'it gave no reason';
  return (text.split('\n').at(-1) ?? text).slice(0, 300);
}
