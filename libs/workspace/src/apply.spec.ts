import type { ChangeSet } from '@ids/contracts';
import { IdsError, newSessionId } from '@ids/kernel';
import { makeProject, snapshotTree, type TestProject } from '@ids/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdir, readdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { create, modify, remove, rename } from '../test/changes.js';
import { dyingFileSystem, hastyFileSystem } from '../test/counting-file-system.js';
import { Workspace, type FileSystemPort } from './index.js';

const guard = { check: () => Promise.resolve() };
const sessionId = newSessionId();
let project: TestProject;
let workspace: Workspace;
let before: Record<string, string>;

beforeEach(async () => {
  project = await makeProject({ 'a.py': 'a = 1\n', 'app/b.py': 'b = 1\r\n', 'app/c.py': 'c = 1' });
  workspace = open();
  before = await snapshotTree(project.path);
});
afterEach(() => project.remove());

function open(fs: FileSystemPort = hastyFileSystem): Workspace {
  const clock = { now: () => Date.UTC(2026, 10, 24, 21, 11, 21, 5) };
  return new Workspace(project.path, { maxFileBytes: 1_000_000, clock, fs });
}

const at = (path: string): string => join(project.path, path);
const apply = (...changes: ChangeSet) => workspace.apply(sessionId, changes, guard);

/** Undoing returns all to what it was before the spec's own changes. */
async function expectUndone(): Promise<void> {
  expect(await workspace.undo(sessionId, guard)).toMatchObject({ kind: 'undone' });
  expect(await snapshotTree(project.path)).toEqual(before);
  expect(await readdir(at('.ids'))).toEqual(['.gitignore', 'backups']);
}

