import { execFileSync } from 'node:child_process';
import { chmod, lstat, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { snapshotTree } from '@ids/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { GitFixture } from '../../test/git-fixture.js';
import { withGitComparison } from './index.js';

let repo: GitFixture;
beforeEach(async () => {
  repo = await GitFixture.make();
});
afterEach(async () => expect(await repo.remove()).toEqual([]));

describe('the working tree against HEAD', () => {
  it('finds modified, new, deleted and renamed files, and shows HEAD as the base', async () => {
    const long = Array.from({ length: 30 }, (_, line) => `line_${line} = ${line}\n`).join('');
    const head = await repo.commit({
      'a.py': 'A',
      'gone.py': 'G',
      'old.py': long,
      'same.py': 'S',
      'note.md': 'N',
    });
    await repo.write('a.py', 'B');
    await repo.write('pkg/new.py', 'N');
    await rm(join(repo.root, 'gone.py'));
    repo.git('mv', 'old.py', 'moved.py');
    await repo.write('moved.py', `${long}more = 1\n`);
    expect(await repo.workingTree()).toEqual({
      base: expect.any(String),
      commit: head,
      unjudged: [],
      changes: {
        'a.py': 'modify: A -> B',
        'gone.py': 'delete: G -> ',
        'moved.py': `rename old.py: ${long} -> ${long}more = 1\n`,
        'pkg/new.py': 'create:  -> N',
      },
      tree: { 'a.py': 'A', 'gone.py': 'G', 'old.py': long, 'same.py': 'S', 'note.md': 'N' },
    });
  });

  it('writes nothing into the project or its repository', async () => {
    await repo.commit({ 'a.py': 'A', 'b.py': 'B' });
    await repo.write('a.py', 'C');
    await repo.write('new.py', 'N');
    const before = await snapshotTree(repo.root);
    await repo.workingTree();
    await repo.staged();
    expect(await snapshotTree(repo.root)).toEqual(before);
  });

  it('says of an unchanged tree that there is nothing', async () => {
    const head = await repo.commit({ 'a.py': 'A' });
    expect(await repo.workingTree()).toMatchObject({ commit: head, changes: {}, unjudged: [], tree: {} });
  });

  it('takes everything as new where there is no commit yet', async () => {
    repo.git('init', '-q');
    await repo.write('a.py', 'A');
    expect(await repo.workingTree()).toMatchObject({
      commit: null,
      changes: { 'a.py': 'create:  -> A' },
      tree: {},
    });
    expect((await repo.staged()).changes).toEqual({});
    repo.git('add', '.');
    expect((await repo.staged()).changes).toEqual({ 'a.py': 'create:  -> A' });
  });

  it('leaves data files out unless tests will run', async () => {
    await repo.commit({ 'a.py': 'A', 'data.json': '1' });
    await repo.write('a.py', 'B');
    await repo.write('data.json', '2');
    await repo.write('big.json', '3'.repeat(2_000));
    expect(await repo.workingTree()).toMatchObject({
      changes: { 'a.py': 'modify: A -> B' },
      tree: { 'a.py': 'A' },
    });
    const all = await repo.workingTree({ everything: true });
    expect(all.changes).toEqual({ 'a.py': 'modify: A -> B', 'data.json': 'modify: 1 -> 2' });
    expect(all.tree).toEqual({ 'a.py': 'A', 'data.json': '1' });
  });

  it('takes line ends of a checkout and a changed mode for no change', async () => {
    await repo.commit({ 'crlf.py': 'a\r\nb\r\n', 'lf.py': 'a\nb\n', 'mode.py': 'M', 'real.py': 'a\nb\n' });
    await repo.write('lf.py', 'a\r\nb\r\n');
    await repo.write('real.py', 'a\r\nc\r\n');
    await chmod(join(repo.root, 'mode.py'), 0o755);
    expect((await repo.workingTree()).changes).toEqual({ 'real.py': 'modify: a\nb\n -> a\nc\n' });
  });

  it('sees files that are marked as unchanged or to be skipped', async () => {
    await repo.commit({ 'a.py': 'A', 'b.py': 'B', 'sparse.py': 'S' });
    repo.git('update-index', '--assume-unchanged', 'a.py');
    repo.git('update-index', '--skip-worktree', 'b.py', 'sparse.py');
    await repo.write('a.py', 'AA');
    await repo.write('b.py', 'BB');
    await rm(join(repo.root, 'sparse.py'));
    const seen = await repo.workingTree();
    expect(seen.changes).toEqual({ 'a.py': 'modify: A -> AA', 'b.py': 'modify: B -> BB' });
    expect(seen.tree).toMatchObject({ 'sparse.py': 'S' });
  });

  it('keeps ignored files, environments and submodules within reach, but not what tools keep', async () => {
    await repo.commit({ 'a.py': 'A', '.gitignore': '_version.py\ngenerated/\n.mypy_cache/\nenv2/\n' });
    await repo.write('a.py', 'B');
    await repo.write('_version.py', 'V');
    await repo.write('generated/x.py', 'X');
    await repo.write('.mypy_cache/x.py', 'X');
    await repo.write('.venv/pyvenv.cfg', 'home = /evil\nversion = 3.11.7\n');
    await repo.write('.venv/lib/x.py', 'X');
    await repo.write('.venv/bin/python3', 'X');
    await repo.write('.ids/backups/x.py', 'X');
    await repo.write('env2/pyvenv.cfg', '');
    const seen = await repo.workingTree();
    expect(seen.changes).toEqual({ 'a.py': 'modify: A -> B' });
    expect(seen.tree).toEqual({
      'a.py': 'A',
      '_version.py': 'V',
      generated: 'link /repo/generated',
      '.venv/pyvenv.cfg': 'version = 3.11.7\n',
      '.venv/lib': 'link /repo/.venv/lib',
      'env2/pyvenv.cfg': '',
    });
  });

  it('shows no environment that came with the repository, in which anything may stand', async () => {
    await repo.commit({ 'a.py': 'A', 'venv/pyvenv.cfg': 'home = /evil\n', 'deep/venv/pyvenv.cfg': 'X' });
    await symlink('deep/venv', join(repo.root, '.venv'));
    await repo.commit({});
    await repo.write('a.py', 'B');
    const { tree } = await repo.workingTree({ everything: true });
    expect(tree).toEqual({ 'a.py': 'A', 'venv/pyvenv.cfg': '' });
  });

  it('judges named files only, and takes the others as they will be', async () => {
    await repo.commit({ 'a.py': 'A', 'pkg/b.py': 'B', 'c.py': 'C' });
    await repo.write('a.py', 'AA');
    await repo.write('pkg/b.py', 'BB');
    await repo.write('new.py', 'N');
    await rm(join(repo.root, 'c.py'));
    const seen = await repo.workingTree({ paths: ['pkg', 'nothing.py'] });
    expect(seen.changes).toEqual({ 'pkg/b.py': 'modify: B -> BB' });
    expect(seen.tree).toEqual({ 'a.py': 'AA', 'pkg/b.py': 'B', 'new.py': 'N' });
    expect(Object.keys((await repo.workingTree({ paths: ['.'] })).changes)).toHaveLength(4);
  });

  it('parts a renaming of which one name is not among the named ones', async () => {
    const long = 'x = 1\n'.repeat(30);
    await repo.commit({ 'old.py': long });
    repo.git('mv', 'old.py', 'new.py');
    const seen = await repo.workingTree({ paths: ['new.py'] });
    expect([seen.changes, seen.tree]).toEqual([{ 'new.py': `create:  -> ${long}` }, {}]);
  });

  it('puts a folder in the place of a file, and a file in that of a folder', async () => {
    await repo.commit({ a: 'x', 'a.py': 'A', 'b/x.py': 'X' });
    await rm(join(repo.root, 'a.py'));
    await repo.write('a.py/inner.py', 'I');
    await rm(join(repo.root, 'b'), { recursive: true });
    await repo.write('b', 'x');
    const seen = await repo.workingTree();
    expect(Object.keys(seen.changes)).toEqual(['a.py', 'a.py/inner.py', 'b/x.py']);
  });

  it('takes a file for removed that is behind a link now, or is none any more', async () => {
    await repo.commit({ 'pkg/deep/a.py': 'A', 'b.py': 'B', 'c.py': 'C' });
    const elsewhere = join(repo.folder, 'elsewhere');
    await mkdir(join(elsewhere, 'deep'), { recursive: true });
    await writeFile(join(elsewhere, 'deep/a.py'), 'SECRET');
    await rm(join(repo.root, 'pkg'), { recursive: true });
    await symlink(elsewhere, join(repo.root, 'pkg'));
    await rm(join(repo.root, 'b.py'));
    execFileSync('mkfifo', [join(repo.root, 'b.py')]);
    await repo.write('c.py', 'CC');
    expect((await repo.workingTree()).changes).toEqual({
      'pkg/deep/a.py': 'delete: A -> ',
      'b.py': 'delete: B -> ',
      'c.py': 'modify: C -> CC',
    });
  });

  it('refuses more than it can take', async () => {
    await repo.commit({ 'a.py': 'A' });
    for (let part = 0; part < 9; part += 1)
      await repo.write(`big${part}.py`, Buffer.alloc(8 * 1024 * 1024, 32));
    await expect(repo.workingTree()).rejects.toMatchObject({ code: 'change_too_large' });
  });

  it('ends at once when it is aborted, and leaves nothing', async () => {
    await repo.commit({ 'a.py': 'A' });
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(repo.workingTree({ signal })).rejects.toThrow('enough');
  });
});

describe('names and kinds of files', () => {
  it('tells of a Python file whose name is no UTF-8', async () => {
    await repo.commit({ 'a.py': 'A' });
    const name = Buffer.concat([Buffer.from(`${repo.root}/`), Buffer.from([0xe9]), Buffer.from('.py')]);
    await writeFile(name, 'x');
    await repo.write('ü b\n"c.py', 'odd');
    const seen = await repo.workingTree();
    expect(seen.changes).toEqual({ 'ü b\n"c.py': 'create:  -> odd' });
    expect(seen.unjudged).toEqual([{ path: '\ufffd.py', severity: 'warning', reason: expect.any(String) }]);
  });

  it('does not judge links, and lets none lead out of the base', async () => {
    await repo.commit({ 'a.py': 'A', 'was-file.py': 'F', 'pkg/x.py': 'X' });
    await symlink('/etc/hostname', join(repo.root, 'out.py'));
    await symlink('../../temp', join(repo.root, 'pkg', 'far'));
    await symlink('a.py', join(repo.root, 'in.py'));
    await symlink('pkg', join(repo.root, 'folder'));
    await repo.commit({});
    await rm(join(repo.root, 'in.py'));
    await repo.write('in.py', 'now a file');
    await rm(join(repo.root, 'was-file.py'));
    await symlink('a.py', join(repo.root, 'was-file.py'));
    await symlink('a.py', join(repo.root, 'new-link.py'));
    const seen = await repo.workingTree();
    expect(seen.changes).toEqual({ 'in.py': 'create:  -> now a file' });
    expect(seen.tree).toEqual({
      'a.py': 'A',
      'pkg/x.py': 'X',
      folder: 'link pkg',
      'was-file.py': 'link a.py',
      'new-link.py': 'link a.py',
    });
  });

  it('copies files and never gives one of the project another name', async () => {
    await repo.commit({ 'a.py': 'A', '.gitignore': 'ignored.py' });
    await repo.write('ignored.py', 'I');
    await repo.write('b.py', 'B');
    const links = async (): Promise<number[]> =>
      await Promise.all(
        ['a.py', 'ignored.py'].map(async (path) => (await lstat(join(repo.root, path))).nlink),
      );
    const signal = new AbortController().signal;
    const request = {
      root: repo.root,
      side: 'working-tree',
      everything: true,
      maxFileBytes: 1_000,
      tempFolder: repo.temp,
      signal,
    } as const;
    expect(await withGitComparison(request, links)).toEqual([1, 1]);
  });
});
