import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { makeProject, type TestProject } from '@ids/testing';
import {
  bareEnvironment,
  brief,
  changesTo,
  messages,
  runLayer,
  SYSTEM,
  type LayerOptions,
} from '../test/run-layer.js';
import type { Outcome } from './layer.js';

// Each run starts several interpreters.
jest.setTimeout(120_000);

/** A file with one test of unittest. */
const unit = (name: string, ...lines: string[]): string =>
  `import unittest\nfrom app.speed import knots\nclass T(unittest.TestCase):\n    def ${name}(self):\n${lines.map((each) => `        ${each}\n`).join('')}`;
describe('the layer of tests', () => {
  let project: TestProject;
  beforeEach(async () => {
    project = await makeProject({ 'app/__init__.py': '', 'app/speed.py': 'def knots():\n    return 10\n' });
  });
  afterEach(() => project.remove());

  const BROKEN = { 'app/speed.py': 'def knots():\n    return 11\n' };
  const bare = async (): Promise<LayerOptions> => ({ python: await bareEnvironment(project.path) });
  const layer = async (
    files: Readonly<Record<string, string | null>>,
    options?: LayerOptions,
  ): Promise<Outcome> => await runLayer(project.path, await changesTo(project.path, files), options);

  describe('with unittest, where the environment has no pytest', () => {
    it('names tests that passed before and fail now, subtests and expected failures too', async () => {
      await project.write(
        'tests/test_a.py',
        unit(
          'test_a',
          'for n in (10, 11):',
          '    with self.subTest(n):',
          '        self.assertLess(knots(), 11)',
        ),
      );
      await project.write('test_top.py', unit('test_b', 'self.assertEqual(knots(), 10)'));
      await project.write('deep/er/test_c.py', unit('test_c', 'self.fail()'));
      await project.write('deep/er/__init__.py', '');
      const outcome = await layer(BROKEN, await bare());
      expect(outcome.existing).toBe(1);
      expect(outcome.tool).toMatch(/^unittest on CPython/);
      expect(brief(outcome).sort()).toEqual([
        'test_top.py:5 test-failed error',
        'tests/test_a.py:7 test-failed error',
      ]);
      expect(messages(outcome)).toMatch(/tests\/test_a.py::T::test_a: AssertionError: 11 not less than 11/);
    });

    it('counts classes and files whose tests are out of reach now', async () => {
      await project.write(
        'test_a.py',
        `${unit('test_a', 'pass')}    @classmethod\n    def setUpClass(cls):\n        assert knots() == 10\n`,
      );
      await project.write('test_b.py', `import app.other\n${unit('test_b', 'pass')}`);
      await project.write('app/other.py', '');
      const outcome = await layer({ ...BROKEN, 'app/other.py': null }, await bare());
      expect(brief(outcome).sort()).toEqual([
        'test_a.py:8 tests-broken error',
        'test_b.py:1 tests-broken error',
      ]);
      expect(messages(outcome)).toMatch(/test_a.py::T cannot be run any more \(1 passed before\)/);
    });

    it('says that there are no tests', async () => {
      expect(await layer(BROKEN, await bare())).toMatchObject({
        status: 'passed',
        reason: 'no tests were found',
      });
    });

    it('starts another Python where that of the environment cannot be started, with its packages', async () => {
      await project.write('.venv/pyvenv.cfg', 'home = /nowhere\n');
      await symlink('/nowhere/python', join(project.path, '.venv/python')).catch(() => undefined);
      await project.write('.venv/lib/python3.11/site-packages/needed.py', '');
      await project.write('test_a.py', 'import needed\ndef test_a(): pass\n');
      const environment = join(project.path, '.venv');
      const python = {
        ...SYSTEM,
        environment,
        sitePackages: [join(environment, 'lib/python3.11/site-packages')],
      };
      expect(await layer(BROKEN, { python })).toMatchObject({
        status: 'passed',
        reason: expect.stringMatching(/environment's own Python cannot be started/),
        tool: expect.stringMatching(/^pytest/),
      });
    });
  });

  describe("with the project's own command", () => {
    const settings = { testCommand: ['python3', '-m', 'pytest', '-q', 'checks'] };

    it('tells tests apart where the command runs pytest', async () => {
      await project.write(
        'checks/test_a.py',
        'from app.speed import knots\ndef test_a(): assert knots() == 10\ndef test_b(): assert False\n',
      );
      await project.write('test_else.py', 'def test_never(): assert False\n');
      const outcome = await layer(BROKEN, { settings });
      expect(outcome.existing).toBe(1);
      expect(brief(outcome)).toEqual(['checks/test_a.py:2 test-failed error']);
    });

    it('judges any other command by its exit code, before and after', async () => {
      await project.write('check.py', 'from app.speed import knots\nassert knots() == 10, "too fast"\n');
      const own = { settings: { testCommand: ['python3', 'check.py'] } };
      expect(await layer({ 'a.py': '' }, own)).toMatchObject({ status: 'passed', findings: [] });
      const outcome = await layer(BROKEN, own);
      expect(brief(outcome)).toEqual(['.:0 tests-failed error']);
      expect(messages(outcome)).toMatch(/exit code 1: .*AssertionError: too fast/);
      await project.write('app/speed.py', 'def knots():\n    return 12\n');
      expect(await layer({ 'a.py': '' }, own)).toMatchObject({ status: 'passed', existing: 1 });
    });

    it('judges what a command does besides its tests, by its exit code and its limits', async () => {
      await project.write('test_a.py', 'def test_a(): pass\n');
      await project.write('check.py', 'from app.speed import knots\nassert knots() == 10\n');
      const line = 'python3 -m pytest -q test_a.py && PYTHONPATH=. python3 check.py';
      const own = { settings: { testCommand: ['sh', '-c', line] } };
      expect(await layer({ 'a.py': '' }, own)).toMatchObject({ status: 'passed' });
      expect(brief(await layer(BROKEN, own))).toEqual(['.:0 tests-failed error']);
      await project.write(
        'check.py',
        'import time\nfrom app.speed import knots\nif knots() != 10: time.sleep(60)\n',
      );
      expect(brief(await layer(BROKEN, { ...own, limits: { seconds: 8 } }))).toEqual([
        '.:0 tests-timeout error',
      ]);
    });

    it('takes no part of the command for a shell, and says that a program is missing', async () => {
      const own = { settings: { testCommand: ['true; touch /tmp/x', '$(id)'] } };
      expect(await layer(BROKEN, own)).toMatchObject({
        status: 'skipped',
        reason: expect.stringMatching(/No such file/),
      });
    });
  });
});
