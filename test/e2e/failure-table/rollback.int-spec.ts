import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Session } from '@ids/contracts';
import { editBlock, snapshotTree } from '@ids/testing';
import { Workspace } from '@ids/workspace';
import { expect } from '@jest/globals';
import type { ApiAnswer } from '../../support/system.js';
import { SLOW_DISK, untilHalfApplied, writesManyFiles } from './many-files.js';
import { setValue, writes } from './models.js';
import { failureTable, type Row, type Scene } from './table.js';

const manifestOf = ({ project }: Scene, { id }: Session): string =>
  join(project.path, '.ids/backups', id, 'manifest.json');

const post = ({ system }: Scene, { id }: Session, what: string): Promise<ApiAnswer> =>
  system.api('POST', `/v1/sessions/${id}/${what}`);

/** Waits until the session has written its change, then asks for the undo. */
async function undo(scene: Scene, session: Session): Promise<void> {
  await scene.system.waitForEnd(session.id);
  expect((await post(scene, session, 'rollback')).status).toBe(202);
  await scene.system.waitForStatus(session.id, 'rolled_back');
}

/** The change of every kind: modify, create in a new folder, delete, rename. */
const EVERY_KIND = writes(
  setValue(1, 2),
  editBlock('new/deep/c.py', '', 'C = 1\n'),
  'gone.py\n<<<<<<< DELETE\n>>>>>>> DELETE',
  'old.py\n<<<<<<< RENAME moved/new.py\n>>>>>>> RENAME',
);
const FILES = { 'a.py': 'VALUE = 1\n', 'gone.py': 'G = 1\r\n', 'old.py': '\uFEFFO = 1' };

/** A project whose rollback failed takes no change until a person opens it again; then all is as ever. */
async function expectClosed(scene: Scene, id: string): Promise<void> {
  const { system, project } = scene;
  const address = `/v1/projects/${project.name}`;
  const task = { project: project.name, task: 'Change a.py' };
  expect(await system.api('GET', address)).toMatchObject({ status: 200, body: { closedBy: id } });
  expect(await system.api('POST', '/v1/sessions', task)).toMatchObject({
    status: 409,
    body: { code: 'project_closed', details: { session: id } },
  });
  expect(await system.api('PATCH', address, { closed: false })).toMatchObject({ status: 200 });
  const session = await system.runTask(project, 'Change a.py');
  expect((await system.waitForEnd(session.id)).status).toBe('applied');
  await undo(scene, session);
}

/** What no undo can succeed with: the session ends so, and the project is closed until a person has looked. */
const hopeless: Row[] = [
  {
    name: 'the manifest is destroyed while the change is written',
    model: writesManyFiles,
    meanwhile: async (scene, session) => {
      await untilHalfApplied(scene.project);
      await writeFile(manifestOf(scene, session), '{');
      expect((await post(scene, session, 'cancel')).status).toBe(202);
    },
    after: async (scene, session) => {
      // The person's part: the backup of the one file that was there before, and away with the new ones.
      const backups = join(scene.project.path, '.ids/backups', session.id);
      const [backup = ''] = (await readdir(backups)).filter((name) => name.startsWith('a.py.'));
      await writeFile(join(scene.project.path, 'a.py'), await readFile(join(backups, backup)));
      await rm(join(scene.project.path, 'pkg'), { recursive: true });
    },
    ends: 'rollback_failed',
    error: { stage: 'rollback', code: 'rollback_failed', says: /manifest.*\.ids\/backups/ },
    journal: 'damaged',
  },
  {
    name: 'the project vanishes while the change is written; its manifest alone is enough once it is back',
    model: writesManyFiles,
    meanwhile: async ({ project }) => {
      await untilHalfApplied(project);
      await rename(project.path, `${project.path}-gone`);
    },
    after: async (scene, { id }) => {
      const { project } = scene;
      await rename(`${project.path}-gone`, project.path);
      const workspace = new Workspace(project.path, { maxFileBytes: 1_000_000 });
      expect(await workspace.undo(id, { check: () => Promise.resolve() })).toMatchObject({ kind: 'undone' });
      await expectClosed(scene, id);
    },
    ends: 'rollback_failed',
    earlier: [{ stage: 'application', code: 'project_vanished' }],
    error: { stage: 'rollback', code: 'rollback_failed', says: /is gone/ },
    journal: 'undone',
  },
  {
    name: 'the backup is damaged when a person wants the undo',
    meanwhile: async (scene, session) => {
      await scene.system.waitForEnd(session.id);
      const { changes } = await scene.system.session(session.id);
      await scene.project.write(changes[0]?.backup ?? '', 'damaged');
      await post(scene, session, 'rollback');
    },
    ends: 'rollback_failed',
    passes: ['applied'],
    error: { stage: 'rollback', code: 'rollback_failed', says: /backup of a\.py is missing or damaged/ },
    tree: { 'a.py': 'VALUE = 2\n' },
    journal: 'damaged',
  },
];

