import type { ChangeSet, PlannedChange } from '@ids/contracts';
import { newSessionId } from '@ids/kernel';
import { makeProject, snapshotTree } from '@ids/testing';
import { describe, expect, it } from '@jest/globals';
import { chmod, link, mkdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { create, modify, remove, rename } from '../test/changes.js';
import { dyingFileSystem, hastyFileSystem } from '../test/counting-file-system.js';
import { Workspace } from './index.js';

const guard = { check: () => Promise.resolve() };

/** Numbers that look random and come back for the same seed (mulberry32). */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

type Pick = ReturnType<typeof random>;

function bytes(pick: Pick): Buffer {
  const lines = ['x = 1\n', 'y = 2\r\n', '\r', '\ufeff', '', 'é', 'z'];
  const text = Array.from({ length: pick(6) }, () => lines[pick(lines.length)]).join('');
  return Buffer.concat([Buffer.from(text), Buffer.from(Array.from({ length: pick(4) }, () => pick(256)))]);
}

/** A project with folders, modes, links and hard links, and a change set that fits it. */
async function example(pick: Pick) {
  const files = new Map<string, Buffer>();
  for (let index = 0; index < 4 + pick(8); index += 1) {
    const folder = ['', 'app/', 'app/sub/', 'lib/'][pick(4)] ?? '';
    files.set(`${folder}f${index}.py`, bytes(pick));
  }
  const project = await makeProject(Object.fromEntries(files));
  await mkdir(join(project.path, 'empty/below'), { recursive: true });
  const names = [...files.keys()];
  for (const name of names) {
    const path = join(project.path, name);
    await chmod(path, [0o644, 0o600, 0o755, 0o664, 0o4755][pick(5)] ?? 0o644);
    if (pick(4) === 0) await link(path, join(project.path, `hard${names.indexOf(name)}.txt`));
  }
  const linked = names[0] ?? '';
  await symlink(linked, join(project.path, 'link.py'));
  const changes: PlannedChange[] = [];
  for (const [index, name] of names.entries()) {
    const before = files.get(name) ?? Buffer.alloc(0);
    const viaLink = name === linked && pick(2) === 0 ? 'link.py' : name;
    const to = `${['', 'new/', 'new/deep/', 'app/'][pick(4)]}to${index}.py`;
    const all = [
      () => modify(viaLink, before, bytes(pick)),
      () => remove(viaLink, before),
      () => rename(name, to, before, pick(2) === 0 ? before : bytes(pick)),
      () => create(to, bytes(pick)),
    ];
    const make = all[pick(6)];
    if (make !== undefined) changes.push(make());
  }
  return { project, changes };
}

async function expectAfter(root: string, changes: ChangeSet): Promise<void> {
  for (const change of changes) {
    const removed = change.operation === 'rename' ? change.from : change.path;
    if (change.operation !== 'delete') {
      const now = await readFile(join(root, change.path));
      expect(now.toString('base64')).toBe(change.after);
    }
    if (change.operation === 'delete' || change.operation === 'rename') {
      await expect(readFile(join(root, removed))).rejects.toMatchObject({ code: 'ENOENT' });
    }
  }
}

describe('any change set', () => {
  it('is applied as it says, and undone byte for byte, also after a death in between', async () => {
    for (let seed = 1; seed <= 60; seed += 1) {
      const pick = random(seed);
      const { project, changes } = await example(pick);
      const sessionId = newSessionId();
      const before = await snapshotTree(project.path);
      const open = (fs = hastyFileSystem): Workspace =>
        new Workspace(project.path, { maxFileBytes: 1_000_000, fs });
      try {
        expect(await open().apply(sessionId, changes, guard)).toMatchObject({ kind: 'applied' });
        await expectAfter(project.path, changes);
        await open(dyingFileSystem(1 + pick(60)))
          .undo(sessionId, guard)
          .catch(() => undefined);
        expect(await open().undo(sessionId, guard)).toMatchObject({ kind: 'undone' });
        expect(await snapshotTree(project.path)).toEqual(before);
      } catch (cause) {
        throw new Error(`with seed ${seed}: ${JSON.stringify(changes)}`, { cause });
      }
      await project.remove();
    }
  }, 120_000);
});
