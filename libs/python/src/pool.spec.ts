import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { makeProject, type TestProject } from '@ids/testing';
import { findInterpreter } from './interpreter.js';
import { DEFAULT_LIMITS } from './limits.js';
import { Pool } from './pool.js';

// Interpreters and checkers start slowly on a busy machine.
jest.setTimeout(60_000);

describe('Pool', () => {
  let project: TestProject;
  let executable: string;
  beforeAll(async () => {
    executable = (await findInterpreter()).executable;
    project = await makeProject({ 'a.py': 'x = 1\n', 'slow.py': `x = f"${'{a}'.repeat(200_000)}"\n` });
  });
  afterAll(() => project.remove());

  const syntax = (pool: Pool, path: string, cpuSeconds = 10): Promise<unknown> =>
    pool.run({ op: 'syntax', args: { path, file: join(project.path, path) }, path, cpuSeconds });

  it('answers many tasks on few processes', async () => {
    const pool = new Pool(executable, 2, DEFAULT_LIMITS);
    const answers = await Promise.all(Array.from({ length: 100 }, () => syntax(pool, 'a.py')));
    expect(answers).toEqual(Array.from({ length: 100 }, () => []));
    pool.close();
  });

  it('replaces a process that has grown, and loses no task', async () => {
    const pool = new Pool(executable, 1, { ...DEFAULT_LIMITS, recycleMb: 1 });
    const answers = await Promise.all(Array.from({ length: 8 }, () => syntax(pool, 'a.py')));
    expect(answers).toHaveLength(8);
    pool.close();
  });

  it('keeps a process however large the one is that started it', async () => {
    // What is counted as the peak of a process may begin with that of its parent.
    const large = Buffer.alloc(2 * DEFAULT_LIMITS.recycleMb * 1_024 * 1_024, 1);
    const counted = join(project.path, 'counted');
    const script = join(project.path, 'python');
    await project.write('python', `#!/bin/sh\necho x >> '${counted}'\nexec '${executable}' "$@"\n`);
    await chmod(script, 0o755);
    const pool = new Pool(script, 1, DEFAULT_LIMITS);
    for (let time = 0; time < 3; time += 1) expect(await syntax(pool, 'a.py')).toEqual([]);
    expect(await project.read('counted')).toBe('x\n');
    expect(large.at(-1)).toBe(1);
    pool.close();
  });

  it('ends a task at its time limit, and only that one', async () => {
    const pool = new Pool(executable, 1, DEFAULT_LIMITS);
    const slow = syntax(pool, 'slow.py', 0.2);
    const next = syntax(pool, 'a.py');
    await expect(slow).rejects.toMatchObject({ code: 'python_limit', details: { path: 'slow.py' } });
    await expect(next).resolves.toEqual([]);
    pool.close();
  });

  it('gives a task that cannot be answered its error', async () => {
    const pool = new Pool(executable, 1, DEFAULT_LIMITS);
    await expect(syntax(pool, 'gone.py')).rejects.toMatchObject({ code: 'python_failed' });
    pool.close();
    await expect(syntax(pool, 'a.py')).rejects.toMatchObject({ code: 'python_failed' });
  });

  it('blames the task that a process cannot be started for, instead of trying for ever', async () => {
    const pool = new Pool(join(project.path, 'no-python'), 1, DEFAULT_LIMITS);
    await expect(syntax(pool, 'a.py')).rejects.toMatchObject({ code: 'python_failed' });
    pool.close();
  });
});
