import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ChangeSet } from '@ids/contracts';
import { newSessionId } from '@ids/kernel';
import { makeProject, snapshotTree, type TestProject } from '@ids/testing';
import { Workspace } from '@ids/workspace';
import { read } from './documents.js';

const run = promisify(execFile);
const script = /```python\n([\s\S]*?)```/.exec(read('docs/rollback.md'))?.[1] ?? '';
const guard = { check: () => Promise.resolve() };

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const old = (text: string) => ({
  before: base64(text),
  baseHash: createHash('sha256').update(text).digest('hex'),
});

const CHANGES: ChangeSet = [
  { operation: 'modify', path: 'app/a.py', after: base64('a = 2\n'), ...old('a = 1\n') },
  { operation: 'create', path: 'app/new/c.py', after: base64('c = 1\n') },
  { operation: 'delete', path: 'app/b.py', ...old('b = 1\n') },
  { operation: 'rename', path: 'app/d2.py', from: 'app/d.py', after: base64('d = 2\n'), ...old('d = 1\n') },
];

/** Processes start late on a busy machine. */
const LIMIT_MS = 30_000;

describe('the script of docs/rollback.md', () => {
  let project: TestProject;
  let undo: () => Promise<unknown>;
  let before: Record<string, string>;

  beforeEach(async () => {
    project = await makeProject({ 'app/a.py': 'a = 1\n', 'app/b.py': 'b = 1\n', 'app/d.py': 'd = 1\n' });
    await chmod(join(project.path, 'app/a.py'), 0o750);
    before = await snapshotTree(project.path);
    const session = newSessionId();
    const outcome = await new Workspace(project.path, { maxFileBytes: 1_000 }).apply(session, CHANGES, guard);
    expect(outcome.kind).toBe('applied');
    const file = join(project.path, '.ids/undo.py');
    await writeFile(file, script);
    undo = () => run('python3', ['-I', file, project.path, session], { timeout: LIMIT_MS });
  });
  afterEach(() => project.remove());

  it(
    'returns each file to what it was, from the manifest alone, and does no harm when it is run again',
    async () => {
      await undo();
      expect(await snapshotTree(project.path)).toEqual(before);
      await undo();
      expect(await snapshotTree(project.path)).toEqual(before);
    },
    LIMIT_MS,
  );

  it(
    'touches nothing when a file was edited since',
    async () => {
      await project.write('app/a.py', 'a = 3\n');
      const edited = await snapshotTree(project.path);
      await expect(undo()).rejects.toMatchObject({ stderr: expect.stringContaining('app/a.py') });
      expect(await snapshotTree(project.path)).toEqual(edited);
    },
    LIMIT_MS,
  );
});
