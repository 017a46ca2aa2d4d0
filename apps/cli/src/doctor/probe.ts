import { execa } from 'execa';

const TIMEOUT_MS = 20_000;

/** The first line that a program prints about its version; undefined if it is not there or fails. */
export async function versionOf(program: string, ...args: string[]): Promise<string | undefined> {
  const run = await execa(program, args, { reject: false, timeout: TIMEOUT_MS, stdin: 'ignore' });
  if (run.failed) return undefined;
  return run.stdout.split('\n')[0]?.trim();
}

/** The first of several ways to the same thing that answers. */
export async function firstVersion(
  ...ways: readonly (readonly [string, ...string[]])[]
): Promise<string | undefined> {
  for (const [program, ...args] of ways) {
    const version = await versionOf(program, ...args);
    if (version !== undefined) return version;
  }
  return undefined;
}
