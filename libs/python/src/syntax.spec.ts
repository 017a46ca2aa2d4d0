import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { makeProject, type TestProject } from '@ids/testing';
import { PythonService } from './index.js';

const BROKEN: [string, string | Buffer, Partial<{ line: number; column: number; message: string }>][] = [
  ['unclosed bracket', 'x = 1\nprint((1)\n', { line: 2, column: 6, message: "'(' was never closed" }],
  ['bad token after a wide character', 'é = "ü"; def f(:\n', { line: 1, column: 10 }],
  [
    'duplicate arguments',
    'def f(a, a): pass\n',
    { line: 1, message: "duplicate argument 'a' in function definition" },
  ],
  [
    'return outside of a function',
    's = "éé"; return 1\n',
    { line: 1, column: 11, message: "'return' outside function" },
  ],
  ['await outside of async', 'def f():\n    await g()\n', { line: 2, column: 5 }],
  ['indentation', 'def f():\nx = 1\n', { line: 2 }],
  ['Python 2', 'print "x"\n', { line: 1 }],
  ['not UTF-8', Buffer.from([0x78, 0x3d, 0x22, 0xff, 0x22, 0x0a]), {}],
  ['unknown encoding', '# coding: no-such\nx = 1\n', {}],
  ['null byte', 'x = 1\0\n', {}],
  ['late future import', 'x = 1\nfrom __future__ import annotations\n', { line: 2 }],
];

const FINE: [string, string | Buffer][] = [
  ['empty', ''],
  ['CRLF', 'def f():\r\n    return 1\r\n'],
  ['BOM', '\uFEFFx = 1\n'],
  ['latin-1 by cookie', Buffer.from('# coding: latin-1\nx = "é"\n', 'latin1')],
  ['form feed', 'x = 1\n\fy = 2\n'],
  ['no final newline', 'x = 1'],
];

const deep = (n: number): string => `${'('.repeat(n)}1${')'.repeat(n)}\n`;
const KILLERS: [string, string][] = [
  ['brackets 100,000 deep', deep(100_000)],
  ['unary operators 100,000 deep', `x = ${'-'.repeat(100_000)}1\n`],
  ['attributes 100,000 long', `x${'.a'.repeat(100_000)}\n`],
  ['30 comprehensions deep', `x = ${'['.repeat(30)}1${' for a in b]'.repeat(30)}\n`],
  ['a line of 10 MB', `x = "${'a'.repeat(10_000_000)}"\n`],
  ['10 MB of statements in one line', 'a;'.repeat(5_000_000)],
  ['more than the largest file', '#'.repeat(17 * 1_024 * 1_024)],
];

// Interpreters and checkers start slowly on a busy machine.
jest.setTimeout(60_000);

describe('checkSyntax', () => {
  let python: PythonService;
  let project: TestProject;
  beforeAll(async () => {
    python = new PythonService({ limits: { fileSeconds: 5 } });
    project = await makeProject();
  });
  afterAll(async () => {
    await python.close();
    await project.remove();
  });

  const check = async (files: Record<string, string | Buffer>): ReturnType<PythonService['checkSyntax']> => {
    for (const [path, content] of Object.entries(files)) await project.write(path, content);
    return await python.checkSyntax(
      Object.keys(files).map((path) => ({ path, file: join(project.path, path) })),
    );
  };

  it.each(BROKEN)('finds: %s', async (_name, content, expected) => {
    const [finding, ...more] = await check({ 'broken.py': content });
    expect(more).toEqual([]);
    expect(finding).toMatchObject({
      path: 'broken.py',
      code: 'syntax-error',
      severity: 'error',
      ...expected,
    });
  });

  it.each(FINE)('takes: %s', async (_name, content) => {
    expect(await check({ 'fine.py': content })).toEqual([]);
  });

  it('lets no file that kills the parser hurt the next one', async () => {
    const files: Record<string, string> = {};
    for (const [index, [, content]] of KILLERS.entries()) {
      files[`killer${index}.py`] = content;
      files[`next${index}.py`] = 'def f(:\n';
    }
    const findings = await check(files);
    const of = (path: string): string[] => findings.filter((f) => f.path === path).map((f) => f.code);
    for (const index of KILLERS.keys()) expect(of(`next${index}.py`)).toEqual(['syntax-error']);
    for (const code of findings.map((f) => f.code)) {
      expect(['syntax-error', 'python-limit', 'python-failed']).toContain(code);
    }
    expect(of('killer0.py')).not.toEqual([]);
    expect(of(`killer${KILLERS.length - 1}.py`)).toEqual(['python-limit']);
  });

  it('ends with the reason of the signal', async () => {
    await project.write('slow.py', KILLERS[5]?.[1] ?? '');
    const stop = new AbortController();
    const checked = python.checkSyntax([{ path: 'slow.py', file: join(project.path, 'slow.py') }], {
      signal: stop.signal,
    });
    stop.abort(new Error('enough'));
    await expect(checked).rejects.toThrow('enough');
    expect(await check({ 'after.py': 'x = 1\n' })).toEqual([]);
  });

  it('says that Python is missing', async () => {
    const none = new PythonService({ interpreter: join(project.path, 'no-python') });
    await expect(none.info()).rejects.toMatchObject({ code: 'python_missing' });
    await none.close();
  });
});
