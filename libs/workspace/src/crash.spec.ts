import type { ChangeSet } from '@ids/contracts';
import { newSessionId } from '@ids/kernel';
import { makeProject, snapshotTree, type TestProject } from '@ids/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, link, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { create, modify, remove, rename } from '../test/changes.js';
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
  modify('shared.py', SHARED, `${SHARED.replaceAll('1', '2')}# longer\n`),
];

let scratch = '';
let template: TestProject;
let before: Record<string, string>;
let after: Record<string, string>;

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
  // Such a file is rewritten in place, which can be cut off in the middle of its contents.
  await link(join(template.path, 'shared.py'), join(template.path, 'same.py'));
  await writeFile(join(scratch, 'changes.json'), JSON.stringify(CHANGES));
  before = await snapshotTree(template.path);
  const clean = await copyOf(template.path, 'clean');
  expect(await open(clean).apply(sessionId, CHANGES, guard)).toMatchObject({ kind: 'applied' });
  after = await snapshotTree(clean);
  expect(await open(clean).undo(sessionId, guard)).toMatchObject({ kind: 'undone' });
  expect(await snapshotTree(clean)).toEqual(before);
}, 30_000);

afterAll(async () => {
  await template.remove();
  await rm(scratch, { recursive: true, force: true });
});

/** The child runs as JavaScript, from a folder that resolves packages as the repository does. */
async function compileChild(): Promise<void> {
  const swc = join('node_modules', '@swc', 'cli', 'bin', 'swc.js');
  const libraries = ['kernel', 'contracts', 'workspace'].map((name) => join('libs', name));
  await run(process.execPath, [swc, ...libraries, '-d', scratch, '--ignore', '**/*.spec.ts']);
  await writeFile(join(scratch, 'package.json'), '{"type":"module"}');
  await symlink(join(process.cwd(), 'node_modules'), join(scratch, 'node_modules'));
}

function open(root: string, fatal?: number): Workspace {
  const fs = fatal === undefined ? hastyFileSystem : dyingFileSystem(fatal);
  return new Workspace(root, { maxFileBytes: 1_000_000, fs });
}

/** With its modes, owners, links and hard links. */
async function copyOf(path: string, name: string): Promise<string> {
  const copy = join(scratch, name);
  await run('cp', ['-a', path, copy]);
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
async function killEverywhere(
  start: string,
  what: 'apply' | 'undo',
  check: (killed: string) => Promise<void>,
): Promise<number> {
  let next = 0;
  let deaths = 0;
  let survived = false;
  const lane = async (): Promise<void> => {
    while (!survived) {
      next += 1;
      const fatal = next;
      const root = await copyOf(start, `${what}-${fatal}`);
      if (await diesAt(root, what, fatal)) deaths += 1;
      else survived = true;
      await check(root);
      await rm(root, { recursive: true });
    }
  };
  await Promise.all([lane(), lane()]);
  return deaths;
}

async function expectApplied(root: string): Promise<void> {
  expect(await open(root).apply(sessionId, CHANGES, guard)).toMatchObject({ kind: 'applied' });
  expect(await snapshotTree(root)).toEqual(after);
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
async function finishBothWays(killed: string): Promise<void> {
  const copy = await copyOf(killed, `${killed.split('/').at(-1)}-copy`);
  await expectApplied(killed);
  await expectUndone(copy);
  await rm(copy, { recursive: true });
}

describe('a process killed at every call that changes something', () => {
  it('while applying: a fresh one applies all of it, or undoes all of it', async () => {
    expect(await killEverywhere(template.path, 'apply', finishBothWays)).toBeGreaterThan(60);
  }, 120_000);

  it('while undoing: a fresh one undoes all of it, or applies all of it again', async () => {
    const applied = await copyOf(template.path, 'applied');
    await expectApplied(applied);
    expect(await killEverywhere(applied, 'undo', finishBothWays)).toBeGreaterThan(30);
  }, 120_000);
});

describe('processes that die one after the other', () => {
  it('leave a tree that the next one finishes either way', async () => {
    for (let seed = 1; seed <= 40; seed += 1) {
      const root = await copyOf(template.path, `series-${seed}`);
      for (const death of [1, 2, 3]) {
        const fatal = 1 + ((seed * 37 + death * 53 + seed * death * 11) % 90);
        const undoes = ((seed >> (death - 1)) & 1) === 1;
        const dying = open(root, fatal);
        await (undoes ? dying.undo(sessionId, guard) : dying.apply(sessionId, CHANGES, guard)).catch(
          (error: unknown) => expect(String(error)).toContain('the process is dead'),
        );
      }
      await finishBothWays(root);
      await rm(root, { recursive: true });
    }
  }, 60_000);
});
