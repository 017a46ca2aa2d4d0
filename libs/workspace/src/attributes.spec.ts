import type { ChangeSet } from '@ids/contracts';
import { newSessionId } from '@ids/kernel';
import { makeProject, snapshotTree, type TestProject } from '@ids/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { chmod, chown, link, lstat, readdir, readFile, readlink, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { create, modify, remove, rename } from '../test/changes.js';
import { hastyFileSystem } from '../test/counting-file-system.js';
import { Workspace, type FileSystemPort } from './index.js';

const guard = { check: () => Promise.resolve() };
/** As if `.ids` were on another disk than the rest. */
const separateDisks: FileSystemPort = {
  ...hastyFileSystem,
  rename: (from, to) => {
    const isInside = [from, to].every((path) => path.includes('/.ids/'));
    return isInside ? hastyFileSystem.rename(from, to) : otherDisk();
  },
  link: () => otherDisk(),
};
function otherDisk(): Promise<never> {
  return Promise.reject(Object.assign(new Error('other disk'), { code: 'EXDEV' }));
}

const isRoot = process.geteuid?.() === 0;
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
  return new Workspace(project.path, { maxFileBytes: 1_000_000, fs });
}

const at = (path: string): string => join(project.path, path);
const apply = (...changes: ChangeSet) => workspace.apply(sessionId, changes, guard);

/** Undoing returns all to what it was before the spec's own changes. */
async function expectUndone(): Promise<void> {
  expect(await workspace.undo(sessionId, guard)).toMatchObject({ kind: 'undone' });
  expect(await snapshotTree(project.path)).toEqual(before);
  expect(await readdir(at('.ids'))).toEqual(['.gitignore', 'backups']);
}

describe('what a file is besides its contents', () => {
  it('stays: mode, also set-user-id, and owner', async () => {
    await chmod(at('a.py'), 0o4755);
    await chmod(at('app/b.py'), 0o640);
    await chmod(at('app/c.py'), 0o600);
    if (isRoot) for (const file of ['app/b.py', 'app/c.py']) await chown(at(file), 1_234, 4_321);
    before = await snapshotTree(project.path);
    await apply(
      modify('a.py', 'a = 1\n', 'a = 2\n'),
      modify('app/b.py', 'b = 1\r\n', 'b = 2\r\n'),
      rename('app/c.py', 'd.py', 'c = 1'),
    );
    expect((await stat(at('a.py'))).mode & 0o7777).toBe(0o4755);
    expect((await stat(at('app/b.py'))).mode & 0o7777).toBe(0o640);
    const moved = await stat(at('d.py'));
    expect(moved.mode & 0o7777).toBe(0o600);
    if (isRoot) expect([moved.uid, moved.gid]).toEqual([1_234, 4_321]);
    await expectUndone();
  });

  it('comes from its neighbours for a new file, else from the system', async () => {
    await chmod(at('app/b.py'), 0o750);
    await chmod(at('app/c.py'), 0o640);
    if (isRoot) await chown(at('app'), 1_234, 4_321);
    before = await snapshotTree(project.path);
    await apply(create('app/new.py', ''), create('app/new.md', ''), create('app/sub/new.py', ''));
    const mode = async (path: string): Promise<number> => (await stat(at(path))).mode & 0o7777;
    expect(await mode('app/new.py')).toBe(0o640);
    expect(await mode('app/new.md')).toBe(0o666 & ~process.umask());
    if (isRoot)
      for (const path of ['new.py', 'sub', 'sub/new.py'])
        expect((await stat(at(`app/${path}`))).uid).toBe(1_234);
    await expectUndone();
  });

  it('stays: a link to a file inside, whose target is rewritten', async () => {
    await symlink('../a.py', at('app/link.py'));
    await symlink('app', at('folder'));
    before = await snapshotTree(project.path);
    await apply(modify('app/link.py', 'a = 1\n', 'a = 2\n'), create('folder/new/x.py', ''));
    expect(await readlink(at('app/link.py'))).toBe('../a.py');
    expect(await project.read('a.py')).toBe('a = 2\n');
    expect(await readdir(at('app/new'))).toEqual(['x.py']);
    await expectUndone();
  });

  it('comes back: a link that was deleted, also with its target', async () => {
    await symlink('../a.py', at('app/link.py'));
    before = await snapshotTree(project.path);
    await apply(remove('a.py', 'a = 1\n'), remove('app/link.py', 'a = 1\n'));
    expect(await readdir(at('app'))).toEqual(['b.py', 'c.py']);
    await expectUndone();
  });

  it('stays: the other names of a file (hard links), also of one that is deleted or renamed', async () => {
    await link(at('a.py'), at('a2.py'));
    await link(at('app/b.py'), at('b2.py'));
    await link(at('app/c.py'), at('c2.py'));
    before = await snapshotTree(project.path);
    await apply(
      modify('a.py', 'a = 1\n', 'a = 2 # longer\n'),
      remove('app/b.py', 'b = 1\r\n'),
      rename('app/c.py', 'd.py', 'c = 1'),
    );
    expect(await project.read('a2.py')).toBe('a = 2 # longer\n');
    expect((await lstat(at('a.py'))).nlink).toBe(2);
    await expectUndone();
    expect((await stat(at('b2.py'))).ino).toBe((await stat(at('app/b.py'))).ino);
  });

  it('is no matter of contents: line endings, marks and bytes that are no text stay', async () => {
    const odd = Buffer.from([0xef, 0xbb, 0xbf, 0x61, 0x0d, 0x0a, 0xff, 0x00, 0x0d]);
    const next = Buffer.concat([odd, Buffer.from('\r\n\n\r')]);
    await project.write('odd.py', odd);
    before = await snapshotTree(project.path);
    await apply(modify('odd.py', odd, next));
    expect((await readFile(at('odd.py'))).equals(next)).toBe(true);
    await expectUndone();
  });

  it('is kept where the system can neither move between the folders nor link', async () => {
    workspace = open(separateDisks);
    await chmod(at('a.py'), 0o755);
    before = await snapshotTree(project.path);
    await apply(
      modify('a.py', 'a = 1\n', ''),
      create('x/y.py', 'y = 1\n'),
      remove('app/b.py', 'b = 1\r\n'),
      rename('app/c.py', 'd.py', 'c = 1', 'd = 1\n'),
    );
    expect(await project.read('d.py')).toBe('d = 1\n');
    await expectUndone();
  });
});
