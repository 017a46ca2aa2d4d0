import { mkdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { makeProject, until, type TestProject } from '@ids/testing';
import { PretendedMachine, USUAL } from '../../test/pretended-machine.js';
import { findInterpreter } from '../interpreter.js';
import { PythonService } from '../python.service.js';

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

const versionFor = async (wanted?: string): Promise<[string, string | null]> => {
  const { interpreter, note } = await machine.finder().find(project.path, wanted);
  return [interpreter.version, note];
};

const pyproject = (requires: string): string => `[project]\nname = "x"\nrequires-python = "${requires}"\n`;

const environment = async (folder: string, more = ''): Promise<void> => {
  await project.write(`${folder}/pyvenv.cfg`, `home = /nowhere\nversion = 3.12.1\n${more}`);
  await project.write(`${folder}/lib/python3.12/site-packages/dep.py`, '');
  await symlink('lib', join(project.path, folder, 'lib64'));
};

describe('the Python that a project asks for', () => {
  it('is the usual one where the project asks for none', async () => {
    expect(await machine.finder().find(project.path)).toEqual({
      interpreter: { version: USUAL, executable: machine.pythonOf(USUAL) },
      environment: undefined,
      sitePackages: [],
      trusted: false,
      note: null,
    });
  });

  it.each<[string, Record<string, string>, string]>([
    ['.python-version', { '.python-version': '3.12\n' }, '3.12.1'],
    [
      '.python-version with more than a version',
      { '.python-version': '# ours\npypy3.9-7.3\nsystem\n  3.12.1 # x\n3.13\n' },
      '3.12.1',
    ],
    ['requires-python', { 'pyproject.toml': pyproject('>=3.12') }, '3.13.0'],
    ['requires-python that the usual one fits', { 'pyproject.toml': pyproject('>=3.9') }, USUAL],
    ['requires-python with an upper bound', { 'pyproject.toml': pyproject('>=3.12,<3.13') }, '3.12.1'],
    ['Poetry', { 'pyproject.toml': '[tool.poetry.dependencies]\npython = "^3.12"\n' }, '3.13.0'],
    ['setup.cfg', { 'setup.cfg': '[options]\npython_requires = ==3.9.*\n' }, '3.9.18'],
    [
      'what is not understood',
      { 'pyproject.toml': pyproject('whatever'), '.python-version': 'my-env\n' },
      USUAL,
    ],
    [
      '.python-version before pyproject.toml',
      { 'pyproject.toml': pyproject('>=3.13'), '.python-version': '3.9' },
      '3.9.18',
    ],
  ])('is found by %s', async (_name, files, version) => {
    for (const [path, text] of Object.entries(files)) await project.write(path, text);
    expect(await versionFor()).toEqual([version, null]);
  });

  it('is the one that its setting names, whatever its files say', async () => {
    await project.write('.python-version', '3.9');
    expect(await versionFor('3.13')).toEqual(['3.13.0', null]);
  });

  it.each<[string, Record<string, string>, string, string]>([
    [
      'another patch',
      { '.python-version': '3.12.9' },
      '3.12.1',
      '3.12.9 (.python-version); 3.12.1 judged, the closest on this machine.',
    ],
    [
      'the nearest minor',
      { '.python-version': '3.10' },
      USUAL,
      '3.10 (.python-version); 3.11.7 judged, the closest on this machine.',
    ],
    [
      'the newest',
      { '.python-version': '3.15' },
      '3.13.0',
      '3.15 (.python-version); 3.13.0 judged, the closest on this machine.',
    ],
    [
      'the oldest that can read for us',
      { '.python-version': '2.7.18' },
      '3.9.18',
      '2.7.18 (.python-version); 3.9.18 judged, the closest on this machine.',
    ],
    [
      'the usual one',
      { 'pyproject.toml': pyproject('>=3.14') },
      USUAL,
      '>=3.14 (requires-python in pyproject.toml); 3.11.7 judged, none that fits is on this machine.',
    ],
  ])('is not here: %s judges, and that is said', async (_name, files, version, said) => {
    for (const [path, text] of Object.entries(files)) await project.write(path, text);
    expect(await versionFor()).toEqual([version, `The project asks for Python ${said}`]);
  });

  it('is found anew when a file that decides has changed, and not before', async () => {
    const find = machine.finder();
    await project.write('.python-version', '3.9');
    const first = await find.find(project.path);
    expect(await find.find(project.path)).toBe(first);
    await until(async () => {
      await project.write('.python-version', '3.12');
      return (await find.find(project.path)).interpreter.version === '3.12.1';
    });
  });
});

describe('the environment of a project', () => {
  it('tells the version and the packages', async () => {
    await environment('venv');
    expect(await machine.finder().find(project.path)).toEqual({
      interpreter: { version: '3.12.1', executable: machine.pythonOf('3.12.1') },
      environment: join(project.path, 'venv'),
      sitePackages: [join(project.path, 'venv/lib/python3.12/site-packages')],
      trusted: false,
      note: null,
    });
  });

  it('goes before other files, and after the setting', async () => {
    await environment('.venv');
    await project.write('.python-version', '3.9');
    expect(await versionFor()).toEqual(['3.12.1', null]);
    expect(await versionFor('3.13')).toEqual(['3.13.0', null]);
  });

  it('that the setting names is taken and trusted; one that is none is said', async () => {
    await environment('tools/python');
    await environment('.venv');
    expect(await machine.finder().find(project.path, 'tools/python')).toMatchObject({
      environment: join(project.path, 'tools/python'),
      trusted: true,
      note: null,
    });
    for (const wanted of ['no-such', '../elsewhere', '/usr']) {
      expect(await machine.finder().find(project.path, wanted)).toMatchObject({
        environment: join(project.path, '.venv'),
        trusted: false,
        note: `The setting names ${wanted}, which holds no virtual environment.`,
      });
    }
  });

  it('sees the packages of its interpreter only if it says so', async () => {
    const system = join(machine.path, 'system-packages');
    await mkdir(system);
    await machine.standIn(machine.pythonOf('3.12.1'), '3.12.1', [system]);
    await environment('.venv');
    expect((await machine.finder().find(project.path)).sitePackages).toHaveLength(1);
    await environment('env', 'include-system-site-packages = true\n');
    expect((await machine.finder().find(project.path, 'env')).sitePackages).toEqual([
      join(project.path, 'env/lib/python3.12/site-packages'),
      system,
    ]);
  });

  it('is judged by the interpreter that it was made with, where that is safe to start', async () => {
    const own = machine.pythonOf('3.12.7', 'made-with');
    await machine.standIn(own, '3.12.7');
    await project.write('.venv/pyvenv.cfg', `home = ${dirname(own)}\nversion = 3.12.7\n`);
    expect(await versionFor()).toEqual(['3.12.7', null]);
    await project.write('env2/pyvenv.cfg', 'version = 3.12.7\n');
    await mkdir(join(project.path, 'env2/bin'));
    await symlink(own, join(project.path, 'env2/bin/python'));
    expect((await machine.finder().find(project.path, 'env2')).interpreter.executable).toBe(own);
  });
});

describe('this machine', () => {
  it('has an interpreter that is asked where its packages are, and judges with it', async () => {
    const found = await findInterpreter();
    expect(found.sitePackages.some((folder) => /(?:site|dist)-packages$/.test(folder))).toBe(true);
    const python = new PythonService();
    try {
      const own = await python.project(project.path);
      expect(own.interpreter).toEqual(await python.info());
      await project.write('.python-version', '2.7\n');
      const other = await python.project(project.path);
      expect(other.note).toMatch(/^The project asks for Python 2.7 \(.python-version\); 3\.\d+\.\d+ judged/);
    } finally {
      await python.close();
    }
  });
});
