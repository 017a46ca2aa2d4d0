import { newSessionId } from '@ids/kernel';
import { makeProject, snapshotTree, type TestProject } from '@ids/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { chmod, mkdir, readdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { create, modify, remove, rename } from '../test/changes.js';
import { dyingFileSystem, hastyFileSystem, watchedFileSystem } from '../test/counting-file-system.js';
import { Workspace, type FileSystemPort } from './index.js';

const guard = { check: () => Promise.resolve() };
const sessionId = newSessionId();
const CHANGES = [
  modify('a.py', 'a = 1\n', 'a = 2\n'),
  create('new/x.py', 'x = 1\n'),
  remove('app/b.py', 'b = 1\n'),
  rename('app/c.py', 'app/d.py', 'c = 1\n'),
];
let project: TestProject;
let workspace: Workspace;
let before: Record<string, string>;

beforeEach(async () => {
  project = await makeProject({ 'a.py': 'a = 1\n', 'app/b.py': 'b = 1\n', 'app/c.py': 'c = 1\n' });
  workspace = open();
  before = await snapshotTree(project.path);
});
afterEach(() => project.remove());

function open(fs: FileSystemPort = hastyFileSystem): Workspace {
  return new Workspace(project.path, { maxFileBytes: 1_000_000, fs });
}

const at = (path: string): string => join(project.path, path);
const PATHS = ['a.py', 'new/x.py', 'app/b.py', 'app/d.py', 'app/c.py'];

describe('undoing', () => {
  it('says nothing for a session that never began', async () => {
    expect(await workspace.undo(sessionId, guard)).toEqual({ kind: 'nothing' });
    expect(await workspace.previewUndo(sessionId)).toEqual({ kind: 'nothing' });
    expect(await readdir(project.path)).toEqual(['a.py', 'app']);
  });

  it('says the same again when it is done, whatever was edited since', async () => {
    await workspace.apply(sessionId, CHANGES, guard);
    expect(await workspace.previewUndo(sessionId)).toEqual({ kind: 'undone', paths: PATHS });
    expect(await snapshotTree(project.path)).not.toEqual(before);
    expect(await workspace.undo(sessionId, guard)).toEqual({ kind: 'undone', paths: PATHS });
    expect(await snapshotTree(project.path)).toEqual(before);
    await project.write('a.py', 'edited\n');
    expect(await workspace.previewUndo(sessionId)).toEqual({ kind: 'undone', paths: PATHS });
    expect(await workspace.undo(sessionId, guard)).toEqual({ kind: 'undone', paths: PATHS });
    expect(await project.read('a.py')).toBe('edited\n');
  });

  it.each<[string, string[], () => Promise<unknown>]>([
    ['a changed file was edited', ['a.py'], () => project.write('a.py', 'mine\n')],
    ['a created file was edited', ['new/x.py'], () => project.write('new/x.py', 'mine\n')],
    ['a changed file was deleted', ['a.py'], () => rm(at('a.py'))],
    ['a deleted file is there again', ['app/b.py'], () => project.write('app/b.py', 'mine\n')],
    ['a renamed file was edited', ['app/d.py'], () => project.write('app/d.py', 'mine\n')],
    ['a folder stands in its place', ['app/b.py'], () => mkdir(at('app/b.py'))],
    [
      'its folder leads elsewhere now',
      ['app/b.py', 'app/d.py', 'app/c.py'],
      async () => {
        await rm(at('app'), { recursive: true });
        await symlink('/', at('app'));
      },
    ],
  ])('touches nothing and names the files if %s', async (_, paths, edit) => {
    await workspace.apply(sessionId, CHANGES, guard);
    await edit();
    const edited = await snapshotTree(project.path);
    expect(await workspace.previewUndo(sessionId)).toEqual({ kind: 'conflict', paths });
    expect(await workspace.undo(sessionId, guard)).toEqual({ kind: 'conflict', paths });
    expect(await snapshotTree(project.path)).toEqual(edited);
  });

  it('also returns the mode of a file, even if somebody put its old contents back already', async () => {
    await workspace.apply(sessionId, CHANGES, guard);
    await project.write('a.py', 'a = 1\n');
    await chmod(at('a.py'), 0o600);
    await chmod(at('app/d.py'), 0o755);
    expect(await workspace.undo(sessionId, guard)).toMatchObject({ kind: 'undone' });
    expect(await snapshotTree(project.path)).toEqual(before);
  });

  it('goes through once the edit has been moved away', async () => {
    await workspace.apply(sessionId, CHANGES, guard);
    await project.write('a.py', 'mine\n');
    await workspace.undo(sessionId, guard);
    await project.write('a.py', 'a = 2\n');
    expect(await workspace.undo(sessionId, guard)).toMatchObject({ kind: 'undone' });
    expect(await snapshotTree(project.path)).toEqual(before);
  });

  it('keeps a folder that it made if something else is in it, and makes one again that went away', async () => {
    await workspace.apply(sessionId, CHANGES, guard);
    await project.write('new/own.py', 'mine\n');
    await rm(at('app'), { recursive: true });
    await project.write('app/d.py', 'c = 1\n');
    expect(await workspace.undo(sessionId, guard)).toMatchObject({ kind: 'undone' });
    expect(await readdir(at('new'))).toEqual(['own.py']);
    expect(await project.read('app/c.py')).toBe('c = 1\n');
  });

  it('refuses before touching anything if a backup is missing or damaged', async () => {
    const outcome = await workspace.apply(sessionId, CHANGES, guard);
    const backup = outcome.kind === 'applied' ? (outcome.changes[0]?.backup ?? '') : '';
    await project.write(backup, 'damaged');
    const applied = await snapshotTree(project.path);
    await expect(workspace.undo(sessionId, guard)).rejects.toMatchObject({
      code: 'rollback_failed',
      details: { backups: `.ids/backups/${sessionId}` },
    });
    expect(await snapshotTree(project.path)).toEqual(applied);
  });

  it.each(['', '{}', '{"version":2}', 'null'])('refuses a manifest that reads %j', async (text) => {
    await workspace.apply(sessionId, CHANGES, guard);
    await project.write(`.ids/backups/${sessionId}/manifest.json`, text);
    await expect(workspace.undo(sessionId, guard)).rejects.toMatchObject({ code: 'manifest_invalid' });
    await expect(workspace.previewUndo(sessionId)).rejects.toMatchObject({ code: 'manifest_invalid' });
  });

  it.each([
    ['path', '../out.py'],
    ['path', '.git/config'],
    ['backup', '.ids/backups/../../a.py'],
    ['backup', '/etc/passwd'],
    ['keep', `.ids/backups/${newSessionId()}/x.bak`],
  ])('refuses a manifest whose %s is %j', async (field, value) => {
    await workspace.apply(sessionId, CHANGES, guard);
    const file = `.ids/backups/${sessionId}/manifest.json`;
    const manifest = JSON.parse(await project.read(file)) as { entries: Record<string, unknown>[] };
    Object.assign(manifest.entries[0] ?? {}, { [field]: value });
    await project.write(file, JSON.stringify(manifest));
    await expect(workspace.undo(sessionId, guard)).rejects.toMatchObject({ code: 'manifest_invalid' });
  });
});

