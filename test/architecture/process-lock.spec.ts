import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { makeProject, type TestProject } from '@ids/testing';

const MODULE = resolve(import.meta.dirname, '../../scripts/lib/process-lock.mjs');

/** Runs a program that has `takeLock`, `releaseLock` and `lock` (the file) in a process of its own. */
function inProcess(lock: string, program: string): string {
  const source = `import { takeLock, releaseLock } from ${JSON.stringify(MODULE)};
    const lock = ${JSON.stringify(lock)}; ${program}`;
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', source], { encoding: 'utf8' });
  expect(run.stderr).toBe('');
  return run.stdout.trim();
}

describe('the lock of the set-up', () => {
  let folder: TestProject;
  let lock: string;

  beforeEach(async () => {
    folder = await makeProject();
    lock = join(folder.path, 'deep/setup.lock');
  });
  afterEach(() => folder.remove());

  it('names the living process that holds it', () => {
    const program = `takeLock(lock);
      const { spawnSync } = await import('node:child_process');
      const other = \`import { takeLock } from ${JSON.stringify(MODULE)}; console.log(takeLock(process.argv[1]))\`;
      const run = spawnSync(process.execPath, ['--input-type=module', '-e', other, lock], { encoding: 'utf8' });
      console.log(run.stdout.trim() === String(process.pid));`;
    expect(inProcess(lock, program)).toBe('true');
  });

  it('is taken over when its holder died without releasing it', () => {
    inProcess(lock, 'takeLock(lock)');
    expect(existsSync(lock)).toBe(true);
    expect(inProcess(lock, 'console.log(takeLock(lock))')).toBe('undefined');
  });

  it('is taken over when its id belongs to another process by now', async () => {
    await folder.write('deep/setup.lock', `${process.pid} 1`);
    expect(inProcess(lock, 'console.log(takeLock(lock))')).toBe('undefined');
  });

  it('is gone once released', () => {
    inProcess(lock, 'takeLock(lock); releaseLock(lock)');
    expect(existsSync(lock)).toBe(false);
  });
});
