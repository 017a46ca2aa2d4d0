import { execFileSync } from 'node:child_process';
import { mkdir, symlink, writeFile, rm, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from '@jest/globals';
import { GitFixture } from '../../test/git-fixture.js';
let repo: GitFixture; let other: GitFixture;
beforeEach(async () => { repo = await GitFixture.make(); other = await GitFixture.make(); });
afterEach(async () => { console.log('left', await repo.remove(), await other.remove()); });
const tell = async (name: string, p: Promise<unknown>) => { try { console.log(name, JSON.stringify(await p)); } catch (e) { console.log(name, 'THREW', String(e), JSON.stringify(e)); } };
describe('try', () => {
  it('packed-refs link', async () => {
    await repo.commit({ 'a.py': 'A' });
    await writeFile(join(other.folder, 'secret'), 'SECRETLINE hello\nmore\n');
    await rm(join(repo.root, '.git/packed-refs'), { force: true });
    await symlink(join(other.folder, 'secret'), join(repo.root, '.git/packed-refs'));
    await tell('packed', repo.workingTree());
    await rm(join(repo.root, '.git/packed-refs'));
    await rm(join(repo.root, '.git/refs/heads/main'));
    await symlink(join(other.folder, 'secret'), join(repo.root, '.git/refs/heads/main'));
    await tell('ref', repo.workingTree());
  }, 60000);
  it('alternates', async () => {
    await other.commit({ 'secret.py': 'SECRET' });
    await repo.commit({ 'a.py': 'A' });
    await writeFile(join(repo.root, '.git/objects/info/alternates'), join(other.root, '.git/objects') + '\n');
    await rm(join(repo.root, '.git/refs/heads'), { recursive: true });
    await symlink(join(other.root, '.git/refs/heads'), join(repo.root, '.git/refs/heads'));
    await tell('alternates', repo.workingTree());
  }, 60000);
  it('objects link', async () => {
    await other.commit({ 'secret.py': 'SECRET' });
    other.git('gc', '-q');
    await repo.commit({ 'a.py': 'A' });
    const oid = other.git('rev-parse', 'HEAD').trim();
    await rm(join(repo.root, '.git/objects/pack'), { recursive: true });
    await symlink(join(other.root, '.git/objects/pack'), join(repo.root, '.git/objects/pack'));
    await writeFile(join(repo.root, '.git/HEAD'), oid + '\n');
    await tell('objlink', repo.workingTree());
  }, 60000);
  it('fifo', async () => {
    await repo.commit({ 'a.py': 'A', 'b.py': 'B' });
    await rm(join(repo.root, 'a.py'));
    execFileSync('mkfifo', [join(repo.root, 'a.py')]);
    await writeFile(join(repo.root, 'b.py'), 'BB');
    await tell('fifo', repo.workingTree());
  }, 60000);
  it('link folder', async () => {
    await repo.commit({ 'pkg/a.py': 'A', 'b.py': 'B' });
    await other.commit({ 'a.py': 'SECRET' });
    await rm(join(repo.root, 'pkg'), { recursive: true });
    await symlink(other.root, join(repo.root, 'pkg'));
    await tell('link folder', repo.workingTree());
  }, 60000);
  it('names', async () => {
    await repo.commit({ '-dash.py': 'A', 'new\nline.py': 'B', ':(top)x.py': 'C', '*.py': 'D', '"q\t.py': 'E' , 'A.py':'1', 'a.py':'2'});
    for (const n of ['-dash.py', 'new\nline.py', ':(top)x.py', '*.py', '"q\t.py', 'A.py', 'a.py']) await writeFile(join(repo.root, n), 'zz' + n);
    await tell('names', repo.workingTree());
    await mkdir(join(repo.root, '-p')); await writeFile(join(repo.root, '-p/x.py'), '1'); repo.git('add', '--', './-p'); await repo.commit({});
    await writeFile(join(repo.root, '-p/x.py'), '2');
    await tell('names prefix', repo.workingTree({ root: join(repo.root, '-p') }));
  }, 60000);
  it('shallow', async () => {
    await repo.commit({ 'a.py': 'A' }); await repo.commit({ 'a.py': 'B' });
    execFileSync('git', ['clone', '-q', '--depth', '1', 'file://' + repo.root, join(repo.folder, 'sh')]);
    await writeFile(join(repo.folder, 'sh/a.py'), 'C');
    await tell('shallow', repo.workingTree({ root: join(repo.folder, 'sh') }));
    execFileSync('git', ['clone', '-q', '--shared', repo.root, join(repo.folder, 'shared')]);
    await writeFile(join(repo.folder, 'shared/a.py'), 'C');
    await tell('shared', repo.workingTree({ root: join(repo.folder, 'shared') }));
  }, 60000);
  it('sparse', async () => {
    await repo.commit({ 'a/a.py': 'A', 'b/b.py': 'B', 'top.py': 'T' });
    repo.git('sparse-checkout', 'set', '--cone', '--sparse-index', 'a');
    await writeFile(join(repo.root, 'a/a.py'), 'C');
    await tell('sparse', repo.workingTree());
    repo.git('add', 'a/a.py');
    await tell('sparse staged', repo.workingTree({ side: 'index' }));
    console.log(await readFile(join(repo.root, '.git/config'), 'utf8'));
  }, 60000);
});