describe('applying a change set', () => {
  it('does all four operations, names the backups, and leaves only these in .ids', async () => {
    const outcome = await apply(
      modify('a.py', 'a = 1\n', 'a = 2\n'),
      create('pkg/sub/new.py', 'new = 1\n'),
      remove('app/b.py', 'b = 1\r\n'),
      rename('app/c.py', 'app/d.py', 'c = 1', 'd = 1'),
    );
    const time = '2026-11-24T21-11-21-005Z';
    const backups = `.ids/backups/${sessionId}`;
    expect(outcome).toEqual({
      kind: 'applied',
      changes: [
        { path: 'a.py', backup: `${backups}/a.py.${time}.bak` },
        { path: 'pkg/sub/new.py', backup: null },
        { path: 'app/b.py', backup: `${backups}/app/b.py.${time}.bak` },
        { path: 'app/d.py', backup: `${backups}/app/c.py.${time}.bak` },
      ],
    });
    expect(await project.read('a.py')).toBe('a = 2\n');
    expect(await project.read('pkg/sub/new.py')).toBe('new = 1\n');
    expect(await readdir(at('app'))).toEqual(['d.py']);
    expect(await project.read('app/d.py')).toBe('d = 1');
    expect(await project.read(`${backups}/app/b.py.${time}.bak`)).toBe('b = 1\r\n');
    expect(await readdir(at('.ids'))).toEqual(['.gitignore', 'backups']);
    expect(await project.read('.ids/.gitignore')).toBe('*\n');
    const manifest: unknown = JSON.parse(await project.read(`${backups}/manifest.json`));
    expect(manifest).toMatchObject({ version: 1, state: 'applied', folders: ['pkg', 'pkg/sub'] });
    await expectUndone();
  });

  it('says the same when it is done already', async () => {
    const first = await apply(modify('a.py', 'a = 1\n', 'a = 2\n'));
    expect(await apply(modify('a.py', 'a = 1\n', 'a = 2\n'))).toEqual(first);
    await expectUndone();
  });

  it('writes the backups and the manifest before anything else', async () => {
    for (let fatal = 1; ; fatal += 1) {
      workspace = open(dyingFileSystem(fatal));
      const failed = await apply(modify('a.py', 'a = 1\n', 'a = 2\n')).then(
        () => false,
        () => true,
      );
      const isTouched = (await project.read('a.py')) !== 'a = 1\n';
      if (isTouched) {
        const manifest = await project.read(`.ids/backups/${sessionId}/manifest.json`);
        expect(JSON.parse(manifest)).toMatchObject({ version: 1 });
      }
      workspace = open();
      await workspace.undo(sessionId, guard);
      expect(await snapshotTree(project.path)).toEqual(before);
      if (!failed) break;
    }
  }, 30_000);

  it('touches nothing if a file is not as expected: changed, gone, or there already', async () => {
    expect(
      await apply(
        modify('a.py', 'a = 0\n', 'a = 2\n'),
        create('app/b.py', ''),
        remove('gone.py', ''),
        rename('app/c.py', 'app/b.py', 'c = 1'),
        modify('nowhere/x.py', '', 'x'),
      ).catch((error: unknown) => error),
    ).toBeInstanceOf(IdsError);
    expect(
      await apply(
        modify('a.py', 'a = 0\n', 'a = 2\n'),
        create('app/b.py', ''),
        remove('gone.py', ''),
        modify('nowhere/x.py', '', 'x'),
        create('fine.py', ''),
      ),
    ).toEqual({ kind: 'changed', paths: ['a.py', 'app/b.py', 'gone.py', 'nowhere/x.py'] });
    expect(await snapshotTree(project.path)).toEqual(before);
    expect(await workspace.undo(sessionId, guard)).toEqual({ kind: 'nothing' });
  });

  it('takes back what it had done when a file changes in the middle, and leaves that file alone', async () => {
    workspace = open({
      ...hastyFileSystem,
      rename: async (from, to) => {
        await hastyFileSystem.rename(from, to);
        if (to === at('a.py')) await project.write('app/b.py', 'mine\n');
      },
    });
    const changes = [modify('a.py', 'a = 1\n', 'a = 2\n'), modify('app/b.py', 'b = 1\r\n', 'b = 2\r\n')];
    expect(await apply(...changes)).toEqual({ kind: 'changed', paths: ['app/b.py'] });
    expect(await project.read('a.py')).toBe('a = 1\n');
    expect(await project.read('app/b.py')).toBe('mine\n');
    workspace = open();
    expect(
      await apply(modify('a.py', 'a = 1\n', 'a = 3\n'), modify('app/b.py', 'mine\n', 'b = 3\n')),
    ).toMatchObject({ kind: 'applied' });
    await workspace.undo(sessionId, guard);
    expect(await project.read('app/b.py')).toBe('mine\n');
  });

  it('never overwrites a file that appears in the last moment', async () => {
    let appeared = false;
    workspace = open({
      ...hastyFileSystem,
      link: async () => {
        appeared = true;
        await project.write('new.py', 'mine\n');
        throw Object.assign(new Error('exists'), { code: 'EEXIST' });
      },
    });
    expect(await apply(create('new.py', 'theirs\n'))).toEqual({ kind: 'changed', paths: ['new.py'] });
    expect(appeared).toBe(true);
    expect(await project.read('new.py')).toBe('mine\n');
  });

  it('can be applied with another change set after an undo', async () => {
    await apply(modify('a.py', 'a = 1\n', 'a = 2\n'), create('x/y.py', ''));
    await workspace.undo(sessionId, guard);
    await project.write('a.py', 'a = 5\n');
    before = await snapshotTree(project.path);
    expect(await apply(modify('a.py', 'a = 5\n', 'a = 6\n'))).toMatchObject({ kind: 'applied' });
    await expectUndone();
  });

  it('throws when the disk does not hold what was written', async () => {
    let calls = 0;
    const fs = hastyFileSystem;
    workspace = open({
      ...fs,
      rename: async (from, to) => {
        await fs.rename(from, to);
        if (to !== at('a.py')) return;
        calls += 1;
        if (calls === 1) await project.write('a.py', 'a = 3\n');
      },
    });
    await expect(apply(modify('a.py', 'a = 1\n', 'a = 2\n'))).rejects.toMatchObject({
      code: 'apply_mismatch',
      details: { paths: ['a.py'] },
    });
  });
});

