import { chmod, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { makeProject, snapshotTree, type TestProject } from '@ids/testing';
import { runCli } from '../run-cli.js';

// It starts every tool that there is.
jest.setTimeout(120_000);

interface Answer {
  ok: boolean;
  checks: { name: string; state: string; found: string }[];
  project?: { path: string; checks: { name: string; state: string; found: string; advice?: string }[] };
}

describe('ids doctor', () => {
  let project: TestProject;
  beforeEach(async () => {
    project = await makeProject({
      'pyproject.toml': '[project]\nname = "app"\n',
      'pytest/__init__.py': 'raise SystemExit("started")\n',
    });
  });
  afterEach(() => project.remove());

  const doctor = async (...args: string[]): Promise<{ code: number; out: string; err: string }> => {
    const written = { out: '', err: '' };
    const code = await runCli(['doctor', ...args], {
      stdout: { write: (part) => (written.out += part) },
      stderr: { write: (part) => (written.err += part) },
      cwd: project.path,
      settings: { url: 'http://127.0.0.1:9', apiKey: undefined },
      signal: new AbortController().signal,
    });
    return { code, ...written };
  };

  /** An environment whose tools leave a mark when they are started. */
  const environment = async (): Promise<void> => {
    await project.write('.venv/pyvenv.cfg', 'home = /usr/bin\nversion = 3.11.2\n');
    const mark = `#!/bin/sh\necho > '${project.path}/mark'\necho 'ruff 99.1.2'\n`;
    for (const name of ['ruff', 'mypy', 'python', 'python3', 'pytest']) {
      await project.write(`.venv/bin/${name}`, mark);
      await chmod(join(project.path, '.venv/bin', name), 0o755);
    }
    const site = '.venv/lib/python3.11/site-packages';
    await project.write(`${site}/pytest/__init__.py`, 'raise SystemExit("started")\n');
    await project.write(`${site}/pytest-9.8.7.dist-info/METADATA`, 'Name: pytest\n');
    await project.write(`${site}/evil.pth`, `import os; open('${project.path}/mark', 'w')\n`);
  };

  it('names what there is with its version, in 80 columns', async () => {
    const { code, out } = await doctor();
    expect(out).toMatch(/^✓ Node\.js {6}\d+\.\d+\.\d+$/m);
    expect(out).toMatch(/^✓ Python {7}3\.\d+\.\d+/m);
    expect(out).toMatch(/^✓ pyright {6}\d+\.\d+\.\d+, judges types/m);
    expect(out).toMatch(/^✓ ruff {9}\d+\.\d+\.\d+, judges lint/m);
    expect(out).toMatch(/^[✓–] bubblewrap {3}(\d\S* works|\d\S* does not work|not found|\d\S*, works)/m);
    expect(out).toMatch(/^– Gateway {6}none at http:\/\/127\.0\.0\.1:9$/m);
    expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(code).toBe(/^✗/m.test(out) ? 1 : 0);
  });

  it('names what judges a project, and starts nothing that may have come with it', async () => {
    await environment();
    const before = await snapshotTree(project.path);
    const { out } = await doctor('--project', '.', '--json');
    const answer: Answer = JSON.parse(out);
    expect(answer.project?.path).toBe(project.path);
    const found = Object.fromEntries(answer.project?.checks.map((check) => [check.name, check]) ?? []);
    expect(found['environment']).toMatchObject({
      found: '.venv; its packages are read, its tools are not started',
      advice: expect.stringContaining('ids projects set NAME --python .venv'),
    });
    expect(found['pytest']).toMatchObject({ state: 'there', found: '9.8.7, runs the tests' });
    expect(found['ruff']?.found).not.toContain('99.1.2');
    await expect(readFile(join(project.path, 'mark'))).rejects.toThrow('ENOENT');
    expect(await snapshotTree(project.path)).toEqual(before);
  });

  it('shows the native ruff of an environment that the setting names', async () => {
    await environment();
    const { out } = await doctor('--project', project.path, '--python', '.venv');
    expect(out).toMatch(/^✓ environment {2}\.venv; its tools may be started$/m);
    expect(out).toMatch(/^✓ ruff {9}99\.1\.2, judges lint/m);
    expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('ends with 2 where there is no such folder', async () => {
    const { code, err } = await doctor('--project', 'nowhere');
    expect(code).toBe(2);
    expect(err).toContain('is no folder on this machine');
  });
});
