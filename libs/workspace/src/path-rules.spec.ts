import { IdsError } from '@ids/kernel';
import { describe, expect, it } from '@jest/globals';
import { checkEditablePath, checkReadablePath } from './index.js';

function refusal(check: (path: string) => string, path: string): unknown {
  try {
    return check(path);
  } catch (error) {
    expect(error).toBeInstanceOf(IdsError);
    expect((error as IdsError).code).toBe('path_not_allowed');
    return error;
  }
}

describe('the path of a file that may be read', () => {
  it.each([
    ['a.py', 'a.py'],
    ['./a//b.py', 'a/b.py'],
    ['a/./b/', 'a/b'],
    ['.', '.'],
    ['./', '.'],
    ['über/naïve café.py', 'über/naïve café.py'],
    ['.github/readme.md', '.github/readme.md'],
    ['.gitignore', '.gitignore'],
    ['console.py', 'console.py'],
    ['a/...hidden', 'a/...hidden'],
  ])('%j becomes %j', (path, normal) => {
    expect(checkReadablePath(path)).toBe(normal);
  });

  it.each([
    '',
    '/etc/passwd',
    '//a.py',
    '..',
    '../a.py',
    'a/../b.py',
    'a/..',
    'a\\b.py',
    'C:/a.py',
    'C:a.py',
    'a.py:stream',
    'a\0.py',
    'a\n.py',
    'a\u001b[31m.py',
    'a\u202eyp.py',
    '.g\u200cit/config',
    'a\ud800.py',
    '.git',
    '.git/config',
    '.GIT/hooks/pre-commit',
    'sub/.git/config',
    'git~1/config',
    '.ids/backups/x.py',
    'sub/.Ids/x.py',
    'CON',
    'nul.py',
    'AUX.tar.gz',
    'docs/prn.md',
    'com1.py',
    'LPT9',
    'com¹.py',
    'con .py',
    'CONIN$',
    'a./b.py',
    'a.py.',
    'a.py ',
    'a /b.py',
    'what?.py',
    'a*.py',
    'a|b.py',
    '<a>.py',
    `${'a'.repeat(201)}.py`,
    `${'é'.repeat(101)}.py`,
    `${'a/'.repeat(600)}b.py`,
  ])('is refused: %j', (path) => {
    expect(refusal(checkReadablePath, path)).toBeInstanceOf(IdsError);
  });

  it('is printable in the refusal', () => {
    const error = refusal(checkReadablePath, 'a\u001b[31m.py') as IdsError;
    expect(error.details['path']).toBe('a�[31m.py');
  });
});

describe('the path of a file that may be changed', () => {
  it.each([
    'a.py',
    'a.pyi',
    'requirements.txt',
    'requirements/dev.in',
    'pyproject.toml',
    'setup.cfg',
    'tox.ini',
    'docs/index.rst',
    'README.md',
    'README',
    'LICENSE',
    'pkg/py.typed',
  ])('is allowed: %j', (path) => {
    expect(checkEditablePath(path)).toBe(path);
  });

  it.each([
    '.',
    'a',
    'Makefile',
    'a.so',
    'a.pth',
    'run.sh',
    '.github/workflows/ci.yml',
    '.env',
    'data.bin',
    '../a.py',
    '.venv/lib/python3.11/site-packages/mypy/main.py',
    'VENV/x.py',
    'lib/site-packages/x.py',
    'tools/env/pyvenv.cfg',
  ])('is refused: %j', (path) => {
    expect(refusal(checkEditablePath, path)).toBeInstanceOf(IdsError);
  });
});