const ofAPerson: Row[] = [
  {
    name: 'a person wants the undo of a change of every kind',
    files: FILES,
    before: async ({ project }) => {
      await mkdir(join(project.path, 'empty'));
    },
    model: EVERY_KIND,
    meanwhile: async (scene, session) => {
      await undo(scene, session);
      expect(await post(scene, session, 'rollback')).toMatchObject({
        status: 409,
        body: { code: 'not_rollbackable' },
      });
    },
    ends: 'rolled_back',
    passes: ['applied'],
    journal: 'undone',
  },
  {
    name: 'a person wants the undo twice at the same time',
    files: FILES,
    model: EVERY_KIND,
    meanwhile: async (scene, session) => {
      await scene.system.waitForEnd(session.id);
      const answers = await Promise.all([0, 1, 2].map(() => post(scene, session, 'rollback')));
      expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([202, 409, 409]);
      await scene.system.waitForStatus(session.id, 'rolled_back');
    },
    ends: 'rolled_back',
    passes: ['applied'],
    journal: 'undone',
  },
  {
    name: 'a file was changed since: nothing is touched, and the files are named',
    files: FILES,
    model: EVERY_KIND,
    meanwhile: async (scene, session) => {
      await scene.system.waitForEnd(session.id);
      await scene.project.write('new/deep/c.py', 'C = "mine"\n');
      const edited = await snapshotTree(scene.project.path);
      const answer = await post(scene, session, 'rollback');
      expect(answer).toMatchObject({
        status: 409,
        body: { code: 'rollback_conflict', details: { paths: ['new/deep/c.py'] } },
      });
      expect(await snapshotTree(scene.project.path)).toEqual(edited);
      expect((await scene.system.session(session.id)).status).toBe('applied');
      // Once the edit is away the undo succeeds.
      await scene.project.write('new/deep/c.py', 'C = 1\n');
      await undo(scene, session);
    },
    ends: 'rolled_back',
    passes: ['applied'],
    journal: 'undone',
  },
  {
    name: 'the manifest is destroyed: the undo is refused, the change stays',
    meanwhile: async (scene, session) => {
      await scene.system.waitForEnd(session.id);
      await writeFile(manifestOf(scene, session), '{');
      expect(await post(scene, session, 'rollback')).toMatchObject({ body: { code: 'manifest_invalid' } });
    },
    ends: 'applied',
    tree: { 'a.py': 'VALUE = 2\n' },
    journal: 'damaged',
  },
  {
    name: 'the backups are gone: the undo is refused, the change stays',
    meanwhile: async (scene, session) => {
      await scene.system.waitForEnd(session.id);
      await rm(join(scene.project.path, '.ids/backups', session.id), { recursive: true });
      expect(await post(scene, session, 'rollback')).toMatchObject({
        status: 409,
        body: { code: 'backup_gone' },
      });
    },
    ends: 'applied',
    tree: { 'a.py': 'VALUE = 2\n' },
    journal: 'none',
  },
  {
    name: 'the project is away when a person wants the undo: refused, and possible once it is back',
    meanwhile: async (scene, session) => {
      const { path } = scene.project;
      await scene.system.waitForEnd(session.id);
      await rename(path, `${path}-gone`);
      const answer = await post(scene, session, 'rollback');
      await rename(`${path}-gone`, path);
      expect(answer).toMatchObject({ status: 422, body: { code: 'project_vanished' } });
      await undo(scene, session);
    },
    ends: 'rolled_back',
    passes: ['applied'],
    journal: 'undone',
  },
];

failureTable('faults of the rollback', { env: SLOW_DISK }, [...hopeless, ...ofAPerson]);
