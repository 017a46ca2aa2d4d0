import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { makeProject, type TestProject } from '@ids/testing';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { resolveProjectFolder } from './index.js';

let root: TestProject;
let elsewhere: TestProject;

beforeEach(async () => {
  root = await makeProject({ 'one/a.py': '', 'file.py': '' });
  elsewhere = await makeProject({ 'b.py': '' });
  await symlink(elsewhere.path, join(root.path, 'out'));
  await symlink('one', join(root.path, 'in'));
  await symlink('loop', join(root.path, 'loop'));
});

afterEach(async () => {
  await root.remove();
  await elsewhere.remove();
});

describe('the folder of a project', () => {
  it('is found at or below the root, by an absolute or a relative path, with links resolved', async () => {
    const one = join(root.path, 'one');
    expect(await resolveProjectFolder(root.path, one)).toBe(one);
    expect(await resolveProjectFolder(root.path, 'one/')).toBe(one);
    expect(await resolveProjectFolder(root.path, 'in')).toBe(one);
    expect(await resolveProjectFolder(root.path, '.')).toBe(root.path);
    expect(await resolveProjectFolder(join(root.path, 'in'), join(root.path, 'in'))).toBe(one);
    await mkdir(join(root.path, '..dots'));
    expect(await resolveProjectFolder(root.path, '..dots')).toBe(join(root.path, '..dots'));
  });

  it('is refused outside of the root, also through a link, also where nothing is', async () => {
    const code = { code: 'path_not_allowed' };
    await expect(resolveProjectFolder(root.path, elsewhere.path)).rejects.toMatchObject(code);
    await expect(resolveProjectFolder(root.path, '..')).rejects.toMatchObject(code);
    await expect(resolveProjectFolder(root.path, 'out')).rejects.toMatchObject(code);
    await expect(resolveProjectFolder(root.path, `${root.path}-sibling`)).rejects.toMatchObject(code);
    await expect(resolveProjectFolder(root.path, '/nowhere/at/all')).rejects.toMatchObject(code);
    await expect(resolveProjectFolder(root.path, 'one\0')).rejects.toMatchObject(code);
  });

  it('must be a folder', async () => {
    const code = { code: 'not_a_directory' };
    await expect(resolveProjectFolder(root.path, 'missing')).rejects.toMatchObject(code);
    await expect(resolveProjectFolder(root.path, 'file.py')).rejects.toMatchObject(code);
    await expect(resolveProjectFolder(root.path, 'file.py/below')).rejects.toMatchObject(code);
    await expect(resolveProjectFolder(root.path, 'loop')).rejects.toMatchObject(code);
    await expect(resolveProjectFolder(join(root.path, 'gone'), 'x')).rejects.toMatchObject(code);
  });
});
