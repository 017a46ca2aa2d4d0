import { makeProject, type TestProject } from '@ids/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, rename, symlink, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Workspace } from './index.js';

let project: TestProject;
let workspace: Workspace;

beforeEach(async () => {
  project = await makeProject({ 'app/a.py': 'a = 1\r\n' });
  workspace = new Workspace(project.path, { maxFileBytes: 1_000 });
});
afterEach(() => project.remove());

describe('reading', () => {
  it('gives the bytes as they are, and their hash', async () => {
    const bytes = Buffer.from([0xff, 0x0d, 0x0a, 0x00]);
    await project.write('app/raw.py', bytes);
    const file = await workspace.read('./app//raw.py');
    expect(file.path).toBe('app/raw.py');
    expect(Buffer.from(file.bytes).equals(bytes)).toBe(true);
    expect(file.hash).toBe(createHash('sha256').update(bytes).digest('hex'));
  });

  it('also reads what may not be edited, and through links inside', async () => {
    await project.write('Makefile', 'all:\n');
    await symlink('app', join(project.path, 'folder'));
    await symlink('folder/a.py', join(project.path, 'b.py'));
    expect((await workspace.read('Makefile')).bytes).toHaveLength(5);
    expect(Buffer.from((await workspace.read('folder/a.py')).bytes).toString()).toBe('a = 1\r\n');
    expect(Buffer.from((await workspace.read('b.py')).bytes).toString()).toBe('a = 1\r\n');
  });

  it('says that a file is missing, or larger than the limit', async () => {
    await project.write('big.py', 'x'.repeat(1_001));
    await expect(workspace.read('no.py')).rejects.toMatchObject({ code: 'file_not_found' });
    await expect(workspace.read('no/where/at.py')).rejects.toMatchObject({ code: 'file_not_found' });
    await expect(workspace.read('big.py')).rejects.toMatchObject({
      code: 'file_too_large',
      details: { limit: '1000 bytes' },
    });
  });

  it('refuses links that lead out, into .git or nowhere, folders and pipes', async () => {
    const outside = await makeProject({ 'secret.py': '' });
    await symlink(join(outside.path, 'secret.py'), join(project.path, 'file.py'));
    await symlink(outside.path, join(project.path, 'out'));
    await project.write('.git/config', '');
    await symlink('.git', join(project.path, 'git'));
    await symlink('nothing.py', join(project.path, 'dangling.py'));
    await symlink('loop.py', join(project.path, 'loop.py'));
    await promisify(execFile)('mkfifo', [join(project.path, 'pipe.py')]);
    const links = 'file.py out/secret.py git/config dangling.py loop.py';
    const others = 'app . pipe.py app/a.py/b.py ../x.py .git/config';
    for (const path of `${links} ${others}`.split(' ')) {
      await expect(workspace.read(path)).rejects.toMatchObject({ code: 'path_not_allowed' });
    }
    await outside.remove();
  });

  it('says when the project is gone, or another folder is linked in its place', async () => {
    await rename(project.path, `${project.path}-moved`);
    await expect(workspace.read('app/a.py')).rejects.toMatchObject({ code: 'project_vanished' });
    await expect(workspace.ensurePresent()).rejects.toMatchObject({ code: 'project_vanished' });
    await symlink(`${project.path}-moved`, project.path);
    await expect(workspace.list(10)).rejects.toMatchObject({ code: 'project_vanished' });
    await unlink(project.path);
    await rename(`${project.path}-moved`, project.path);
    await workspace.ensurePresent();
  });
});

describe('listing', () => {
  it('names the editable files in order, without what tools, environments and links out brought', async () => {
    const own = 'README.md app-x.py app.py setup.py app/sub/b.py';
    const tools =
      '.git/a.py .ids/a.py app/__pycache__/a.py .mypy_cache/a.txt node_modules/a/a.py env/lib/a.py';
    const others = 'env/pyvenv.cfg data.bin nul.py';
    for (const file of `${own} ${tools} ${others}`.split(' ')) await project.write(file, 'x');
    await mkdir(join(project.path, 'empty'));
    await symlink('/etc/hostname', join(project.path, 'out.txt'));
    await symlink('app/a.py', join(project.path, 'in.py'));
    await symlink('app', join(project.path, 'again'));
    expect(await workspace.list(100)).toEqual({
      files: [
        { path: 'README.md', bytes: 1 },
        { path: 'app-x.py', bytes: 1 },
        { path: 'app.py', bytes: 1 },
        { path: 'app/a.py', bytes: 7 },
        { path: 'app/sub/b.py', bytes: 1 },
        { path: 'in.py', bytes: 7 },
        { path: 'setup.py', bytes: 1 },
      ],
      truncated: false,
    });
    expect(await workspace.list(7)).toMatchObject({ truncated: false });
    const few = await workspace.list(3);
    expect(few.files.map(({ path }) => path)).toEqual(['README.md', 'app-x.py', 'app.py']);
    expect(few.truncated).toBe(true);
  });
});
