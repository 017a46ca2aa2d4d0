import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { GitFixture } from '../../test/git-fixture.js';

let repo: GitFixture;
beforeEach(async () => {
  repo = await GitFixture.make();
});
afterEach(async () => expect(await repo.remove()).toEqual([]));

describe('the index against HEAD', () => {
  it('counts what is staged, not what was edited since', async () => {
    await repo.commit({ 'a.py': 'A', 'b.py': 'B', 'c.py': 'C' });
    await repo.write('a.py', 'staged');
    await repo.write('new.py', 'N');
    repo.git('rm', '-q', '--cached', 'c.py');
    repo.git('add', 'a.py', 'new.py');
    await repo.write('a.py', 'edited');
    await repo.write('b.py', 'edited');
    await repo.write('untracked.py', 'U');
    const seen = await repo.staged();
    expect(seen.changes).toEqual({
      'a.py': 'modify: A -> staged',
      'c.py': 'delete: C -> ',
      'new.py': 'create:  -> N',
    });
    expect(seen.tree).toEqual({ 'a.py': 'A', 'b.py': 'B', 'c.py': 'C' });
  });

  it('does not count a file whose adding was only announced', async () => {
    await repo.commit({ 'a.py': 'A' });
    await repo.write('b.py', 'B');
    repo.git('add', '-N', 'b.py');
    expect((await repo.staged()).changes).toEqual({});
    expect((await repo.workingTree()).changes).toEqual({ 'b.py': 'create:  -> B' });
  });

  it('reads the index that a hook of git names: with commit -a it is another one', async () => {
    await repo.commit({ 'a.py': 'A' });
    await repo.write('a.py', 'B');
    const seen = join(repo.folder, 'seen');
    await repo.write(
      '.git/hooks/pre-commit',
      `#!/bin/sh\nbasename "$GIT_INDEX_FILE" > ${seen}\ncp .git/index.lock ${seen}.index\n`,
    );
    await chmod(join(repo.root, '.git/hooks/pre-commit'), 0o755);
    repo.git('commit', '-q', '-a', '-m', 'x');
    expect((await readFile(seen, 'utf8')).trim()).toBe('index.lock');
    repo.git('reset', '-q', '--soft', 'HEAD~');
    repo.git('reset', '-q');
    await writeFile(join(repo.root, '.git/index.lock'), await readFile(`${seen}.index`));
    expect((await repo.staged()).changes).toEqual({});
    expect((await repo.staged({ index: 'index.lock' })).changes).toEqual({ 'a.py': 'modify: A -> B' });
    await expect(repo.staged({ index: 'next-index-1.lock' })).rejects.toMatchObject({ code: 'git_failed' });
  });

  it('says of a conflict that it cannot be right', async () => {
    await repo.commit({ 'a.py': 'A' });
    repo.git('checkout', '-q', '-b', 'other');
    await repo.commit({ 'a.py': 'B' });
    repo.git('checkout', '-q', 'main');
    await repo.commit({ 'a.py': 'C' });
    expect(() => repo.git('merge', 'other')).toThrow();
    expect(await repo.staged()).toMatchObject({
      changes: {},
      unjudged: [{ path: 'a.py', severity: 'error' }],
    });
    expect((await repo.workingTree()).changes['a.py']).toContain('<<<<<<<');
  });

  it('reads an index in two parts', async () => {
    await repo.commit({ 'a.py': 'A' });
    repo.git('update-index', '--split-index');
    await repo.write('a.py', 'B');
    repo.git('add', 'a.py');
    expect((await repo.staged()).changes).toEqual({ 'a.py': 'modify: A -> B' });
  });
});
