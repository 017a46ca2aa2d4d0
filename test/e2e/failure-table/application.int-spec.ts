import { chmod, rename, rm, stat } from 'node:fs/promises';
import { editBlock, until, type ModelScript } from '@ids/testing';
import { expect, it } from '@jest/globals';
import { coder, reply, setValue, shownValue, writes } from './models.js';
import { failureTable, type Row, type Scene, type Table } from './table.js';

/** A person writes into the project while the coder thinks, and the coder then answers. */
function meddled(act: (scene: Scene, time: number) => Promise<void>, answer: (value: number) => string) {
  return (scene: Scene): ModelScript =>
    coder(async (request) => {
      await act(scene, request.occurrence);
      return reply(answer(shownValue(request)));
    })();
}

const next = (value: number): string => setValue(value, value + 1);

const changedMeanwhile: Row[] = [
  {
    name: 'a person changes the file: it is written again on the new text',
    model: meddled(async ({ project }, time) => {
      if (time === 1) await project.write('a.py', 'VALUE = 10\n');
    }, next),
    ends: 'applied',
    tree: { 'a.py': 'VALUE = 11\n' },
    journal: 'applied',
    attempts: 2,
  },
  {
    name: 'a person changes the file each time: it is given up, and is as the person left it',
    model: meddled(({ project }, time) => project.write('a.py', `VALUE = ${time}0\n`), next),
    ends: 'rolled_back',
    error: { stage: 'application', code: 'file_changed', says: /a\.py/ },
    tree: { 'a.py': 'VALUE = 30\n' },
    journal: 'none',
    attempts: 3,
  },
  {
    name: 'a person makes the file that the coder makes: it is written again on what is there',
    model: ({ project }) =>
      coder(async ({ stage, occurrence }) => {
        if (stage === 'generation' && occurrence === 1) {
          await project.write('b.py', 'MINE = 1\n');
          return reply(editBlock('b.py', '', 'OURS = 1\n'));
        }
        return reply(editBlock('b.py', 'MINE = 1\n', 'MINE = 1\nOURS = 1\n'));
      })(),
    ends: 'applied',
    tree: { 'b.py': 'MINE = 1\nOURS = 1\n' },
    journal: 'applied',
  },
  {
    name: 'a person removes the file: there is nothing left to change',
    model: meddled(
      ({ project }) => rm(`${project.path}/a.py`, { force: true }),
      () => next(1),
    ),
    ends: 'rolled_back',
    error: { stage: 'generation', code: 'edit_failed', says: /a\.py/ },
    tree: { 'a.py': null },
    journal: 'none',
  },
  {
    name: 'a person changes another file, and the mode of this one: both are kept',
    files: { 'a.py': 'VALUE = 1\n', 'b.py': 'OTHER = 1\n' },
    model: meddled(async ({ project }) => {
      await project.write('b.py', 'OTHER = 2\n');
      await chmod(`${project.path}/a.py`, 0o640);
    }, next),
    after: async ({ project }) => {
      expect((await stat(`${project.path}/a.py`)).mode & 0o777).toBe(0o640);
    },
    ends: 'applied',
    tree: { 'a.py': 'VALUE = 2\n', 'b.py': 'OTHER = 2\n' },
    journal: 'applied',
    attempts: 1,
  },
];

const refused: Row[] = [
  {
    name: 'a new file would have the name of another in other letters',
    model: writes(setValue(1, 2), editBlock('A.py', '', 'VALUE = 3\n')),
    ends: 'rolled_back',
    error: { stage: 'application', code: 'path_not_allowed', says: /A\.py/ },
    journal: 'none',
  },
  {
    name: 'the project vanishes before it is written: a person must look',
    options: { approval: 'always' },
    meanwhile: async ({ system, project }, { id }) => {
      await system.waitForStatus(id, 'awaiting_approval');
      await rename(project.path, `${project.path}-gone`);
      await system.api('POST', `/v1/sessions/${id}/decision`, { action: 'proceed' });
    },
    after: ({ project }) => rename(`${project.path}-gone`, project.path),
    ends: 'rollback_failed',
    earlier: [{ stage: 'application', code: 'project_vanished' }],
    error: { stage: 'rollback', code: 'rollback_failed', says: /folder.*is gone/ },
    journal: 'none',
  },
];

/** Two coders who have both read VALUE = 1 before either has written. */
async function twoSessionsOnOneFile(table: Table): Promise<void> {
  const scene = await table.scene();
  let reading = 0;
  const model = coder(async (request) => {
    reading += 1;
    await until(() => reading >= 2, 60_000, 'the other coder');
    return reply(next(shownValue(request)));
  });
  const begun = await Promise.all([table.start(scene, { model }), table.start(scene, { model })]);
  const ends = await Promise.all(begun.map(({ id }) => table.system.waitForEnd(id)));
  expect(ends.map(({ status }) => status)).toEqual(['applied', 'applied']);
  expect(ends.map(({ attempts }) => attempts).sort((a, b) => a - b)).toEqual([1, 2]);
  expect(await scene.project.read('a.py')).toBe('VALUE = 3\n');
  // The later one is undone to what the earlier one wrote.
  const later = ends.find(({ attempts }) => attempts === 2);
  expect((await table.system.api('POST', `/v1/sessions/${later?.id}/rollback`)).status).toBe(202);
  await table.system.waitForStatus(later?.id ?? '', 'rolled_back');
  expect(await scene.project.read('a.py')).toBe('VALUE = 2\n');
}

failureTable('faults of the application', {}, [...changedMeanwhile, ...refused], {
  more: (table) => {
    it('two sessions on the same file: the second is written on top of the first', () =>
      twoSessionsOnOneFile(table));
  },
});
