import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { GitFixture } from '../../test/git-fixture.js';

let repo: GitFixture;
let marks: string;
beforeEach(async () => {
  repo = await GitFixture.make();
  marks = join(repo.folder, 'marks');
  await mkdir(marks);
});
afterEach(async () => expect(await repo.remove()).toEqual([]));

/** A command that leaves a mark when it is run. */
const mark = (name: string): string => `touch ${join(marks, name)}; cat`;

const HOOKS = [
  'post-index-change',
  'reference-transaction',
  'post-checkout',
  'pre-commit',
  'fsmonitor-watchman',
];

/** Everything that a repository's own files can ask git to run. */
async function arm(gitDir: string): Promise<void> {
  const settings = {
    'core.fsmonitor': `touch ${join(marks, 'fsmonitor')}; false`,
    'core.sshCommand': mark('ssh'),
    'core.gitProxy': mark('proxy'),
    'core.pager': mark('pager'),
    'core.editor': mark('editor'),
    'core.alternateRefsCommand': mark('alternate-refs'),
    'core.hooksPath': join(gitDir, 'hooks'),
    'core.autocrlf': 'true',
    'core.worktree': '/etc',
    'credential.helper': `!${mark('credential')}`,
    'diff.external': mark('diff-external'),
    'diff.x.textconv': mark('textconv'),
    'diff.x.command': mark('diff-command'),
    'filter.x.clean': mark('clean'),
    'filter.x.smudge': mark('smudge'),
    'filter.x.process': mark('process'),
    'filter.x.required': 'true',
    'merge.x.driver': mark('merge'),
    'gpg.program': mark('gpg'),
    'extensions.partialClone': 'origin',
    'remote.origin.promisor': 'true',
    'remote.origin.url': `ext::sh -c "touch ${join(marks, 'remote')}"`,
    'remote.origin.vcs': 'ext',
    'remote.origin.uploadpack': mark('uploadpack'),
    'protocol.allow': 'always',
    'alias.diff-index': `!${mark('alias')}`,
    'include.path': join(repo.folder, 'included'),
    'uploadpack.packObjectsHook': mark('pack-objects'),
    'index.sparse': 'true',
    'core.untrackedCache': 'true',
  };
  await writeFile(
    join(repo.folder, 'included'),
    `[core]\n\tfsmonitor = "touch ${join(marks, 'included')}; false"\n`,
  );
  const config = join(gitDir, 'config');
  for (const [key, value] of Object.entries(settings))
    repo.gitIn('/', 'config', '--file', config, key, value);
  await mkdir(join(gitDir, 'info'), { recursive: true });
  await writeFile(join(gitDir, 'info', 'attributes'), '* filter=x diff=x merge=x\n');
  await mkdir(join(gitDir, 'hooks'), { recursive: true });
  for (const hook of HOOKS) {
    await writeFile(join(gitDir, 'hooks', hook), `#!/bin/sh\ntouch ${join(marks, hook)}\n`);
    await chmod(join(gitDir, 'hooks', hook), 0o755);
  }
}

/** Only root can give files away. */
const asRoot = process.getuid?.() === 0 ? it : it.skip;

/** Runs git as a careless program would. */
function carelessly(...args: string[]): void {
  try {
    repo.git(...args);
  } catch {
    // What it answers does not matter, only what it ran.
  }
}

