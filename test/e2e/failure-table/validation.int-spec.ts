import { execFileSync } from 'node:child_process';
import { rename } from 'node:fs/promises';
import { delimiter } from 'node:path';
import type { DecisionAction, LayerResult } from '@ids/contracts';
import { editBlock } from '@ids/testing';
import { afterAll, expect } from '@jest/globals';
import { mypyDouble } from '../../support/tools.js';
import { coder, cut, reply, writes } from './models.js';
import { failureTable, type Row } from './table.js';

const mypy = await mypyDouble();
afterAll(() => mypy.remove());

/** Whether the layer of tests can run here. */
function hasSandbox(): boolean {
  try {
    execFileSync('bwrap', ['--unshare-all', '--ro-bind', '/', '/', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const becomes = (text: string): string => editBlock('a.py', 'VALUE = 1\n', text);

/** A change that a layer rejects goes back to the coder twice, then the session is rolled back. */
function rejected(what: string, layer: string, text: string, row: Partial<Row> = {}): Row {
  return {
    name: `${what} is rejected, also after two repairs`,
    model: coder(({ stage, occurrence }) => {
      if (stage === 'generation') return reply(becomes(text));
      // Each repair changes something, and mends nothing.
      return reply(editBlock('a.py', text, `${text}# repair ${occurrence}\n`).replaceAll('\n\n', '\n'));
    }),
    settings: { types: true, lint: true },
    ends: 'rolled_back',
    error: { stage: 'validation', code: 'validation_failed', says: new RegExp(layer) },
    journal: 'none',
    attempts: 3,
    calls: { coder: 3 },
    ...row,
  };
}

const WARNS = 'import os\nVALUE = 2\n';
const CLEAN = 'VALUE = 2\n';

/** A change with a lint warning, and what a person says to it. */
function warned(name: string, action: DecisionAction | null, row: Partial<Row>): Row {
  return {
    name,
    model: coder(({ stage }) => reply(stage === 'repair' ? editBlock('a.py', WARNS, CLEAN) : becomes(WARNS))),
    settings: { lint: true },
    meanwhile: async ({ system, project }, { id }) => {
      if (action === null) return;
      const { pending, validation } = await system.waitForStatus(id, 'awaiting_approval');
      expect(pending).toMatchObject({ kind: 'approval', actions: ['proceed', 'fix', 'cancel'] });
      expect(codesOf(validation)).toEqual(['F401']);
      expect(await project.read('a.py')).toBe('VALUE = 1\n');
      expect((await system.api('POST', `/v1/sessions/${id}/decision`, { action })).status).toBe(202);
    },
    ends: 'applied',
    journal: 'applied',
    ...row,
  };
}

function codesOf(validation: readonly LayerResult[]): string[] {
  return validation.flatMap(({ findings }) => findings.map(({ code }) => code));
}

const rejections: Row[] = [
  rejected('a syntax error', 'syntax', 'VALUE = (2\n'),
  rejected('an error that compiling finds', 'syntax', 'return 2\n'),
  rejected('the import of an invented package', 'imports', 'import nonexistent_package_xyz\n'),
  rejected('the import of an invented name', 'imports', 'from json import invented_name\n'),
  rejected('a type error', 'types', 'VALUE: int = "2"  # mypy: error\n'),
  rejected('an undefined name', 'lint', 'VALUE = undefined_name\n'),
  rejected('a failing test', 'tests', CLEAN, {
    files: {
      'a.py': 'VALUE = 1\n',
      'test_a.py':
        'import unittest\n\nimport a\n\n\nclass T(unittest.TestCase):\n    def test(self):\n        self.assertEqual(a.VALUE, 1)\n',
    },
    settings: { tests: 'required' },
    ...(hasSandbox()
      ? {}
      : { error: { stage: 'validation', code: 'checker_missing' }, attempts: 1, calls: { coder: 1 } }),
  }),
  {
    name: 'a syntax error that the coder repairs',
    model: coder(({ stage }) =>
      reply(stage === 'repair' ? editBlock('a.py', 'VALUE = (2\n', CLEAN) : becomes('VALUE = (2\n')),
    ),
    ends: 'applied',
    tree: { 'a.py': CLEAN },
    journal: 'applied',
    attempts: 2,
  },
  {
    name: 'the model goes away before the repair',
    model: coder(({ stage }) => (stage === 'repair' ? cut() : reply(becomes('VALUE = (2\n')))),
    ends: 'rolled_back',
    error: { stage: 'generation', code: 'model_unreachable' },
    journal: 'none',
    attempts: 1,
  },
];

const checkers: Row[] = [
  {
    name: 'a checker that crashes is skipped, and never passed',
    model: writes(becomes('VALUE = 2  # mypy: crash\n')),
    settings: { types: true },
    after: async ({ system }, { id }) => {
      const types = (await system.session(id)).validation.find(({ layer }) => layer === 'types');
      expect(types).toMatchObject({
        status: 'skipped',
        reason: expect.stringMatching(/mypy 0\.0\.0 failed/),
      });
    },
    ends: 'applied',
    tree: { 'a.py': 'VALUE = 2  # mypy: crash\n' },
    journal: 'applied',
  },
  {
    name: 'a required checker that crashes ends the session at once',
    model: writes(becomes('VALUE = 2  # mypy: crash\n')),
    settings: { types: 'required' },
    ends: 'rolled_back',
    error: { stage: 'validation', code: 'checker_missing', says: /types.*mypy/ },
    journal: 'none',
    attempts: 1,
  },
  {
    name: 'the project vanishes before it is judged',
    model: ({ project }) =>
      coder(async () => {
        await rename(project.path, `${project.path}-gone`);
        return reply(becomes(CLEAN));
      })(),
    after: ({ project }) => rename(`${project.path}-gone`, project.path),
    ends: 'rolled_back',
    error: { stage: 'validation', code: 'project_vanished' },
    journal: 'none',
  },
];

const warnings: Row[] = [
  warned('warnings, and a person proceeds', 'proceed', { tree: { 'a.py': WARNS }, attempts: 1 }),
  warned('warnings, and a person wants them fixed', 'fix', { tree: { 'a.py': CLEAN }, attempts: 2 }),
  warned('warnings, and a person cancels', 'cancel', { ends: 'cancelled', journal: 'none' }),
  warned('warnings, and nobody is to be asked', null, {
    options: { approval: 'never' },
    tree: { 'a.py': WARNS },
  }),
  {
    name: 'nothing is wrong, but a person is always to be asked',
    options: { approval: 'always' },
    meanwhile: async ({ system }, { id }) => {
      await system.waitForStatus(id, 'awaiting_approval');
      const proceed = (): ReturnType<typeof system.api> =>
        system.api('POST', `/v1/sessions/${id}/decision`, { action: 'proceed' });
      expect((await proceed()).status).toBe(202);
      expect(await proceed()).toMatchObject({ status: 409, body: { code: 'not_awaiting_approval' } });
    },
    ends: 'applied',
    tree: { 'a.py': CLEAN },
    journal: 'applied',
  },
];

failureTable(
  'faults of the validation',
  { env: { PATH: [mypy.path, process.env['PATH']].join(delimiter) } },
  [...rejections, ...checkers, ...warnings],
);
