import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from '@jest/globals';
import { changeSetSchema, type ChangeSet } from '@ids/contracts';
import { makeProject, snapshotTree, type TestProject } from '@ids/testing';
import { renderDiff, summarize } from './render-diff.js';

const run = promisify(execFile);
type Files = Readonly<Record<string, string | Uint8Array>>;
const base64 = (content: string | Uint8Array): string => Buffer.from(content).toString('base64');
const sha256 = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

/** The change set that turns one set of files into another; `renames` from old to new path. */
function changesOf(before: Files, after: Files, renames: Readonly<Record<string, string>> = {}): ChangeSet {
  const changes: unknown[] = [];
  const taken = new Set(Object.values(renames));
  for (const [path, content] of Object.entries(before)) {
    const to = renames[path] ?? path;
    const next = after[to];
    const old = { baseHash: sha256(content), before: base64(content) };
    if (next === undefined) changes.push({ operation: 'delete', path, ...old });
    else if (to !== path)
      changes.push({ operation: 'rename', path: to, from: path, ...old, after: base64(next) });
    else if (!Buffer.from(next).equals(Buffer.from(content)))
      changes.push({ operation: 'modify', path, ...old, after: base64(next) });
  }
  for (const [path, content] of Object.entries(after)) {
    if (before[path] === undefined && !taken.has(path))
      changes.push({ operation: 'create', path, after: base64(content) });
  }
  return changeSetSchema.parse(changes);
}

const filesOf = (tree: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(tree).filter(([, entry]) => entry.startsWith('file')));

const many = (mark: string): string => Array.from({ length: 30_000 }, (_, i) => `${mark} ${i}\n`).join('');