describe('a repository whose configuration names programs', () => {
  it('runs none of them', async () => {
    await repo.commit({
      'a.py': 'A',
      'b.py': 'B',
      '.gitattributes': '* filter=x diff=x ident\n',
      'old.py': 'x = 1\n'.repeat(30),
    });
    repo.git('mv', 'old.py', 'new.py');
    await repo.write('b.py', 'staged');
    repo.git('add', '.');
    await arm(join(repo.root, '.git'));
    await repo.write('a.py', 'changed');
    await repo.write('c.py', 'new');
    expect((await repo.workingTree({ everything: true })).changes).toMatchObject({
      'a.py': 'modify: A -> changed',
      'c.py': 'create:  -> new',
    });
    expect(Object.keys((await repo.staged()).changes)).toEqual(['b.py', 'new.py']);
    expect(await readdir(marks)).toEqual([]);
  });

  it('would run them for a program that asks git in the usual way', async () => {
    await repo.commit({ 'a.py': 'A' });
    await arm(join(repo.root, '.git'));
    repo.git('config', 'core.worktree', repo.root);
    await repo.write('a.py', 'changed');
    carelessly('status');
    carelessly('diff');
    carelessly('diff-index', '-p', 'HEAD');
    const marked = await readdir(marks);
    expect(marked).toEqual(expect.arrayContaining(['included', 'process']));
  });

  it('runs none of those of a submodule or of a repository inside either', async () => {
    const inner = join(repo.folder, 'inner');
    await mkdir(inner);
    repo.gitIn(inner, 'init', '-q');
    await writeFile(join(inner, 'x.py'), 'X');
    repo.gitIn(inner, 'add', '.');
    repo.gitIn(inner, 'commit', '-q', '-m', 'x');
    await repo.commit({ 'a.py': 'A' });
    repo.git('submodule', 'add', '-q', inner, 'sub');
    await repo.commit({});
    repo.gitIn(repo.root, 'clone', '-q', inner, 'nested');
    for (const gitDir of ['.git/modules/sub', 'nested/.git']) await arm(join(repo.root, gitDir));
    await repo.write('sub/x.py', 'XX');
    await repo.write('nested/x.py', 'XX');
    await repo.write('a.py', 'AA');
    const seen = await repo.workingTree();
    expect([seen.changes, seen.tree]).toEqual([
      { 'a.py': 'modify: A -> AA' },
      { 'a.py': 'A', sub: 'link /repo/sub' },
    ]);
    expect(await readdir(marks)).toEqual([]);
    carelessly('diff-files');
    expect(await readdir(marks)).not.toEqual([]);
  });

  it('fetches nothing that a partial clone lacks', async () => {
    await repo.commit({ 'a.py': 'A', 'b.py': 'B' });
    await arm(join(repo.root, '.git'));
    const oid = execFileSync('git', ['hash-object', '--stdin'], { input: 'A', encoding: 'utf8' }).trim();
    await rm(join(repo.root, '.git/objects', oid.slice(0, 2), oid.slice(2)));
    await repo.write('a.py', 'AA');
    await expect(repo.workingTree()).rejects.toMatchObject({
      code: 'git_failed',
      details: { reason: 'objects are missing, as in a partial clone' },
    });
    expect(await readdir(marks)).toEqual([]);
  });
});

const refused = (reason: string) => ({
  code: 'not_a_git_repository',
  details: { reason: expect.stringContaining(reason) },
});

describe('where a repository lies', () => {
  it('is none at all', async () => {
    await expect(repo.workingTree()).rejects.toMatchObject(refused('neither it nor a folder above'));
    repo.git('init', '-q', '--bare');
    await expect(repo.staged()).rejects.toMatchObject(refused('neither it nor a folder above'));
  });

  it('may be above the project, of which alone is spoken', async () => {
    await repo.commit({ 'a.py': 'A', 'svc/one/b.py': 'B', 'svc/two/c.py': 'C' });
    await repo.write('a.py', 'AA');
    await repo.write('svc/one/b.py', 'BB');
    await repo.write('svc/two/c.py', 'CC');
    const seen = await repo.workingTree({ root: join(repo.root, 'svc/one') });
    expect([seen.changes, seen.tree]).toEqual([{ 'b.py': 'modify: B -> BB' }, { 'b.py': 'B' }]);
  });

  it('is refused where the repository above ignores the project', async () => {
    await repo.commit({ '.gitignore': 'copy/\n' });
    await repo.write('copy/a.py', 'A');
    await expect(repo.workingTree({ root: join(repo.root, 'copy') })).rejects.toMatchObject(
      refused('ignores it'),
    );
  });

  it('may be a worktree, or a submodule', async () => {
    await repo.commit({ 'a.py': 'A' });
    const tree = join(repo.folder, 'tree');
    repo.git('worktree', 'add', '-q', tree);
    await writeFile(join(tree, 'a.py'), 'B');
    expect((await repo.workingTree({ root: tree })).changes).toEqual({ 'a.py': 'modify: A -> B' });
    expect((await repo.workingTree()).changes).toEqual({});
    repo.git('submodule', 'add', '-q', repo.root, 'sub');
    await repo.write('sub/a.py', 'C');
    expect((await repo.workingTree({ root: join(repo.root, 'sub') })).changes).toEqual({
      'a.py': 'modify: A -> C',
    });
  });

  it('is not what a .git file or link says that leads to somebody else', async () => {
    await repo.commit({ 'a.py': 'SECRET' });
    const thief = join(repo.folder, 'thief');
    await mkdir(thief);
    const point = async (target: string): Promise<void> =>
      await writeFile(join(thief, '.git'), `gitdir: ${target}\n`);
    await point(join(repo.root, '.git'));
    await expect(repo.staged({ root: thief })).rejects.toMatchObject(refused('does not lead back'));
    const admin = join(thief, 'admin/worktrees/x');
    await mkdir(admin, { recursive: true });
    await writeFile(join(admin, 'gitdir'), join(thief, '.git'));
    await writeFile(join(admin, 'commondir'), join(repo.root, '.git'));
    await point(admin);
    await expect(repo.staged({ root: thief })).rejects.toMatchObject(refused('does not lead back'));
    await rm(join(thief, '.git'));
    await symlink(join(repo.root, '.git'), join(thief, '.git'));
    await expect(repo.staged({ root: thief })).rejects.toMatchObject(refused('is a link'));
  });

  it('passes over a folder .git that holds no repository', async () => {
    await repo.commit({ 'svc/a.py': 'A' });
    await mkdir(join(repo.root, 'svc/.git'));
    await repo.write('svc/a.py', 'B');
    expect((await repo.workingTree({ root: join(repo.root, 'svc') })).changes).toEqual({
      'a.py': 'modify: A -> B',
    });
  });
});

