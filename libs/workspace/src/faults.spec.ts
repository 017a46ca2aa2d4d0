import { newSessionId } from '@ids/kernel';
import { makeProject, snapshotTree, type TestProject } from '@ids/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { create, modify } from '../test/changes.js';
import { hastyFileSystem } from '../test/counting-file-system.js';
import { Workspace, type FileSystemPort } from './index.js';

const run = promisify(execFile);
const guard = { check: () => Promise.resolve() };
const sessionId = newSessionId();
/** Only root may mount: a real full or read-only disk is tried there, and must be. */
const asRoot = process.geteuid?.() === 0 ? it : it.skip;
/** Modes do not bind root. */
const asOther = process.geteuid?.() === 0 ? it.skip : it;

/** A system whose renames to some paths fail. */
function failing(system: string, at: (path: string) => boolean): FileSystemPort {
  return {
    ...hastyFileSystem,
    rename: async (from, to) => {
      if (at(to)) throw Object.assign(new Error(system), { code: system, path: from });
      await hastyFileSystem.rename(from, to);
    },
  };
}

describe('a small disk', () => {
  let disk = '';
  const TEXT = 'x = 1\n'.repeat(30_000);

  beforeEach(async () => {
    disk = await mkdtemp(join(tmpdir(), 'ids-disk-'));
  });
  afterEach(async () => {
    await run('umount', [disk]).catch(() => undefined);
    await rmdir(disk);
  });

  asRoot(
    'that is full ends applying with disk_full: the tree is as before, nothing is left of it',
    async () => {
      await run('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk]);
      const workspace = new Workspace(disk, { maxFileBytes: 1_000_000 });
      await writeFile(join(disk, 'a.py'), TEXT);
      // From no room for the first folder to room for the backup but not for the new contents.
      for (const free of [0, 1, 2, 4, 10, 40, 46, 48, 60, 80]) {
        const filled = 1_048_576 - 45 * 4_096 - free * 4_096;
        await writeFile(join(disk, 'filler.bin'), Buffer.alloc(filled)).catch(() => undefined);
        const before = await snapshotTree(disk);
        const changes = [modify('a.py', TEXT, TEXT.replaceAll('1', '2')), create('new/b.py', TEXT)];
        await expect(workspace.apply(sessionId, changes, guard)).rejects.toMatchObject({ code: 'disk_full' });
        expect(await snapshotTree(disk)).toEqual(before);
        expect(await workspace.undo(sessionId, guard)).toEqual({ kind: 'nothing' });
        const left: string[] = await readdir(join(disk, '.ids')).catch(() => []);
        expect(left.filter((name) => name !== '.gitignore')).toEqual(
          left.includes('backups') ? ['backups'] : [],
        );
        if (left.includes('backups')) expect(await readdir(join(disk, '.ids/backups'))).toEqual([]);
        await rm(join(disk, 'filler.bin'), { force: true });
        await rm(join(disk, '.ids'), { recursive: true, force: true });
      }
    },
  );

  asRoot('that is read-only ends applying with project_read_only, and says where', async () => {
    await run('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk]);
    await writeFile(join(disk, 'a.py'), 'a = 1\n');
    const workspace = new Workspace(disk, { maxFileBytes: 1_000_000 });
    const changes = [modify('a.py', 'a = 1\n', 'a = 2\n')];
    await run('mount', ['-o', 'remount,ro', disk]);
    await expect(workspace.apply(sessionId, changes, guard)).rejects.toMatchObject({
      code: 'project_read_only',
      details: { path: '.ids' },
    });
    expect(await workspace.undo(sessionId, guard)).toEqual({ kind: 'nothing' });
    await run('mount', ['-o', 'remount,rw', disk]);
    await workspace.apply(sessionId, changes, guard);
    await run('mount', ['-o', 'remount,ro', disk]);
    await expect(workspace.undo(sessionId, guard)).rejects.toMatchObject({ code: 'project_read_only' });
    await run('mount', ['-o', 'remount,rw', disk]);
    expect(await workspace.undo(sessionId, guard)).toMatchObject({ kind: 'undone' });
  });
});

describe('an error of the system', () => {
  let project: TestProject;
  beforeEach(async () => {
    project = await makeProject({ 'a.py': 'a = 1\n', 'b.py': 'b = 1\n' });
  });
  afterEach(() => project.remove());

  const open = (fs: FileSystemPort = hastyFileSystem): Workspace =>
    new Workspace(project.path, { maxFileBytes: 1_000_000, fs });
  const CHANGES = [modify('a.py', 'a = 1\n', 'a = 2\n'), modify('b.py', 'b = 1\n', 'b = 2\n')];

  it.each([
    ['ENOSPC', 'disk_full'],
    ['EDQUOT', 'disk_full'],
    ['EROFS', 'project_read_only'],
    ['EACCES', 'project_read_only'],
    ['EPERM', 'project_read_only'],
    ['EIO', 'EIO'],
  ])(
    '%s in the middle of the project becomes %s, and undoing returns all to before',
    async (system, code) => {
      const before = await snapshotTree(project.path);
      const fs = failing(system, (to) => to === join(project.path, 'b.py'));
      await expect(open(fs).apply(sessionId, CHANGES, guard)).rejects.toMatchObject({ code });
      expect(await project.read('a.py')).toBe('a = 2\n');
      expect(await open().undo(sessionId, guard)).toMatchObject({ kind: 'undone' });
      expect(await snapshotTree(project.path)).toEqual(before);
    },
  );

  it('because the project went away becomes project_vanished', async () => {
    const moved = `${project.path}-moved`;
    const going: FileSystemPort = {
      ...hastyFileSystem,
      mkdir: async (path) => {
        await rename(project.path, moved);
        await hastyFileSystem.mkdir(path);
      },
    };
    await expect(open(going).apply(sessionId, CHANGES, guard)).rejects.toMatchObject({
      code: 'project_vanished',
    });
    await expect(open().apply(sessionId, CHANGES, guard)).rejects.toMatchObject({ code: 'project_vanished' });
    await expect(open().undo(sessionId, guard)).rejects.toMatchObject({ code: 'project_vanished' });
    await rename(moved, project.path);
  });

  asOther('a folder that may not be written becomes project_read_only', async () => {
    await mkdir(join(project.path, 'locked'));
    await chmod(join(project.path, 'locked'), 0o555);
    const changes = [create('locked/x.py', '')];
    await expect(open().apply(sessionId, changes, guard)).rejects.toMatchObject({
      code: 'project_read_only',
    });
    expect(await open().undo(sessionId, guard)).toMatchObject({ kind: 'undone' });
    await chmod(join(project.path, 'locked'), 0o755);
  });
});
