import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { makeProject, type TestProject } from '@ids/testing';
import { NativeRuff } from './ruff-native.js';

const RULES = { select: ['F', 'E9'], ignore: [] };

describe('NativeRuff', () => {
  let project: TestProject;
  afterEach(() => project.remove());

  const ruff = async (check: string): Promise<NativeRuff> => {
    project = await makeProject({
      ruff: `#!/bin/sh\nif [ "$1" = --version ]; then echo "ruff 1.2.3"; exit; fi\n${check}\n`,
    });
    await chmod(join(project.path, 'ruff'), 0o755);
    const found = await NativeRuff.find([join(project.path, 'none'), join(project.path, 'ruff')]);
    if (found === undefined) throw new Error('the planted ruff was not found');
    return found;
  };

  it('gives the text over a pipe, isolated from every configuration, and reads the answer', async () => {
    const found = await ruff(
      `case "$*" in *--isolated*--no-cache*--select=F,E9*) ;; *) exit 3;; esac
read line; echo "[{\\"code\\": \\"F401\\", \\"message\\": \\"$line\\", \\"location\\": {\\"row\\": 1, \\"column\\": 8}}]"`,
    );
    expect(await found.check('import os\n', RULES)).toEqual({
      version: '1.2.3',
      messages: [{ code: 'F401', message: 'import os', line: 1, column: 8 }],
    });
  });

  it('fails with the reason when ruff does', async () => {
    const found = await ruff('echo broken >&2; exit 2');
    await expect(found.check('x = 1\n', RULES)).rejects.toThrow('broken');
  });
});
