import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { until } from '@ids/testing';
import { Child, type ChildPlan } from './child.js';
import { Guardian } from './guardian.js';

// Each test starts processes, which is slow on a busy machine.
jest.setTimeout(120_000);
const PATIENCE_MS = 60_000;

let guardian: Guardian;
beforeEach(() => {
  guardian = Guardian.start();
});
afterEach(() => guardian.stop());

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function plan(program: string): ChildPlan {
  return {
    name: 'fake',
    program: process.execPath,
    args: ['-e', program],
    env: { PATH: process.env['PATH'] },
    cwd: tmpdir(),
    log: () => undefined,
  };
}

/** Prints its process id, then waits. */
const WAITS = 'console.log("pid " + process.pid); setInterval(() => {}, 1000);';
/** The same with a child of its own that ignores SIGTERM, as it does itself. */
const STUBBORN = `process.on("SIGTERM", () => {});
  const own = require("child_process").spawn(process.execPath,
    ["-e", 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000); console.log("pid " + process.pid)'],
    { stdio: "inherit" });
  setInterval(() => {}, 1000);`;

describe('a child of the launcher', () => {
  it('ends on SIGTERM when it is stopped', async () => {
    const child = new Child(plan(WAITS), guardian);
    const [, pid] = await child.line(/^pid (\d+)/, PATIENCE_MS);
    await child.stop();
    expect(isAlive(Number(pid))).toBe(false);
    expect(await child.ended).toBe('SIGTERM');
  });

  it('is killed after a bound with all that it started', async () => {
    const child = new Child(plan(STUBBORN), guardian);
    const [, grandchild] = await child.line(/^pid (\d+)/, PATIENCE_MS);
    await child.stop(200);
    await until(() => !isAlive(Number(grandchild)));
    expect(await child.ended).toBe('SIGKILL');
  });

  it('that ends at its start fails the wait for it, with what it said', async () => {
    const child = new Child(plan('console.error("PORT: is in use"); process.exit(1)'), guardian);
    await expect(child.line(/ready/, PATIENCE_MS)).rejects.toThrow(
      'The fake ended at its start (exit code 1).\n  PORT: is in use',
    );
  });

  it('whose program is missing fails the wait for it', async () => {
    const child = new Child({ ...plan(''), program: '/nowhere/program' }, guardian);
    await expect(child.line(/ready/, PATIENCE_MS)).rejects.toThrow('ENOENT');
  });
});

describe('the guardian', () => {
  it('ends the children and removes the folders of a launcher that was killed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ids-guardian-'));
    // The launcher's part is played by a process that starts the guardian and a child, and is then killed.
    const launcher = spawn(
      process.execPath,
      [
        '-e',
        `const { spawn } = require('child_process');
         const guardian = spawn(process.execPath, [process.argv[1]], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
         const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' });
         guardian.stdin.write('run ' + child.pid + '\\nfolder ' + process.argv[2] + '\\n');
         console.log(child.pid + ' ' + guardian.pid);
         setInterval(() => {}, 1000);`,
        join(import.meta.dirname, 'guardian-process.ts'),
        folder,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    try {
      const [line] = await once(launcher.stdout, 'data');
      const pids = String(line).trim().split(' ').map(Number);
      launcher.kill('SIGKILL');
      await until(() => pids.every((pid) => !isAlive(pid)));
      expect(existsSync(folder)).toBe(false);
    } finally {
      launcher.kill('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    }
  });
});
