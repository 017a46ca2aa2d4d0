import { chmod, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { folderAnalysisSchema } from '@ids/contracts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { makeProject, snapshotTree, until, type TestProject } from '@ids/testing';
import { execa } from 'execa';
import { PythonService, type PythonServiceOptions } from './index.js';

// Interpreters start slowly on a busy machine.
jest.setTimeout(120_000);

const services: PythonService[] = [];
let project: TestProject;

beforeEach(async () => {
  project = await makeProject();
});
afterEach(async () => {
  await Promise.all(services.splice(0).map((python) => python.close()));
  await project.remove();
});

function service(options: PythonServiceOptions = {}): PythonService {
  const python = new PythonService(options);
  services.push(python);
  return python;
}

async function write(files: Record<string, string | Uint8Array>): Promise<void> {
  for (const [path, content] of Object.entries(files)) await project.write(path, content);
}

async function workersOfThisProcess(): Promise<number[]> {
  const children = await readFile(`/proc/self/task/${process.pid}/children`, 'utf8');
  const found: number[] = [];
  for (const id of children.split(' ').filter((each) => each.trim() !== '')) {
    const command = await readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '');
    if (command.includes('worker/main.py')) found.push(Number(id));
  }
  return found;
}

/** Files between which others stand that no parser survives within its limits. */
const KILLERS: [string, string | Uint8Array, string][] = [
  ['deep', `x = ${'('.repeat(100_000)}1${')'.repeat(100_000)}\n`, 'too many nested parentheses'],
  ['slow', `x = f"${'{a}'.repeat(200_000)}"\n`, 'limit of 3 s'],
  ['memory', 'a;'.repeat(5_000_000), 'limit of memory'],
  ['large', '#'.repeat(17 * 1_024 * 1_024), 'limit of 16777216 bytes'],
  ['attributes', `x${'.a'.repeat(200_000)}\n`, ''],
  ['null', 'x = 1\0\n', 'null bytes'],
];

describe('the analysis of many files', () => {
  it('lets a file that exceeds a limit be an error of that file, and of no other in its batch', async () => {
    const files: Record<string, string | Uint8Array> = {};
    for (const [index, [name, content]] of KILLERS.entries()) {
      files[`${index}-${name}.py`] = content;
      files[`${index}-next.py`] = `import os\n\n\ndef f${index}():\n    pass\n`;
    }
    await write(files);
    const folder = await service({ limits: { fileSeconds: 3, memoryMb: 400 } }).analyzeFolder(
      project.path,
      '',
    );
    const messages = new Map(folder.failed.map(({ path, message }) => [path, message]));
    for (const [index, [name, , message]] of KILLERS.entries()) {
      expect([name, messages.get(`${index}-${name}.py`) ?? 'none']).toEqual([
        name,
        expect.stringContaining(message),
      ]);
    }
    expect([...messages.keys()].filter((path) => path.endsWith('next.py'))).toEqual([]);
    expect(folder).toMatchObject({ files: 2 * KILLERS.length, functions: KILLERS.length });
    expect(folder.failed.find(({ path }) => path === '1-slow.py')).toMatchObject({ line: 0, column: 0 });
  });

  it('survives the death of a process that no file is to blame for', async () => {
    const names = Array.from({ length: 120 }, (_, index) => `m${index}.py`);
    await write(Object.fromEntries(names.map((name) => [name, 'def f(a, b):\n    pass\n'.repeat(200)])));
    const analyzed = service({ processes: 1 }).analyzeFolder(project.path, '');
    let done = false;
    void analyzed.finally(() => (done = true));
    const [worker] = await until(async () => {
      const ids = await workersOfThisProcess();
      return ids.length > 0 ? ids : null;
    });
    process.kill(Number(worker), 'SIGKILL');
    expect(done).toBe(false);
    expect(await analyzed).toMatchObject({ files: 120, functions: 120 * 200, failed: [] });
  });

  it('ends with the reason of the signal', async () => {
    await write({ 'slow.py': KILLERS[1]?.[1] ?? '' });
    const stop = new AbortController();
    const analyzed = service().analyzeFolder(project.path, '', { signal: stop.signal });
    setImmediate(() => stop.abort(new Error('enough')));
    await expect(analyzed).rejects.toThrow('enough');
  });

  it('does not follow a file that became a link, and waits for no pipe', async () => {
    await write({ 'a.py': 'x = 1\n' });
    await execa('mkfifo', [join(project.path, 'pipe.py')]);
    await symlink('/etc/passwd', join(project.path, 'link.py'));
    const python = service();
    expect(await python.analyzeFolder(project.path, '')).toMatchObject({ files: 1, failed: [] });
    const { files } = await python.survey(project.path, ['a.py', 'pipe.py', 'link.py', 'gone.py', '.']);
    expect(files.map(({ path }) => path)).toEqual(['a.py']);
  });
});

