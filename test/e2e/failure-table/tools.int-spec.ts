import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { editBlock, snapshotTree } from '@ids/testing';
import { startSystem, type System } from '../../support/system.js';
import { barePython, noTools } from '../../support/tools.js';
import { writes } from './models.js';
import { failureTable, type Row } from './table.js';

const [bare, none] = await Promise.all([barePython(), noTools()]);
afterAll(() => Promise.all([bare.remove(), none.remove()]));

const withoutPython: Row[] = [
  {
    name: 'Python is missing when the project is looked at',
    ends: 'rolled_back',
    error: { stage: 'deliberation', code: 'python_missing', says: /install python3/ },
    journal: 'none',
    calls: { parliament: 0 },
  },
  {
    name: 'Python is missing when the change is judged',
    files: {},
    task: 'Begin a project',
    model: writes(editBlock('a.py', '', 'VALUE = 1\n')),
    ends: 'rolled_back',
    error: { stage: 'validation', code: 'python_missing', says: /install python3/ },
    journal: 'none',
    attempts: 1,
  },
];
failureTable('a machine without Python', { env: { PATH: none.path } }, withoutPython);

const withoutCheckers: Row[] = [
  {
    name: 'the layer tests is required and its tool is missing',
    settings: { tests: 'required' },
    ends: 'rolled_back',
    error: { stage: 'validation', code: 'checker_missing', says: /tests.*bubblewrap/ },
    journal: 'none',
    attempts: 1,
  },
  {
    name: 'what comes with IDS judges types and lint; a layer without a tool is skipped, and never passed',
    settings: { types: 'required', tests: true, lint: 'required' },
    after: async ({ system }, { id }) => {
      const { validation } = await system.session(id);
      expect(validation.map(({ layer, status }) => `${layer} ${status}`)).toEqual([
        'syntax passed',
        'imports passed',
        'types passed',
        'lint passed',
        'tests skipped',
      ]);
      expect(validation[2]?.tool).toMatch(/pyright/);
    },
    ends: 'applied',
    tree: { 'a.py': 'VALUE = 2\n' },
    journal: 'applied',
  },
];
failureTable('a machine without checkers', { env: { PATH: bare.path } }, withoutCheckers);

describe('the offline model', () => {
  let system: System;
  beforeAll(async () => {
    system = await startSystem();
  });
  afterAll(() => system.stop());

  it('says what it did not understand, and what it knows', async () => {
    const project = await system.createProject({ 'a.py': 'VALUE = 1\n' });
    const before = await snapshotTree(project.path);
    const { id, model } = await system.runTask(project, 'Rewrite a.py in the style of Homer');
    expect(model).toMatch(/offline model/);
    expect(await system.waitForEnd(id)).toMatchObject({
      status: 'rolled_back',
      error: {
        stage: 'deliberation',
        code: 'not_understood',
        message: expect.stringMatching(/add logging.*Connect a model/),
      },
    });
    expect(await snapshotTree(project.path)).toEqual(before);
  });

  it('says that there is nothing to do', async () => {
    const project = await system.createProject({ 'a.py': '"""Doc."""\n\nVALUE = 1\n' });
    const { id } = await system.runTask(project, 'Add docstrings to a.py');
    expect((await system.waitForEnd(id)).error).toMatchObject({ stage: 'generation', code: 'no_changes' });
  });

  it('follows a new name into the files that import the old one, which nobody named', async () => {
    const project = await system.createProject({
      'app/__init__.py': '',
      'app/vessel.py': 'class Vessel:\n    pass\n',
      'app/fleet.py': 'from app.vessel import Vessel\n\nFLAGSHIP = Vessel()\n',
      'app/other.py': 'VALUE = 1\n',
    });
    const { id } = await system.runTask(project, 'Rename Vessel to Ship in app/vessel.py');
    expect(await system.waitForEnd(id)).toMatchObject({ status: 'applied', attempts: 1 });
    expect(await project.read('app/vessel.py')).toContain('class Ship:');
    expect(await project.read('app/fleet.py')).toBe('from app.vessel import Ship\n\nFLAGSHIP = Ship()\n');
  });
});