describe('renderDiff, applied by git apply', () => {
  const projects: TestProject[] = [];
  afterEach(async () => {
    await Promise.all(projects.splice(0).map((project) => project.remove()));
  });

  async function project(files: Files): Promise<TestProject> {
    const made = await makeProject(files);
    projects.push(made);
    return made;
  }

  /** Applies the diff to `before`, expects exactly `after`, then takes it back. */
  async function roundTrip(before: Files, after: Files, renames?: Record<string, string>): Promise<string> {
    const diff = renderDiff(changesOf(before, after, renames));
    const there = await project(before);
    const wanted = await snapshotTree((await project(after)).path);
    const began = await snapshotTree(there.path);
    const patch = join((await project({ 'p.diff': diff })).path, 'p.diff');
    const env = {
      ...process.env,
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CEILING_DIRECTORIES: dirname(there.path),
    };
    await run('git', ['apply', '--whitespace=nowarn', patch], { cwd: there.path, env });
    expect(filesOf(await snapshotTree(there.path))).toEqual(filesOf(wanted));
    await run('git', ['apply', '--whitespace=nowarn', '-R', patch], { cwd: there.path, env });
    expect(filesOf(await snapshotTree(there.path))).toEqual(filesOf(began));
    return diff;
  }

  const long = Array.from({ length: 60 }, (_, i) => `line ${i}\n`).join('');
  const cases: [string, Files, Files, Record<string, string>?][] = [
    [
      'a modified file',
      { 'a.py': long },
      { 'a.py': long.replace('line 5\n', 'five\n').replace('line 50\n', '') },
    ],
    ['a created file', {}, { 'pkg/new.py': 'x = 1\n' }],
    ['an empty created file', {}, { 'pkg/__init__.py': '' }],
    ['a created file without a final newline', {}, { 'new.py': 'x = 1' }],
    ['a deleted file', { 'a.py': long, 'b.py': 'x\n' }, { 'b.py': 'x\n' }],
    ['an empty deleted file', { 'a.py': '', 'b.py': 'x\n' }, { 'b.py': 'x\n' }],
    ['a file that becomes empty', { 'a.py': 'x\n' }, { 'a.py': '' }],
    ['a file that was empty', { 'a.py': '' }, { 'a.py': 'x\n' }],
    ['a renamed file', { 'a.py': long }, { 'pkg/b.py': long }, { 'a.py': 'pkg/b.py' }],
    ['an empty renamed file', { 'a.py': '' }, { 'b.py': '' }, { 'a.py': 'b.py' }],
    ['a renamed and edited file', { 'a.py': long }, { 'b.py': `${long}more\n` }, { 'a.py': 'b.py' }],
    ['no final newline, kept', { 'a.py': 'a\nb' }, { 'a.py': 'c\nb' }],
    ['no final newline, last line edited', { 'a.py': 'a\nb' }, { 'a.py': 'a\nc' }],
    ['a final newline added', { 'a.py': 'a\nb' }, { 'a.py': 'a\nb\n' }],
    ['a final newline taken', { 'a.py': 'a\nb\n' }, { 'a.py': 'a\nb' }],
    ['CRLF', { 'a.py': 'a\r\nb\r\nc\r\n' }, { 'a.py': 'a\r\nB\r\nc\r\n' }],
    ['CRLF to LF', { 'a.py': 'a\r\nb\r\n' }, { 'a.py': 'a\nb\n' }],
    ['mixed line ends with lone CR', { 'a.py': 'a\rb\r\nc\nd' }, { 'a.py': 'a\rb\r\nC\nd' }],
    ['a byte order mark', { 'a.py': '\ufeffa = 1\nb\n' }, { 'a.py': '\ufeffa = 2\nb\n' }],
    [
      'line separators of Unicode',
      { 'a.py': 'a\u2028b\u0085\fc\nd\n' },
      { 'a.py': 'a\u2028b\u0085\fc\ne\n' },
    ],
    ['UTF-8 text', { 'a.py': 'größe = "日本 🚢"\n' }, { 'a.py': 'größe = "日本語 🚢"\n' }],
    [
      'latin-1',
      { 'a.py': Buffer.from('# coding: latin-1\ns = "é"\n', 'latin1') },
      { 'a.py': Buffer.from('# coding: latin-1\ns = "éà"\n', 'latin1') },
    ],
    ['latin-1 created', {}, { 'a.py': Buffer.from('# coding: latin-1\ns = "é"\n', 'latin1') }],
    ['latin-1 deleted', { 'a.py': Buffer.from('é'.repeat(400), 'latin1'), b: '' }, { b: '' }],
    [
      'names with spaces',
      { 'my app/a b.py': 'a\n', 'c d.py': 'x\n' },
      { 'my app/a b.py': 'b\n', 'e f.py': 'y\n' },
    ],
    ['renames of names with spaces', { 'a b.py': 'a\n' }, { 'c d.py': 'a\n' }, { 'a b.py': 'c d.py' }],
    ['names with quotes and backslashes', { 'a"b\\c.py': 'a\n' }, { 'a"b\\c.py': 'b\n' }],
    ['names with control characters', { 'a\tb\nc\u0001.py': 'a\n' }, { 'a\tb\nc\u0001.py': 'b\n' }],
    ['names in other alphabets', { 'größe/日本.py': 'a\n' }, { 'größe/日本.py': 'b\n' }],
    [
      'content like a diff',
      { 'a.py': '--- a/x\n+++ b/x\n@@ -1 +1 @@\n' },
      { 'a.py': '--- a/y\n+++ b/x\n-- \n' },
    ],
  ];
  it.each(cases)('%s', async (...[, before, after, renames]) => {
    await roundTrip(before, after, renames);
  });

  it('many changes at once, all operations', async () => {
    const diff = await roundTrip(
      { 'a.py': long, 'b.py': 'b\n', 'c.py': long, 'd.py': 'd\n' },
      { 'a.py': long.replace('line 3', 'three'), 'e.py': long, 'f.py': 'f\n', 'd.py': 'd\n' },
      { 'c.py': 'e.py' },
    );
    expect(diff).toContain('rename from c.py\nrename to e.py');
    expect(diff).toContain('new file mode 100644');
    expect(diff).toContain('deleted file mode 100644');
  });

  it('two versions with nothing in common, in good time', async () => {
    await roundTrip({ 'a.py': many('old') }, { 'a.py': many('new') });
  });

  it('random edits', async () => {
    let seed = 7;
    const random = (below: number): number =>
      (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) % below;
    const text = (): string =>
      Array.from({ length: random(30) }, () => `l${random(4)}${['\n', '\r\n', '\n', ''][random(4)]}`).join(
        '',
      );
    const set = (): Files =>
      Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((name) => [`${name}.py`, text()]));
    for (let i = 0; i < 8; i += 1) await roundTrip(set(), set());
  });

  it('is empty for no change', () => {
    expect(renderDiff([])).toBe('');
  });
});

describe('summarize', () => {
  it('counts lines and knows no backup yet', () => {
    const changes = changesOf(
      { 'a.py': 'a\nb\nc\n', 'gone.py': 'x\ny\n', 'old.py': 'k\n' },
      { 'a.py': 'a\nB\nc\nd\n', 'new.py': 'n', 'young.py': 'k\n' },
      { 'old.py': 'young.py' },
    );
    expect(summarize(changes)).toEqual([
      { path: 'a.py', operation: 'modify', added: 2, removed: 1, backup: null },
      { path: 'gone.py', operation: 'delete', added: 0, removed: 2, backup: null },
      { path: 'young.py', operation: 'rename', from: 'old.py', added: 0, removed: 0, backup: null },
      { path: 'new.py', operation: 'create', added: 1, removed: 0, backup: null },
    ]);
  });

  it('counts lines that look like headers and those of other encodings', () => {
    const before = { 'a.py': Buffer.from('-- é\n++ x\n', 'latin1') };
    const after = { 'a.py': Buffer.from('-- à\n++ x\n', 'latin1') };
    expect(summarize(changesOf(before, after))).toMatchObject([{ added: 1, removed: 1 }]);
  });
});
