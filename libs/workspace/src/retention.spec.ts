import { newSessionId, type SessionId } from '@ids/kernel';
import { makeProject, type TestProject } from '@ids/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { create, modify } from '../test/changes.js';
import { dyingFileSystem, hastyFileSystem } from '../test/counting-file-system.js';
import { Workspace } from './index.js';

const guard = { check: () => Promise.resolve() };
const DAY = 24 * 60 * 60 * 1_000;
const START = Date.UTC(2026, 10, 1);
const nobody = (): Promise<boolean> => Promise.resolve(false);
const text = (version: number): string => `v = ${version}\n`.padEnd(400_000, '#');
let project: TestProject;
let now = START;
let workspace: Workspace;
let sessions: SessionId[];

/** Four sessions, one a day, each with a backup of 400 kB. */
beforeEach(async () => {
  project = await makeProject({ 'a.py': text(0) });
  workspace = new Workspace(project.path, {
    maxFileBytes: 1_000_000,
    fs: hastyFileSystem,
    clock: { now: () => now },
  });
  sessions = [newSessionId(), newSessionId(), newSessionId(), newSessionId()];
  for (const [day, sessionId] of sessions.entries()) {
    now = START + day * DAY;
    await workspace.apply(sessionId, [modify('a.py', text(day), text(day + 1))], guard);
  }
});
afterEach(() => project.remove());

describe('keeping backups', () => {
  it('removes those that are older than the days, and nothing else', async () => {
    now = START + 7.5 * DAY;
    const rules = { retentionDays: 6, maxSizeMb: 100 };
    expect(await workspace.retainBackups(rules, nobody)).toEqual(sessions.slice(0, 2));
    expect(await readdir(join(project.path, '.ids/backups'))).toEqual(sessions.slice(2));
    expect(await workspace.retainBackups(rules, nobody)).toEqual([]);
    expect(await workspace.undo(sessions[0]!, guard)).toEqual({ kind: 'nothing' });
    expect(await workspace.previewUndo(sessions[3]!)).toMatchObject({ kind: 'undone' });
    expect(await project.read('a.py')).toBe(text(4));
  });

  it('removes the oldest until the rest fits', async () => {
    const rules = { retentionDays: 100, maxSizeMb: 1 };
    expect(await workspace.retainBackups(rules, nobody)).toEqual(sessions.slice(0, 2));
  });

  it('never removes one that is needed', async () => {
    now = START + 50 * DAY;
    const isNeeded = (id: string): Promise<boolean> => Promise.resolve(id === sessions[1]);
    const removed = await workspace.retainBackups({ retentionDays: 1, maxSizeMb: 0 }, isNeeded);
    expect(removed).toEqual([sessions[0], sessions[2], sessions[3]]);
    expect(await readdir(join(project.path, '.ids/backups'))).toEqual([sessions[1]]);
  });

  it('never removes one whose session is at work, nor one that only a person can judge', async () => {
    const dead = newSessionId();
    let fatal = 1;
    const hasManifest = async (): Promise<boolean> =>
      (await workspace.previewUndo(dead)).kind !== 'nothing' && (await project.read('a.py')) === text(4);
    while (!(await hasManifest())) {
      fatal += 1;
      const dying = new Workspace(project.path, {
        maxFileBytes: 1,
        fs: dyingFileSystem(fatal),
        clock: { now: () => now },
      });
      await dying.apply(dead, [create('b.py', '')], guard).catch(() => undefined);
    }
    await project.write(`.ids/backups/${sessions[3]}/manifest.json`, 'torn');
    await project.write('.ids/backups/notes.txt', 'mine');
    now = START + 50 * DAY;
    const removed = await workspace.retainBackups({ retentionDays: 1, maxSizeMb: 0 }, nobody);
    expect(removed).toEqual(sessions.slice(0, 3));
    expect(await readdir(join(project.path, '.ids/backups'))).toEqual(
      expect.arrayContaining(['notes.txt', sessions[3], dead]),
    );
  });

  it('removes what a process left that was killed before it had a manifest', async () => {
    const dead = newSessionId();
    const folder = join(project.path, '.ids/backups', dead);
    await project.write(`.ids/backups/${dead}/a.py.bak`, 'half');
    await utimes(folder, START / 1_000, START / 1_000);
    now = START + 3.5 * DAY;
    expect(await workspace.retainBackups({ retentionDays: 3, maxSizeMb: 100 }, nobody)).toEqual(
      expect.arrayContaining([dead]),
    );
  });

  it('has nothing to do in a project without backups', async () => {
    const fresh = await makeProject();
    const other = new Workspace(fresh.path, { maxFileBytes: 1 });
    expect(await other.retainBackups({ retentionDays: 0, maxSizeMb: 0 }, nobody)).toEqual([]);
    expect(await readdir(fresh.path)).toEqual([]);
    await fresh.remove();
  });
});