describe('forms of a repository', () => {
  asRoot('may belong to another user', async () => {
    await repo.commit({ 'a.py': 'A' });
    await repo.write('a.py', 'B');
    execFileSync('chown', ['-R', '12345', repo.root]);
    expect(() => repo.git('status')).toThrow('dubious ownership');
    expect((await repo.workingTree()).changes).toEqual({ 'a.py': 'modify: A -> B' });
  });

  it('may use SHA-256, packed references, or a HEAD without a branch', async () => {
    repo.git('init', '-q', '--object-format=sha256');
    const first = await repo.commit({ 'a.py': 'A' });
    await repo.commit({ 'a.py': 'B', 'gone.py': 'G' });
    repo.git('pack-refs', '--all');
    repo.git('gc', '-q');
    await rm(join(repo.root, 'gone.py'));
    await repo.write('a.py', 'C');
    const seen = await repo.workingTree({ paths: ['a.py'] });
    expect([seen.changes, seen.tree]).toEqual([{ 'a.py': 'modify: B -> C' }, { 'a.py': 'B' }]);
    repo.git('checkout', '-q', '-f', '--detach', first);
    await repo.write('a.py', 'D');
    expect(await repo.workingTree()).toMatchObject({ commit: first, changes: { 'a.py': 'modify: A -> D' } });
  });

  it('fails with a reason where HEAD or the commit is broken', async () => {
    await repo.commit({ 'a.py': 'A' });
    await repo.write('.git/refs/heads/main', 'nonsense\n');
    await expect(repo.staged()).rejects.toMatchObject({ code: 'git_failed' });
    await repo.write('.git/refs/heads/main', `${'1'.repeat(40)}\n`);
    await expect(repo.staged()).rejects.toMatchObject({ code: 'git_failed' });
    await rm(join(repo.root, '.git/HEAD'));
    await expect(repo.staged()).rejects.toMatchObject({ code: 'not_a_git_repository' });
  });

  it('writes nothing outside for a commit whose names lead out', async () => {
    await repo.commit({ 'a.py': 'A' });
    const blob = repo.git('rev-parse', 'HEAD:a.py').trim();
    const mktree = (line: string): string =>
      execFileSync('git', ['mktree'], { cwd: repo.root, input: line, encoding: 'utf8' }).trim();
    const inner = mktree(`100644 blob ${blob}\tescaped.py\n`);
    const outer = mktree(`100644 blob ${blob}\ta.py\n040000 tree ${inner}\t..\n`);
    const commit = repo.git('commit-tree', '-m', 'x', outer).trim();
    repo.git('update-ref', 'HEAD', commit);
    await repo.write('a.py', 'B');
    await expect(repo.workingTree()).rejects.toMatchObject({ code: 'git_failed' });
    expect(existsSync(join(repo.temp, 'escaped.py'))).toBe(false);
  });
});
