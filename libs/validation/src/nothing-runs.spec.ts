import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, realpath, rm, symlink } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Layer, LayerResult, ValidationSettings } from '@ids/contracts';
import { PythonService } from '@ids/python';
import { makeProject, snapshotTree, type TestProject } from '@ids/testing';
import { barePython, type Tools } from '../../../test/support/tools.js';
import { BITES, bite, plant, takeMarks } from '../test/planted.js';
import { changesTo } from '../test/run-layer.js';
import { Validator } from './index.js';

jest.setTimeout(180_000);

/** The planted lines of a change run as little as those of the project. */
const CHANGE = {
  'app/vessel.py': 'import json\nimport typing\n\nimport app\n\nVALUE: int = "one"\nunused = nothing\n',
  'app/new.py': 'import app.vessel\n',
};
const ALL_BUT_TESTS: ValidationSettings = { types: 'required', lint: 'required', tests: false };
const { signal } = new AbortController();
const path = process.env['PATH'];
const withMypy = (): string => ['/usr/bin', path].join(delimiter);

describe('a project into which code was planted that could run unasked', () => {
  let project: TestProject;
  let temp: TestProject;
  /** Where the planted code leaves marks; outside of the project. */
  let marks: string;
  let bare: Tools;
  beforeAll(async () => {
    marks = await realpath(await mkdtemp(join(tmpdir(), 'ids-marks-')));
    bare = await barePython();
    for (const folder of ['/usr/bin', '/usr/local/bin', '/bin']) {
      await symlink(join(folder, 'git'), join(bare.path, 'git')).catch(() => undefined);
    }
  });
  afterAll(async () => {
    await rm(marks, { recursive: true });
    await bare.remove();
  });
  beforeEach(async () => {
    project = await makeProject();
    temp = await makeProject();
    await plant(project, marks);
    await takeMarks(marks);
  });
  afterEach(async () => {
    process.env['PATH'] = path;
    expect(await readdir(temp.path)).toEqual([]);
    await project.remove();
    await temp.remove();
  });

  const validate = async (python: PythonService, settings: ValidationSettings): Promise<LayerResult[]> => {
    const validator = new Validator(python, { tempFolder: temp.path });
    const changes = await changesTo(project.path, CHANGE);
    return await validator.validateChange({ root: project.path, changes, settings, signal });
  };

  const machines: [string, () => string, RegExp, string[]][] = [
    ['with mypy', withMypy, /^mypy/, ['typing.py']],
    ['with mypy, which refuses its typing.py', withMypy, /^pyright/, []],
    ['without mypy, where pyright judges', () => bare.path, /^pyright/, []],
  ];
  it.each(machines)(
    'runs nothing of it in analysis and validation, %s',
    async (_name, searchPath, types, without) => {
      for (const file of without) await rm(join(project.path, file));
      process.env['PATH'] = searchPath();
      const python = new PythonService();
      try {
        const before = await snapshotTree(project.path);
        for (const file of Object.keys(before).filter((each) => each.endsWith('.py'))) {
          await python.analyzeFile(project.path, file);
        }
        const folder = await python.analyzeFolder(project.path, '');
        expect(folder).toMatchObject({ kind: 'folder', failed: [] });
        expect(await readdir(marks)).toEqual([]);

        const results = await validate(python, ALL_BUT_TESTS);
        const validator = new Validator(python, { tempFolder: temp.path });
        const input = { root: project.path, paths: ['app', 'conftest.py', 'setup.py'], signal };
        await validator.validatePaths({ ...input, settings: ALL_BUT_TESTS });
        expect(await readdir(marks)).toEqual([]);
        expect(await snapshotTree(project.path)).toEqual(before);
        // The tools did judge: each found what the change brought.
        const layer = (name: Layer): LayerResult | undefined => results.find((each) => each.layer === name);
        expect(layer('types')?.tool).toMatch(types);
        expect(layer('types')?.findings.map(({ path: file }) => file)).toContain('app/vessel.py');
        expect(layer('lint')?.findings.map(({ code }) => code)).toContain('F821');
      } finally {
        await python.close();
      }
    },
  );

  it('runs its tests on a copy only, without network, and leaves nothing of them', async () => {
    process.env['PATH'] = withMypy();
    let connections = 0;
    const server: Server = createServer((socket) => {
      connections += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const marker = `ids-marker-${randomUUID()}`;
    await project.write('tests/test_all.py', attacks(address.port, marks, marker));
    const before = await snapshotTree(project.path);
    const python = new PythonService();
    try {
      const validator = new Validator(python, { tempFolder: temp.path });
      const changes = await changesTo(project.path, { 'app/new.py': 'VALUE = 1\n' });
      const settings: ValidationSettings = { types: false, lint: false, tests: 'required' };
      const results = await validator.validateChange({ root: project.path, changes, settings, signal });
      const tests = results.find(({ layer }) => layer === 'tests');
      expect(tests?.findings).toEqual([]);
      expect(tests).toMatchObject({
        status: 'passed',
        tool: expect.stringMatching(/^pytest.*in bubblewrap$/),
      });
      // A new test that fails would be told: the project's tests did run.
      const failing = await changesTo(project.path, { 'test_new.py': 'def test_new(): assert False\n' });
      const told = await validator.validateChange({ root: project.path, changes: failing, settings, signal });
      expect(told.at(-1)).toMatchObject({ status: 'failed', existing: 0 });
    } finally {
      await python.close();
      await new Promise((resolve) => server.close(resolve));
    }
    expect(connections).toBe(0);
    expect(await readdir(marks)).toEqual([]);
    expect(await snapshotTree(project.path)).toEqual(before);
    const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
    const lines = await Promise.all(
      pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
    );
    expect(lines.filter((each) => each.includes(marker))).toEqual([]);
  });
});

describe('what was planted', () => {
  let project: TestProject;
  let marks: string;
  beforeAll(async () => {
    marks = await realpath(await mkdtemp(join(tmpdir(), 'ids-marks-')));
    project = await makeProject();
    await plant(project, marks);
    await takeMarks(marks);
  });
  afterAll(async () => {
    await project.remove();
    await rm(marks, { recursive: true });
  });

  // Else the tests above would prove nothing.
  it.each(Object.entries(BITES))('does run where no care is taken: %s', async (name, command) => {
    expect(await bite(project, marks, command)).toContain(name);
  });
});

/** Tests that pass if the project's code runs, and nothing of what it tries comes through. */
function attacks(port: number, marks: string, marker: string): string {
  return `import os, socket, subprocess, sys
ROOT = os.getcwd()
def fails(call, *args):
    try: call(*args)
    except OSError: return True
def test_the_planted_code_ran(): assert os.environ["CONFTEST"] == "ran"
def test_connections():
    assert fails(socket.create_connection, ("127.0.0.1", ${port}), 2)
    assert fails(socket.create_connection, ("192.0.2.1", 80), 2)
def test_names(): assert fails(socket.getaddrinfo, "example.com", 80)
def test_marks(): assert fails(open, os.path.join(${JSON.stringify(marks)}, "test"), "w")
def test_the_copy_can_be_written():
    for path in ("left", "app/vessel.py", os.path.join(ROOT, "absolute")):
        open(path, "w").close()
def test_a_process_stays():
    command = [sys.executable, "-c", "import time; time.sleep(300)", ${JSON.stringify(marker)}]
    subprocess.Popen(command, start_new_session=True, stdin=subprocess.DEVNULL)
`;
}