describe('the right to write', () => {
  it('is asked for before each step in the project, and its refusal stops at once', async () => {
    const steps = 7; // One at the start; then modify, new folder, create, delete, and both halves of the rename.
    for (let allowed = 0; allowed < steps; allowed += 1) {
      let left = allowed;
      const refusing = {
        check: () => {
          left -= 1;
          return left < 0 ? Promise.reject(new Error('stale')) : Promise.resolve();
        },
      };
      await expect(workspace.apply(sessionId, CHANGES, refusing)).rejects.toThrow('stale');
      left = 0;
      await expect(workspace.undo(sessionId, refusing)).rejects.toThrow('stale');
      await workspace.undo(sessionId, guard);
      expect(await snapshotTree(project.path)).toEqual(before);
    }
    let checks = 0;
    const counting = { check: () => Promise.resolve(void (checks += 1)) };
    await workspace.apply(sessionId, CHANGES, counting);
    expect(checks).toBe(steps);
  }, 30_000);
});

describe('a process that goes on after the session was undone', () => {
  it('can write nothing any more, at whatever call it was held up', async () => {
    for (let call = 1; call < 150; call += 1) {
      let calls = 0;
      let undone: string | undefined;
      const zombie = open(
        watchedFileSystem(async () => {
          calls += 1;
          if (calls !== call) return;
          undone = (await open().undo(sessionId, guard)).kind;
        }),
      );
      await zombie.apply(sessionId, CHANGES, guard).catch((error: unknown) => {
        expect(error).toMatchObject({ code: 'lock_lost' });
      });
      if (undone === undefined) break;
      // Before it had left anything, there was nothing to undo: it is as if it began only now.
      if (undone === 'nothing') await open().undo(sessionId, guard);
      expect(await snapshotTree(project.path)).toEqual(before);
      await rm(at('.ids'), { recursive: true, force: true });
    }
  }, 60_000);

  it('can write nothing any more once undoing has begun', async () => {
    for (let call = 1; call < 150; call += 1) {
      let calls = 0;
      let undoing: Promise<unknown> | undefined;
      const zombie = open(
        watchedFileSystem(async () => {
          calls += 1;
          if (calls !== call) return;
          // It goes on as soon as the undoing has renamed its stage, and that waits until it is through.
          await new Promise<void>((release) => {
            let steps = 0;
            const fs = watchedFileSystem(async () => {
              steps += 1;
              if (steps !== 2) return;
              release();
              await dead;
            });
            undoing = open(fs)
              .undo(sessionId, guard)
              .finally(() => release());
          });
        }),
      );
      const dead = zombie.apply(sessionId, CHANGES, guard).then(
        () => undefined,
        () => undefined,
      );
      await dead;
      if (undoing === undefined) break;
      await undoing;
      await open().undo(sessionId, guard);
      expect(await snapshotTree(project.path)).toEqual(before);
      await rm(at('.ids'), { recursive: true, force: true });
    }
  }, 60_000);
});

describe('leftovers of a killed process', () => {
  it('are gone after the next session, unless they are still needed', async () => {
    const dead = newSessionId();
    await open(dyingFileSystem(8))
      .apply(dead, CHANGES, guard)
      .catch(() => undefined);
    expect(await readdir(at('.ids/staging'))).toHaveLength(1);
    await workspace.apply(sessionId, [create('y.py', '')], guard);
    expect(await readdir(at('.ids'))).toEqual(['.gitignore', 'backups']);
  });
});
