import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
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

const marker = (): string => join(machine.path, 'marker');

async function trap(file: string, mode = 0o755): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `#!/bin/sh\ntouch '${marker()}'\n`);
  await chmod(file, mode);
}

const sprung = async (): Promise<boolean> => (await execa('ls', [machine.path])).stdout.includes('marker');

describe('an executable that a project names', () => {
  it('springs the trap of this test when it is started', async () => {
    await trap(join(machine.path, 'trap/python3'));
    await execa(join(machine.path, 'trap/python3'));
    expect(await sprung()).toBe(true);
  });

  it.each<[string, () => Promise<void>]>([
    [
      'lies in the project',
      async () => {
        await trap(join(project.path, '.venv/bin/python'));
        await trap(join(project.path, '.venv/bin/python3'));
      },
    ],
    [
      'lies in the project behind a link',
      async () => {
        await trap(join(project.path, 'tools/python3'));
        await mkdir(join(project.path, '.venv/bin'));
        await symlink('../../tools/python3', join(project.path, '.venv/bin/python'));
      },
    ],
    [
      'lies in the home that pyvenv.cfg names, in the project',
      async () => {
        await trap(join(project.path, 'home/python3.12'));
        await project.write('.venv/pyvenv.cfg', `home = ${join(project.path, 'home')}\nversion = 3.12.1\n`);
      },
    ],
    [
      'can be changed by others',
      async () => {
        await trap(join(machine.path, 'open/python3'), 0o777);
        await mkdir(join(project.path, '.venv/bin'));
        await symlink(join(machine.path, 'open/python3'), join(project.path, '.venv/bin/python'));
      },
    ],
    [
      'lies in a folder that others can change',
      async () => {
        await trap(join(machine.path, 'open/python3'));
        await chmod(join(machine.path, 'open'), 0o777);
        await project.write('.venv/pyvenv.cfg', `home = ${join(machine.path, 'open')}\nversion = 3.12.1\n`);
      },
    ],
    [
      'has not the name of a Python',
      async () => {
        await trap(join(machine.path, 'other/reboot'));
        await mkdir(join(project.path, '.venv/bin'));
        await symlink(join(machine.path, 'other/reboot'), join(project.path, '.venv/bin/python'));
      },
    ],
  ])('is never started if it %s', async (_name, plant) => {
    await project.write('.venv/pyvenv.cfg', 'home = nowhere\nversion = 3.12.1\n');
    await plant();
    const found = await machine.finder().find(project.path);
    expect(found.interpreter.executable).toBe(machine.pythonOf('3.12.1'));
    expect(await sprung()).toBe(false);
  });

  it('is never started if it lies where other projects do, unless it is known as installed', async () => {
    await trap(join(machine.path, 'other-project/python3'));
    await project.write(
      '.venv/pyvenv.cfg',
      `home = ${join(machine.path, 'other-project')}\nversion = 3.12.1\n`,
    );
    const wary = machine.finder({ projectsRoot: machine.path });
    expect((await wary.find(project.path)).interpreter.version).toBe('3.12.1');
    expect(await sprung()).toBe(false);
    await project.write(
      'env2/pyvenv.cfg',
      `home = ${dirname(machine.pythonOf('3.13.0'))}\nversion = 3.13.0\n`,
    );
    expect((await wary.find(project.path, 'env2')).interpreter.executable).toBe(machine.pythonOf('3.13.0'));
  });

  it('is never started though PATH leads into the project', async () => {
    const inside = join(project.path, '.venv/bin/python3');
    await trap(inside);
    const found = await machine
      .finder({ usual: { ...machine.usual, executable: inside } })
      .find(project.path);
    expect(found.interpreter.executable).not.toBe(inside);
    expect(await sprung()).toBe(false);
  });
});
