import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { readEnvironment } from '@ids/config';

/** A program of IDS that runs beside the benchmark. */
export interface Program {
  /** The line in which it said that it is ready. */
  readonly ready: string;
  stop(): Promise<void>;
}

/** Starts a built program and waits for its first line on stdout. `path` is relative to the build. */
export async function startProgram(path: string, env: Readonly<Record<string, string>>): Promise<Program> {
  const file = fileURLToPath(new URL(`../${path}`, import.meta.url));
  const child = spawn(process.execPath, [file], {
    env: { PATH: readEnvironment()['PATH'], LOG_LEVEL: 'error', LOG_FORMAT: 'json', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ready = await firstLine(child, path);
  return {
    ready,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    },
  };
}

async function firstLine(child: ChildProcess, path: string): Promise<string> {
  return await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${path} ended with ${code}`)));
    child.stdout?.once('data', (data: Buffer) => resolve(data.toString().trim()));
  });
}

/** The address in a ready line. */
export function addressIn(line: string): string {
  const found = /https?:\/\/\S+/.exec(line);
  if (found === null) throw new Error(`No address in: ${line}`);
  return found[0];
}
