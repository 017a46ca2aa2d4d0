import { chmod, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { makeProject, type TestProject } from '@ids/testing';
import { execa } from 'execa';
import { PretendedMachine } from '../../test/pretended-machine.js';

// Interpreters start slowly on a busy machine.
jest.setTimeout(60_000);

let project: TestProject;
/** What lies outside of the project. */
let outside: TestProject;
let machine: PretendedMachine;

beforeEach(async () => {
  [project, outside] = await Promise.all([makeProject(), makeProject()]);
  machine = new PretendedMachine(outside.path);
  await machine.install();
});
afterEach(() => Promise.all([project.remove(), outside.remove()]));

const git = (...args: string[]) =>
  execa('git', ['-c', 'user.name=x', '-c', 'user.email=x@example.org', ...args], { cwd: project.path });

const trusted = async (): Promise<boolean> => (await machine.finder().find(project.path)).trusted;

describe('an environment in a git repository', () => {
  beforeEach(async () => {
    await project.write('.venv/pyvenv.cfg', 'version = 3.12.1\n');
    await project.write('app.py', '');
    await git('init', '--quiet');
  });

  it('is trusted if the repository does not track it', async () => {
    await git('add', 'app.py');
    await git('commit', '--quiet', '-m', 'x');
    expect(await trusted()).toBe(true);
  });

  it('is trusted in a folder of a larger repository, too', async () => {
    await project.write('part/.venv/pyvenv.cfg', 'version = 3.12.1\n');
    await git('add', 'app.py');
    await git('commit', '--quiet', '-m', 'x');
    expect((await machine.finder().find(join(project.path, 'part'))).trusted).toBe(true);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['nothing was committed, so that nothing is known', async () => undefined],
    [
      'it came with the repository',
      async () => {
        await git('add', '-f', '.');
        await git('commit', '--quiet', '-m', 'x');
      },
    ],
    [
      'a single file of it came with the repository',
      async () => {
        await project.write('.venv/bin/mypy', '');
        await git('add', '-f', 'app.py', '.venv/bin/mypy');
        await git('commit', '--quiet', '-m', 'x');
      },
    ],
    [
      'the repository cannot be read',
      async () => {
        await git('add', 'app.py');
        await git('commit', '--quiet', '-m', 'x');
        await project.write('.git/index', 'garbage');
      },
    ],
  ])('is not trusted if %s', async (_name, prepare) => {
    await prepare();
    expect(await trusted()).toBe(false);
  });

  it('is not trusted if it is a link to what came with the repository', async () => {
    await project.write('vendor/pyvenv.cfg', 'version = 3.12.1\n');
    await git('add', 'app.py', 'vendor');
    await git('commit', '--quiet', '-m', 'x');
    await execa('rm', ['-r', '.venv'], { cwd: project.path });
    await symlink('vendor', join(project.path, '.venv'));
    expect(await trusted()).toBe(false);
  });

  it('is asked for without starting anything that the repository configures', async () => {
    await git('add', 'app.py');
    await git('commit', '--quiet', '-m', 'x');
    const marker = join(machine.path, 'marker');
    await outside.write('hook', `#!/bin/sh\ntouch '${marker}'\n`);
    const hook = join(machine.path, 'hook');
    await chmod(hook, 0o755);
    for (const key of [
      'core.fsmonitor',
      'core.sshCommand',
      'core.pager',
      'core.editor',
      'credential.helper',
    ]) {
      await git('config', key, hook);
    }
    await git('config', 'core.hooksPath', machine.path);
    expect(await trusted()).toBe(true);
    expect((await execa('ls', [machine.path])).stdout).not.toContain('marker');
    // The trap itself works: git as it is does start it.
    await execa('git', ['status'], { cwd: project.path, reject: false });
    expect((await execa('ls', [machine.path])).stdout).toContain('marker');
  });
});
