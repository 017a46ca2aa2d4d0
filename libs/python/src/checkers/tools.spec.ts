import { chmod, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { makeProject, snapshotTree, type TestProject } from '@ids/testing';
import { PythonService, type ProjectPython } from '../index.js';
import { findTools, type ToolReport } from './tools.js';

// Every tool there is, and some that are planted, is started.
jest.setTimeout(120_000);

/** A bubblewrap that says its version, and then ends so. */
const bwrap = (end: string): string => `[ "$1" = --version ] && echo "bubblewrap 0.9.9" && exit 0\n${end}`;

describe('findTools', () => {
  const path = process.env['PATH'];
  let programs: TestProject;
  let python: ProjectPython;
  beforeEach(async () => {
    programs = await makeProject({ 'site/pytest/__init__.py': '' });
    const service = new PythonService({ processes: 1 });
    const interpreter = await service.info();
    await service.close();
    python = { interpreter, environment: undefined, sitePackages: [], trusted: false, note: null };
  });
  afterEach(async () => {
    process.env['PATH'] = path;
    await programs.remove();
  });

  /** Nothing but these scripts of a shell is on PATH. */
  const only = async (scripts: Record<string, string>): Promise<void> => {
    for (const [name, body] of Object.entries(scripts)) {
      await programs.write(`bin/${name}`, `#!/bin/sh\n${body}\n`);
      await chmod(join(programs.path, 'bin', name), 0o755);
    }
    process.env['PATH'] = join(programs.path, 'bin');
  };
  const tool = async (
    name: ToolReport['name'],
    of: ProjectPython | undefined = python,
  ): Promise<ToolReport> => {
    const found = (await findTools(of)).find((each) => each.name === name);
    if (found === undefined) throw new Error(`nothing was said of ${name}`);
    return found;
  };

  it('names each that is missing, what is done without it, and how to get it', async () => {
    await only({});
    const tools = await findTools(undefined);
    expect(tools.map(({ name, state }) => [name, state])).toEqual([
      ['mypy', 'missing'],
      ['pyright', 'found'],
      ['ruff', 'found'],
      ['bubblewrap', 'missing'],
      ['git', 'missing'],
    ]);
    expect(tools.filter(({ state }) => state === 'missing').every(({ advice = '' }) => advice !== '')).toBe(
      true,
    );
    expect(tools[0]?.use).toBe('pyright judges types in its place');
    expect(tools[1]?.use).toBe('judges types');
    expect(tools[2]).toMatchObject({
      version: expect.stringMatching(/^\d/),
      where: 'comes with IDS, as WebAssembly',
    });
  });

  it('takes the ruff of PATH before the one that comes with IDS', async () => {
    await only({ ruff: 'echo "ruff 7.8.9"' });
    expect(await tool('ruff')).toMatchObject({ version: '7.8.9', where: join(programs.path, 'bin/ruff') });
  });

  it('tells a sandbox that does not work from one that does', async () => {
    await only({ bwrap: bwrap('echo "bwrap: No permissions to create new namespace" >&2; exit 1') });
    const broken = await tool('bubblewrap');
    expect(broken).toMatchObject({ state: 'broken', version: '0.9.9' });
    expect(broken.use).toContain('does not work here (bwrap: No permissions to create new namespace)');
    await only({ bwrap: bwrap('exit 0') });
    expect(await tool('bubblewrap')).toMatchObject({ state: 'found', version: '0.9.9' });
  });

  it('reads the version of pytest, and does not ask it', async () => {
    const site = join(programs.path, 'site');
    await programs.write('site/pytest.py', 'raise SystemExit\n');
    expect(await tool('pytest', { ...python, sitePackages: [site] })).toMatchObject({ state: 'missing' });
    await programs.write('site/pytest-8.1.0.dist-info/METADATA', '');
    await programs.write('site/evil.pth', `import os; open(${JSON.stringify(join(site, 'mark'))}, 'w')\n`);
    const before = await snapshotTree(site);
    expect(await tool('pytest', { ...python, sitePackages: [join(site, 'none'), site] })).toMatchObject({
      state: 'found',
      version: '8.1.0',
      where: site,
    });
    expect(await snapshotTree(site)).toEqual(before);
  });

  it('starts nothing of an environment that is not trusted', async () => {
    await programs.write('env/bin/ruff', `#!/bin/sh\necho > '${programs.path}/mark'\necho 'ruff 9.9.9'\n`);
    await chmod(join(programs.path, 'env/bin/ruff'), 0o755);
    await symlink('ruff', join(programs.path, 'env/bin/mypy'));
    const environment = join(programs.path, 'env');
    expect((await tool('ruff', { ...python, environment })).version).not.toBe('9.9.9');
    await expect(readFile(join(programs.path, 'mark'))).rejects.toThrow('ENOENT');
    const trusted = { ...python, environment, trusted: true };
    expect(await tool('ruff', trusted)).toMatchObject({
      version: '9.9.9',
      where: join(environment, 'bin/ruff'),
    });
  });
});
