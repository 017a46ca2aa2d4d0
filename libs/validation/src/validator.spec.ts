import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type {
  ChangeSet,
  LayerResult,
  LayerSwitches,
  PlannedChange,
  ValidationSettings,
} from '@ids/contracts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { PythonService } from '@ids/python';
import { makeProject, snapshotTree, type TestProject } from '@ids/testing';
import { Validator, verdictOf } from './index.js';

const OFF: LayerSwitches = { types: false, lint: false, tests: false };
const base64 = (text: string | Buffer): string => Buffer.from(text).toString('base64');

const create = (path: string, text: string | Buffer): PlannedChange => ({
  operation: 'create',
  path,
  after: base64(text),
});
const statuses = (results: LayerResult[]): string[] => results.map(({ status }) => status);
const test = (name: string, body: string): string =>
  `import unittest\nclass T(unittest.TestCase):\n    def test_${name}(self):\n        ${body}\n`;

// Interpreters and checkers start slowly on a busy machine.
jest.setTimeout(60_000);

describe('Validator', () => {
  let python: PythonService;
  let validator: Validator;
  let temp: TestProject;
  let project: TestProject;
  beforeAll(() => {
    python = new PythonService();
  });
  afterAll(() => python.close());
  beforeEach(async () => {
    temp = await makeProject();
    validator = new Validator(python, { tempFolder: temp.path });
    project = await makeProject({
      'app/__init__.py': '',
      'app/vessel.py': 'class Vessel:\n    pass\n',
      'app/fleet.py': 'from app.vessel import Vessel\n',
    });
  });
  afterEach(async () => {
    expect(await readdir(temp.path)).toEqual([]);
    await project.remove();
    await temp.remove();
  });

  const modify = async (path: string, text: string): Promise<PlannedChange> => {
    const before = await readFile(join(project.path, path));
    const baseHash = createHash('sha256').update(before).digest('hex');
    return { operation: 'modify', path, baseHash, before: base64(before), after: base64(text) };
  };
  const remove = async (path: string): Promise<PlannedChange> => {
    const before = await readFile(join(project.path, path));
    const baseHash = createHash('sha256').update(before).digest('hex');
    return { operation: 'delete', path, baseHash, before: base64(before) };
  };
  const validate = (
    changes: ChangeSet,
    settings: ValidationSettings = OFF,
    signal = new AbortController().signal,
  ): Promise<LayerResult[]> => validator.validateChange({ root: project.path, changes, settings, signal });

  it('passes a good change, layer by layer in order, and writes nothing into the project', async () => {
    const before = await snapshotTree(project.path);
    const seen: string[] = [];
    const results = await validator.validateChange({
      root: project.path,
      changes: [
        await modify(
          'app/vessel.py',
          'import logging\nclass Vessel:\n    log = logging.getLogger(__name__)\n',
        ),
      ],
      settings: { types: true, lint: true, tests: false },
      signal: new AbortController().signal,
      onLayer: async ({ layer, status }) => void seen.push(`${layer} ${status}`),
    });
    expect(seen).toEqual(['syntax passed', 'imports passed', 'types passed', 'lint passed', 'tests skipped']);
    expect(results[4]).toMatchObject({ reason: 'not enabled' });
    expect(results.slice(0, 4).every(({ tool }) => /\d/.test(tool ?? ''))).toBe(true);
    expect(verdictOf(results)).toEqual({ kind: 'passed', failed: [], findings: [] });
    expect(await snapshotTree(project.path)).toEqual(before);
  });

  it('skips what follows a syntax error', async () => {
    const results = await validate([create('bad.py', 'def f(a, a): pass\n')], { ...OFF, lint: true });
    expect(statuses(results)).toEqual(['failed', 'skipped', 'skipped', 'skipped', 'skipped']);
    expect(results[1]).toMatchObject({ reason: 'the layer syntax failed' });
    expect(verdictOf(results)).toMatchObject({ kind: 'failed', failed: ['syntax'] });
  });

  const judgements: [string, () => Promise<ChangeSet> | ChangeSet, string[], string][] = [
    [
      'a name that is imported elsewhere is removed',
      async () => [await modify('app/vessel.py', 'x = 1\n')],
      ['passed', 'failed'],
      'app/fleet.py',
    ],
    [
      'a module that is imported elsewhere is deleted',
      async () => [await remove('app/vessel.py')],
      ['passed', 'failed'],
      'app/fleet.py',
    ],
    [
      'an invented package',
      () => [create('a.py', 'import invented_package\n')],
      ['passed', 'failed'],
      'a.py',
    ],
    [
      'a lint warning',
      () => [create('a.py', 'import os\n')],
      ['passed', 'passed', 'skipped', 'warnings'],
      'a.py',
    ],
    [
      'an undefined name',
      () => [create('a.py', 'print(nothing)\n')],
      ['passed', 'passed', 'skipped', 'failed'],
      'a.py',
    ],
  ];
  it.each(judgements)('judges: %s', async (_name, changes, expected, path) => {
    const results = await validate(await changes(), { ...OFF, lint: true });
    expect(statuses(results).slice(0, expected.length)).toEqual(expected);
    expect(verdictOf(results).findings[0]?.path).toBe(path);
  });

  it('takes files that are no Python without a look', async () => {
    const results = await validate([create('notes.md', 'def f(:\n')], {
      ...OFF,
      types: true,
      lint: 'required',
    });
    expect(statuses(results)).toEqual(['passed', 'passed', 'passed', 'passed', 'skipped']);
  });

  it('refuses change sets whose paths lead elsewhere', async () => {
    for (const path of ['../a.py', '/a.py', 'a/../../b.py', 'a//b.py']) {
      await expect(validate([create(path, 'x = 1\n')])).rejects.toMatchObject({ code: 'path_not_allowed' });
    }
  });

  it('ends with the reason of the signal, and leaves no folder behind', async () => {
    const stop = new AbortController();
    const running = validate([create('a.py', 'a;'.repeat(5_000_000))], OFF, stop.signal);
    stop.abort(new Error('cancelled'));
    await expect(running).rejects.toThrow('cancelled');
  });

  it('says that Python is missing, whatever the change', async () => {
    const none = new PythonService({ interpreter: join(project.path, 'none') });
    const changes = [create('notes.md', '')];
    const { signal } = new AbortController();
    await expect(
      new Validator(none, { tempFolder: temp.path }).validateChange({
        root: project.path,
        changes,
        settings: OFF,
        signal,
      }),
    ).rejects.toMatchObject({ code: 'python_missing' });
    await none.close();
  });

  it('fails a required layer whose tool gives no judgement, and skips it otherwise', async () => {
    const large = [create('a.py', `x = "${'a'.repeat(1_000_001)}"\n`)];
    expect((await validate(large, { ...OFF, lint: true }))[3]).toMatchObject({
      status: 'skipped',
      findings: [],
    });
    const required = (await validate(large, { ...OFF, lint: 'required' }))[3];
    expect(required).toMatchObject({ status: 'failed', findings: [{ code: 'checker-missing' }] });
  });

  it('validates files and folders as they stand: every finding counts', async () => {
    await project.write('app/old.py', 'import os, nope\n');
    const input = {
      root: project.path,
      settings: { ...OFF, lint: true },
      signal: new AbortController().signal,
    };
    const results = await validator.validatePaths({ ...input, paths: ['app'] });
    expect(statuses(results)).toEqual(['passed', 'failed', 'skipped', 'warnings', 'skipped']);
    await expect(validator.validatePaths({ ...input, paths: ['gone.py'] })).rejects.toMatchObject({
      code: 'file_not_found',
    });
  });

  it('passes no folder of which it judges a part only', async () => {
    const names = Array.from({ length: 2_001 }, (_, index) => `many/f${index}.py`);
    await Promise.all(names.map((name) => project.write(name, '')));
    const results = await validator.validatePaths({
      root: project.path,
      paths: ['many'],
      settings: OFF,
      signal: new AbortController().signal,
    });
    expect(results[0]).toMatchObject({
      status: 'failed',
      findings: [{ path: 'many', code: 'not-judged', severity: 'error' }],
    });
  });

  it('says which Python judges, if it is another than the project asks for', async () => {
    await project.write('.python-version', '3.99\n');
    const results = await validate([create('a.py', 'x = 1\n')]);
    expect(results[0]).toMatchObject({
      layer: 'syntax',
      status: 'passed',
      reason: expect.stringMatching(/3\.99/),
    });
  });

  it("follows the project's severities in the imports only where they are stricter", async () => {
    await project.write('requirements.txt', 'not-installed-anywhere\n');
    const changes = [
      create('a.py', 'import not_installed_anywhere\n'),
      create('b.py', 'import invented_package\n'),
    ];
    const plain = (await validate(changes))[1];
    expect(plain?.findings.map(({ code, severity }) => `${code} ${severity}`)).toEqual([
      'not-installed warning',
      'unresolved-import error',
    ]);
    const severities = { 'not-installed': 'error', 'unresolved-import': 'ignore' } as const;
    const strict = (await validate(changes, { ...OFF, severities }))[1];
    expect(strict?.findings.map(({ severity }) => severity)).toEqual(['error', 'error']);
    expect(strict?.reason).toMatch(/cannot be loosened.*unresolved-import/);
  });

  describe('tests', () => {
    it('fails only for tests that passed before, runs them on a copy without network', async () => {
      await mkdir(join(project.path, 'tests'));
      await project.write('tests/__init__.py', '');
      await project.write('tests/test_old.py', test('old', 'self.fail()'));
      await project.write(
        'tests/test_net.py',
        test(
          'net',
          'import socket; open("left", "w"); self.assertRaises(OSError, socket.create_connection, ("192.0.2.1", 80), 1)',
        ),
      );
      const before = await snapshotTree(project.path);
      const fine = (await validate([create('a.py', 'x = 1\n')], { ...OFF, tests: 'required' }))[4];
      expect(fine).toMatchObject({ status: 'passed', existing: 1 });
      const broken = [create('tests/test_new.py', test('new', 'self.fail()'))];
      const failed = (await validate(broken, { ...OFF, tests: true }))[4];
      expect(failed).toMatchObject({ status: 'failed', existing: 1, findings: [{ code: 'test-failed' }] });
      expect(await snapshotTree(project.path)).toEqual(before);
    });

    it('passes a project without tests, and says so', async () => {
      const result = (await validate([create('a.py', 'x = 1\n')], { ...OFF, tests: true }))[4];
      expect(result).toMatchObject({ status: 'passed', reason: 'no tests were found' });
    });
  });
});
