import { createHash } from 'node:crypto';
import { chmod, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { makeProject, until, type TestProject } from '@ids/testing';
import { execa } from 'execa';
import { fingerprints, isUnchanged, type Fingerprint } from './fingerprint.js';

let project: TestProject;
beforeEach(async () => {
  project = await makeProject();
});
afterEach(() => project.remove());

const fileOf = (path: string): string => join(project.path, path);

async function printOf(path: string): Promise<Fingerprint> {
  const [print] = await fingerprints([fileOf(path)], 10_000_000);
  if (print === undefined || !('hash' in print)) throw new Error(`${path} has no fingerprint`);
  return print;
}

/** Once the file was not written this very moment. */
async function settled(path: string): Promise<Fingerprint> {
  return await until(async () => {
    const print = await printOf(path);
    return print.stamp === null ? null : print;
  });
}

describe('a fingerprint', () => {
  it.each([0, 1, 5_000, 3 * 1_024 * 1_024 + 7])('is of all %i bytes of a file', async (length) => {
    const content = Buffer.alloc(length, 'ab\n');
    await project.write('a.py', content);
    const hash = createHash('sha256').update(content).digest('hex');
    expect(await printOf('a.py')).toMatchObject({ hash, bytes: length });
  });

  it('is not made of what is too large, gone, a link, a folder, or a pipe', async () => {
    await project.write('large.py', 'x'.repeat(101));
    await project.write('fits.py', 'x'.repeat(100));
    await project.write('folder/a.py', '');
    await symlink('fits.py', fileOf('link.py'));
    await execa('mkfifo', [fileOf('pipe.py')]);
    const names = ['large.py', 'fits.py', 'gone.py', 'link.py', 'folder', 'pipe.py'];
    const found = await fingerprints(names.map(fileOf), 100);
    expect(found.map((each) => ('hash' in each ? each.bytes : each.unreadable))).toEqual([
      'too_large',
      100,
      'gone',
      'gone',
      'gone',
      'gone',
    ]);
  });

  it('tells whether the file has been written since, with the same bytes too', async () => {
    await project.write('a.py', 'x = 1\n');
    const print = await settled('a.py');
    expect(isUnchanged(fileOf('a.py'), print)).toBe(true);
    await writeFile(fileOf('a.py'), 'x = 2\n');
    expect(isUnchanged(fileOf('a.py'), print)).toBe(false);
    const second = await settled('a.py');
    await chmod(fileOf('a.py'), 0o600);
    expect(isUnchanged(fileOf('a.py'), second)).toBe(false);
    await project.remove();
    expect(isUnchanged(fileOf('a.py'), second)).toBe(false);
  });

  it('of a file that was written this very moment can tell nothing', async () => {
    await until(async () => {
      await project.write('a.py', `x = ${performance.now()}\n`);
      const print = await printOf('a.py');
      if (print.stamp !== null) return false;
      expect(isUnchanged(fileOf('a.py'), print)).toBe(false);
      return true;
    });
  });
});