describe('the summary of a folder', () => {
  it('tells totals, imports, circles, entry points and what cannot be parsed, and writes nothing', async () => {
    await write({
      'pyproject.toml': '[project.scripts]\ngo = "app.main:run"\n',
      'app/__init__.py': '',
      'app/__main__.py': 'from app.main import run\nrun()\n',
      'app/main.py':
        'import app.a\n\n\ndef run():\n    from . import b\n\n\nif __name__ == "__main__":\n    run()\n',
      'app/a.py':
        'from typing import TYPE_CHECKING\nfrom .b import B\nif TYPE_CHECKING:\n    from .main import run\n\n\nclass A(B):\n    pass\n',
      'app/b.py':
        'try:\n    from app.a import A\nexcept ImportError:\n    A = None\n\n\nclass B:\n    pass\n',
      'bad.py': 'x = 1\ndef f(:\n',
    });
    const before = await snapshotTree(project.path);
    const folder = folderAnalysisSchema.parse(await service().analyzeFolder(project.path, '.'));
    expect(folder).toMatchObject({ path: '', files: 6, functions: 1, classes: 2, truncated: false });
    expect(folder.lines).toBe(2 + 9 + 8 + 8);
    expect(folder.bytes).toBeGreaterThan(300);
    expect(folder.largest[0]).toEqual({ path: 'app/main.py', lines: 9 });
    expect(folder.failed).toEqual([{ path: 'bad.py', line: 2, column: 7, message: 'invalid syntax' }]);
    expect(folder.imports.edges.map(({ from, to, line, when }) => `${from} ${line} ${to} ${when}`)).toEqual([
      'app/__main__.py 1 app/main.py load',
      'app/a.py 2 app/b.py load',
      'app/a.py 4 app/main.py late',
      'app/b.py 2 app/a.py load',
      'app/main.py 1 app/a.py load',
      'app/main.py 5 app/b.py late',
    ]);
    expect(folder.imports).toMatchObject({ omitted: 0, circles: [['app/a.py', 'app/b.py']] });
    expect(folder.entryPoints).toEqual([
      { path: 'app/main.py', kind: 'script', name: 'go' },
      { path: 'app/__main__.py', kind: 'package', name: 'python -m app' },
      { path: 'app/main.py', kind: 'main', name: 'app/main.py' },
    ]);
    expect(await snapshotTree(project.path)).toEqual(before);
  });

  it('lists a bounded number of imports, and counts the rest', async () => {
    const names = Array.from({ length: 75 }, (_, index) => `m${index}`);
    await write(Object.fromEntries(names.map((name) => [`${name}.py`, `import ${names.join(', ')}\n`])));
    const { imports } = await service().analyzeFolder(project.path, '');
    expect([imports.edges.length, imports.omitted]).toEqual([5_000, 75 * 74 - 5_000]);
  });
});

describe('a survey', () => {
  it('tells of each file what it defines, or why not, and of the imports between them', async () => {
    await write({
      'a.py': 'import b\n\n\ndef f(): ...\n',
      'b.py': 'x = 1\n',
      'c.py': 'import b\n',
      'bad.py': '(',
    });
    const { files, edges } = await service().survey(project.path, ['a.py', 'b.py', 'bad.py', 'a.py']);
    expect(files.map((file) => ('failure' in file ? file.failure.message : file.path))).toEqual([
      'a.py',
      'b.py',
      "'(' was never closed",
    ]);
    expect(edges).toEqual([{ from: 'a.py', to: 'b.py', line: 1, when: 'load' }]);
  });
});

describe("the project's own Python", () => {
  let others: TestProject;
  beforeAll(async () => {
    others = await makeProject();
  });
  afterAll(() => others.remove());

  it('judges syntax, imports and structure, and what they say names it', async () => {
    await write({ 'a.py': 'x = 1\n', '.python-version': '2.7\n' });
    const python = service();
    const own = await python.project(project.path);
    expect(own.note).toMatch(/^The project asks for Python 2\.7/);
    const file = await python.analyzeFile(project.path, 'a.py');
    const folder = await python.analyzeFolder(project.path, '');
    for (const found of [file, folder]) {
      expect([found.python, found.pythonNote]).toEqual([own.interpreter.version, own.note]);
    }
    await write({ 'bad.py': '(' });
    await expect(python.analyzeFile(project.path, 'bad.py')).rejects.toMatchObject({
      code: 'syntax_error',
      details: { note: own.note },
    });
    const placed = [{ path: 'a.py', file: join(project.path, 'a.py') }];
    expect(await python.checkImports({ root: project.path, python: own, files: placed })).toMatchObject({
      tool: `CPython ${own.interpreter.version}`,
      note: own.note,
    });
    const wanted = await python.project(project.path, own.interpreter.version);
    expect(wanted.note).toBeNull();
    expect(await python.checkSyntax(placed, { python: wanted })).toEqual([]);
  });

  it('is a process of that very interpreter', async () => {
    await write({ 'a.py': 'x = 1\n' });
    const python = service();
    const { executable, version } = await python.info();
    const started = join(others.path, 'started');
    const own = join(others.path, 'python3');
    await writeFile(own, `#!/bin/sh\necho "$@" >> '${started}'\nexec '${executable}' "$@"\n`);
    await chmod(own, 0o755);
    const named = { ...(await python.project(project.path)), interpreter: { version, executable: own } };
    await python.checkSyntax([{ path: 'a.py', file: join(project.path, 'a.py') }], { python: named });
    expect(await others.read('started')).toContain('-I -S');
  });

  it('is missing where there is none', async () => {
    const python = service({ interpreter: join(project.path, 'none') });
    await write({ 'a.py': '' });
    // Asked one after the other: a promise that is refused while nobody waits for it yet would fail the test.
    for (const ask of [
      () => python.info(),
      () => python.project(project.path),
      () => python.checkSyntax([{ path: 'a.py', file: join(project.path, 'a.py') }]),
      () => python.analyzeFile(project.path, 'a.py'),
      () => python.analyzeFolder(project.path, ''),
    ]) {
      await expect(ask()).rejects.toMatchObject({ code: 'python_missing' });
    }
  });
});
