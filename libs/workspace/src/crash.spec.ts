import type { ChangeSet } from '@ids/contracts';
import { newSessionId } from '@ids/kernel';
import { makeProject, snapshotTree, type TestProject } from '@ids/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, link, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { create, modify, remove, rename } from '../test/changes.js';
import { copyTree } from '../test/copy-tree.js';
import { dyingFileSystem, hastyFileSystem } from '../test/counting-file-system.js';
import { Workspace } from './index.js';

/** What a killed process wrote is there without any disk, and hundreds of trees are copied. */
const MEMORY = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
const run = promisify(execFile);
const guard = { check: () => Promise.resolve() };
const sessionId = newSessionId();

const OLD = 'def old():\n    return 1\n'.repeat(40);
const SHARED = 'shared = 1\n'.repeat(60);
const CHANGES: ChangeSet = [
  modify('app/a.py', OLD, OLD.replaceAll('1', '22')),
  create('app/fresh/deep/new.py', 'x = 1\n'),
  remove('app/gone.py', 'gone = True\n'),
  rename('app/before.py', 'lib/after.py', 'name = 1\n', 'name = 2\n'),
];
/** And a file with two names, which is rewritten in place: that can be cut off in the middle of its contents. */
const ALL = [...CHANGES, modify('shared.py', SHARED, `${SHARED.replaceAll('1', '2')}# longer\n`)];

let scratch = '';
let template: TestProject;
let before: Record<string, string>;
/** What the tree looks like once these changes are applied. */
const after = new Map<ChangeSet, Record<string, string>>();

beforeAll(async () => {
  scratch = await mkdtemp(join(MEMORY, 'ids-crash-'));
  await compileChild();
  template = await makeProject({
    'app/a.py': OLD,
    'app/gone.py': 'gone = True\n',
    'app/before.py': 'name = 1\n',
    'app/untouched.py': 'y = 1\n',
    'shared.py': SHARED,
  });
  await chmod(join(template.path, 'app/before.py'), 0o755);
  await mkdir(join(template.path, 'empty'));
  await symlink('app/a.py', join(template.path, 'link.py'));
  await link(join(template.path, 'shared.py'), join(template.path, 'same.py'));
  await writeFile(join(scratch, 'changes.json'), JSON.stringify(CHANGES));
  before = await snapshotTree(template.path);
  for (const changes of [CHANGES, ALL]) {
    const clean = copyOf(template.path, `clean-${changes.length}`);
    expect(await open(clean).apply(sessionId, changes, guard)).toMatchObject({ kind: 'applied' });
    after.set(changes, await snapshotTree(clean));
  }
}, 120_000);

afterAll(async () => {
  await template.remove();
  await rm(scratch, { recursive: true, force: true });
});

/** The child runs as JavaScript, from a folder that resolves packages as the repository does. */
async function compileChild(): Promise<void> {
  const swc = join('node_modules', '@swc', 'cli', 'bin', 'swc.js');
  const libraries = ['kernel', 'contracts', 'config', 'workspace'].map((name) => join('libs', name));
  await run(process.execPath, [swc, ...libraries, '-d', scratch, '--ignore', '**/*.spec.ts']);
  await writeFile(join(scratch, 'package.json'), '{"type":"module"}');
  await symlink(join(process.cwd(), 'node_modules'), join(scratch, 'node_modules'));
}

function open(root: string, fatal?: number): Workspace {
  const fs = fatal === undefined ? hastyFileSystem : dyingFileSystem(fatal);
  return new Workspace(root, { maxFileBytes: 1_000_000, fs });
}

function copyOf(path: string, name: string): string {
  const copy = join(scratch, name);
  copyTree(path, copy);
  return copy;
}

