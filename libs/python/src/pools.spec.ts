import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { makeProject, until, type TestProject } from '@ids/testing';
import { findInterpreter } from './interpreter.js';
import { DEFAULT_LIMITS } from './limits.js';
import type { Pool } from './pool.js';
import { Pools } from './pools.js';

// Interpreters start slowly on a busy machine.
jest.setTimeout(60_000);

function isAlive(id: number): boolean {
  try {
    return process.kill(id, 0);
  } catch {
    return false;
  }
}

describe('Pools', () => {
  let project: TestProject;
  let executables: string[];
  beforeAll(async () => {
    project = await makeProject({ 'a.py': 'x = 1\n', 'slow.py': `x = f"${'{a}'.repeat(60_000)}"\n` });
    const { executable } = await findInterpreter();
    executables = ['python1', 'python2', 'python3', 'python4'].map((name) => join(project.path, name));
    for (const [index, file] of executables.entries()) {
      // Each a file of its own that tells which one it was, and is then a Python.
      const started = join(project.path, `started${index}`);
      await project.write(
        `python${index + 1}`,
        `#!/bin/sh\necho $$ >> '${started}'\nexec '${executable}' "$@"\n`,
      );
      await chmod(file, 0o755);
    }
  });
  afterAll(() => project.remove());

  const of = (pools: Pools, index: number): Pool =>
    pools.of({ version: '3', executable: executables[index] ?? '' });
  const syntax = (pool: Pool, path = 'a.py'): Promise<unknown> =>
    pool.run({ op: 'syntax', args: { path, file: join(project.path, path) }, path, cpuSeconds: 20 });
  const processesOf = async (index: number): Promise<number[]> =>
    (await project.read(`started${index}`)).trim().split('\n').map(Number);

  it('keeps a few interpreters warm, and ends the processes of the one that was not used for the longest time', async () => {
    const pools = new Pools(1, DEFAULT_LIMITS);
    for (const index of [0, 1, 2, 0]) await syntax(of(pools, index));
    const [first, second] = [await processesOf(0), await processesOf(1)];
    expect([first.length, second.length]).toEqual([1, 1]);
    await syntax(of(pools, 3));
    await until(() => !second.some(isAlive));
    expect(first.every(isAlive)).toBe(true);
    await syntax(of(pools, 0));
    expect(await processesOf(0)).toEqual(first);
    pools.close();
    await until(() => !first.some(isAlive));
    expect(() => of(pools, 0)).toThrow('closed');
  });

  it('answers what was asked of an interpreter before it had to go, and after', async () => {
    const pools = new Pools(1, DEFAULT_LIMITS);
    const old = of(pools, 0);
    const slow = syntax(old, 'slow.py');
    for (const index of [1, 2, 3]) of(pools, index);
    expect(await slow).toEqual([]);
    // Whoever still holds it may go on.
    expect(await syntax(old)).toEqual([]);
    await until(async () => !(await processesOf(0)).some(isAlive));
    pools.close();
  });
});
