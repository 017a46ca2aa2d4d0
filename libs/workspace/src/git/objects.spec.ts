import { execFileSync } from 'node:child_process';
import { mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { GitFixture } from '../../test/git-fixture.js';

let repo: GitFixture;
beforeEach(async () => {
  repo = await GitFixture.make();
});
afterEach(async () => expect(await repo.remove()).toEqual([]));

/** Only root can give files away. */
const asRoot = process.getuid?.() === 0 ? it : it.skip;

const refused = (reason: string) => ({
  code: 'not_a_git_repository',
  details: { reason: expect.stringContaining(reason) },
});

/** A repository beside the one that is judged. */
async function someoneElse(): Promise<{ root: string; commit: string }> {
  const root = join(repo.folder, 'someone-else');
  repo.gitIn('/', 'init', '-q', root);
  await writeFile(join(root, 'secret.py'), 'SECRET');
  repo.gitIn(root, 'add', '.');
  repo.gitIn(root, 'commit', '-q', '-m', 'x');
  return { root, commit: repo.gitIn(root, 'rev-parse', 'HEAD').trim() };
}

describe('a repository that leads to what its owner may not read', () => {
  it('tells nothing of a file to which its packed references are a link', async () => {
    await repo.commit({ 'a.py': 'A' });
    const secret = join(repo.folder, 'secret');
    await writeFile(secret, 'first\nmy-password\n');
    await symlink(secret, join(repo.root, '.git/packed-refs'));
    const error = await repo.staged().catch(String);
    expect(error).toContain('packed references cannot be read');
    expect(error).not.toContain('my-password');
  });

  it('takes no objects through links', async () => {
    const { root, commit } = await someoneElse();
    execFileSync('git', ['gc', '-q'], { cwd: root });
    await repo.commit({ 'a.py': 'A' });
    const objects = join(repo.root, '.git/objects');
    const link = async (): Promise<void> => await symlink(join(root, '.git/objects/pack'), `${objects}/pack`);
    await rm(join(objects, 'pack'), { recursive: true });
    await link();
    await repo.write('.git/HEAD', `${commit}\n`);
    await expect(repo.staged()).rejects.toMatchObject(refused('a link among its objects'));
    await rm(join(objects, 'pack'));
    await mkdir(join(objects, 'pack'));
    for (const name of await readdir(join(root, '.git/objects/pack'))) {
      await symlink(join(root, '.git/objects/pack', name), join(objects, 'pack', name));
    }
    await expect(repo.staged()).rejects.toMatchObject(refused('a link among its objects'));
  });

  asRoot('borrows objects of the same user only', async () => {
    const { root, commit } = await someoneElse();
    await repo.commit({ 'a.py': 'A' });
    await repo.write('.git/objects/info/alternates', `# borrowed\n${root}/.git/objects\n`);
    await repo.write('.git/HEAD', `${commit}\n`);
    expect((await repo.staged()).commit).toBe(commit);
    execFileSync('chown', ['-R', '12345', root]);
    await expect(repo.staged()).rejects.toMatchObject(refused('belong to another user'));
    const between = join(repo.folder, 'between');
    await mkdir(join(between, 'info'), { recursive: true });
    await writeFile(join(between, 'info/alternates'), `${root}/.git/objects\n`);
    await repo.write('.git/objects/info/alternates', '../../../between\n');
    await expect(repo.staged()).rejects.toMatchObject(refused('belong to another user'));
    await repo.write('.git/objects/info/alternates', `"${root}/.git/objects"\n`);
    await expect(repo.staged()).rejects.toMatchObject(refused('cannot be told'));
  });
});