describe('a change set that may not be applied', () => {
  const cases: [string, () => ChangeSet][] = [
    ['names a path twice', () => [create('x.py', ''), create('./x.py', '')]],
    ['names a path twice by a rename', () => [rename('a.py', 'x.py', 'a = 1\n'), create('a.py', '')]],
    ['has a file as the folder of another', () => [create('x.md', ''), create('x.md/y.py', '')]],
    ['has new names that differ in case', () => [create('x.py', ''), create('X.py', '')]],
    ['has new folders that differ in case', () => [create('n/x.py', ''), create('N/y.py', '')]],
    ['makes a name that differs in case from one there', () => [create('A.py', '')]],
    ['makes a folder that differs in case from one there', () => [create('App/x.py', '')]],
    ['renames only in case', () => [rename('a.py', 'A.py', 'a = 1\n')]],
    ['leads out of the project', () => [create('../x.py', '')]],
    ['changes what is not text', () => [create('run.sh', '')]],
    ['goes into .git', () => [create('.git/x.py', '')]],
    ['goes into .ids', () => [create('.ids/x.py', '')]],
    ['goes into an environment', () => [create('tools/lib/x.py', '')]],
    ['changes what is in an environment', () => [modify('tools/run.py', 'run', 'x')]],
    ['has a folder that backups cannot have', () => [create('manifest.json/x.py', '')]],
    ['creates where a folder is', () => [create('folder.py', '')]],
    ['goes below a file', () => [create('a.py/x.py', '')]],
    ['creates through a link that leads out', () => [create('out/x.py', '')]],
    ['creates through a link that leads nowhere', () => [create('dangling/x.py', '')]],
    ['creates over a link that leads nowhere', () => [create('dangling.py', '')]],
    ['changes through a link that leads out', () => [modify('out.py', 'secret', 'x')]],
    ['deletes a link that leads out', () => [remove('out.py', 'secret')]],
    ['changes through a link what is not text', () => [modify('data.py', 'data', 'x')]],
    ['renames a link', () => [rename('link.py', 'x.py', 'a = 1\n')]],
    [
      'reaches a file by two paths',
      () => [modify('link.py', 'a = 1\n', 'x'), modify('a.py', 'a = 1\n', 'y')],
    ],
  ];

  it.each(cases)('%s: it is refused, and nothing is touched', async (_, changes) => {
    const outside = await makeProject({ 'secret.py': 'secret' });
    await mkdir(at('folder.py'));
    await project.write('data.bin', 'data');
    await project.write('tools/pyvenv.cfg', 'home = /usr/bin\n');
    await project.write('tools/run.py', 'run');
    await symlink(outside.path, at('out'));
    await symlink(join(outside.path, 'secret.py'), at('out.py'));
    await symlink('data.bin', at('data.py'));
    await symlink('a.py', at('link.py'));
    await symlink('nothing', at('dangling'));
    await symlink('nothing.py', at('dangling.py'));
    before = await snapshotTree(project.path);
    const all = [modify('app/b.py', 'b = 1\r\n', 'x'), ...changes()];
    await expect(workspace.apply(sessionId, all, guard)).rejects.toMatchObject({ code: 'path_not_allowed' });
    expect(await snapshotTree(project.path)).toEqual(before);
    expect(await readdir(outside.path)).toEqual(['secret.py']);
    await outside.remove();
  });

  it('is refused where .ids, or a folder in it, is a link that a repository brought along', async () => {
    const outside = await makeProject();
    await symlink(outside.path, at('.ids'));
    await expect(apply(create('x.py', ''))).rejects.toMatchObject({ code: 'path_not_allowed' });
    expect(await workspace.undo(sessionId, guard)).toEqual({ kind: 'nothing' });
    await rm(at('.ids'));
    await mkdir(at('.ids'));
    await symlink(outside.path, at('.ids/backups'));
    await expect(apply(create('x.py', ''))).rejects.toMatchObject({ code: 'path_not_allowed' });
    expect(await readdir(outside.path)).toEqual([]);
    await outside.remove();
  });
});