/** Whether a child that does `what` dies at call number `fatal`; false if it is done before. */
async function diesAt(root: string, what: 'apply' | 'undo', fatal: number): Promise<boolean> {
  const script = join(scratch, 'libs', 'workspace', 'test', 'crash-child.js');
  const child = spawn(
    process.execPath,
    [script, root, what, sessionId, join(scratch, 'changes.json'), String(fatal)],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  if (signal === null) expect(code).toBe(0);
  else expect(signal).toBe('SIGKILL');
  return signal !== null;
}

/** Kills a child at call 1, 2, 3 and so on, two at a time, until one survives; gives the number of deaths. */
async function killEverywhere(start: string, what: 'apply' | 'undo'): Promise<number> {
  let next = 0;
  let deaths = 0;
  let survived = false;
  const lane = async (): Promise<void> => {
    while (!survived) {
      next += 1;
      const fatal = next;
      const root = copyOf(start, `${what}-${fatal}`);
      if (await diesAt(root, what, fatal)) deaths += 1;
      else survived = true;
      await finishBothWays(root, CHANGES);
      await rm(root, { recursive: true });
    }
  };
  await Promise.all([lane(), lane()]);
  return deaths;
}

async function expectApplied(root: string, changes: ChangeSet): Promise<void> {
  expect(await open(root).apply(sessionId, changes, guard)).toMatchObject({ kind: 'applied' });
  expect(await snapshotTree(root)).toEqual(after.get(changes));
  await expectOnlyBackups(root);
}

async function expectUndone(root: string): Promise<void> {
  const outcome = await open(root).undo(sessionId, guard);
  expect(['undone', 'nothing']).toContain(outcome.kind);
  expect(await snapshotTree(root)).toEqual(before);
  await expectOnlyBackups(root);
}

async function expectOnlyBackups(root: string): Promise<void> {
  const names = await readdir(join(root, '.ids')).catch(() => []);
  expect(names.filter((name) => !['.gitignore', 'backups'].includes(name))).toEqual([]);
}

/** Finishes the same death in both ways. */
async function finishBothWays(killed: string, changes: ChangeSet): Promise<void> {
  const copy = copyOf(killed, `${basename(killed)}-copy`);
  await expectApplied(killed, changes);
  await expectUndone(copy);
  await rm(copy, { recursive: true });
}

describe('a process killed at every call that changes something', () => {
  it('while applying: a fresh one applies all of it, or undoes all of it', async () => {
    expect(await killEverywhere(template.path, 'apply')).toBeGreaterThan(40);
  }, 180_000);

  it('while undoing: a fresh one undoes all of it, or applies all of it again', async () => {
    const applied = copyOf(template.path, 'applied');
    await expectApplied(applied, CHANGES);
    expect(await killEverywhere(applied, 'undo')).toBeGreaterThan(20);
  }, 180_000);
});

/** The same without a process: all calls from number `fatal` on fail. */
async function fakesDeathAt(root: string, what: string, fatal: number): Promise<boolean> {
  const dying = open(root, fatal);
  const work = what === 'undo' ? dying.undo(sessionId, guard) : dying.apply(sessionId, ALL, guard);
  return await work.then(
    () => false,
    (error: unknown) => {
      expect(String(error)).toContain('the process is dead');
      return true;
    },
  );
}

describe('a death', () => {
  it.each(['apply', 'undo'])(
    'at any call of %s is made up for, also halfway through a file',
    async (what) => {
      const start = copyOf(template.path, `start-${what}`);
      if (what === 'undo') await expectApplied(start, ALL);
      for (let fatal = 1, died = true; died; fatal += 1) {
        const root = copyOf(start, `${what}-in-process-${fatal}`);
        died = await fakesDeathAt(root, what, fatal);
        await finishBothWays(root, ALL);
        await rm(root, { recursive: true });
      }
    },
    60_000,
  );

  it('that follows on another, and on one more, is made up for', async () => {
    for (let seed = 1; seed <= 40; seed += 1) {
      const root = copyOf(template.path, `series-${seed}`);
      for (const death of [0, 1, 2]) {
        const fatal = 1 + ((seed * 37 + death * 53 + seed * death * 11) % 70);
        await fakesDeathAt(root, ((seed >> death) & 1) === 1 ? 'undo' : 'apply', fatal);
      }
      await finishBothWays(root, ALL);
      await rm(root, { recursive: true });
    }
  }, 60_000);
});
