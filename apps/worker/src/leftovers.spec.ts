import { mkdir, readdir, symlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { makeProject, type TestProject } from '@ids/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { removeLeftovers } from './leftovers.js';

const DAY_MS = 24 * 3_600_000;

describe('removeLeftovers', () => {
  let temp: TestProject;
  beforeEach(async () => {
    temp = await makeProject({
      'ids-stage-old/deep/file': 'x',
      'ids-git-old/file': 'x',
      'ids-stage-new/file': 'x',
      'other-old/file': 'x',
    });
    await mkdir(join(temp.path, 'target'));
    await symlink('target', join(temp.path, 'ids-stage-link'));
    const old = new Date(Date.now() - 2 * DAY_MS);
    for (const name of ['ids-stage-old', 'ids-git-old', 'other-old', 'target']) {
      await utimes(join(temp.path, name), old, old);
    }
  });
  afterEach(() => temp.remove());

  it('removes what killed workers left, once it is older than a day, and nothing else', async () => {
    const removed = await removeLeftovers(temp.path, Date.now());
    expect(removed.map((path) => path.slice(temp.path.length + 1)).sort()).toEqual([
      'ids-git-old',
      'ids-stage-old',
    ]);
    expect((await readdir(temp.path)).sort()).toEqual([
      'ids-stage-link',
      'ids-stage-new',
      'other-old',
      'target',
    ]);
  });
});
