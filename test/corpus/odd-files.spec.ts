import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PythonService } from '@ids/python';
import { makeProject, type TestProject } from '@ids/testing';
import { compareAnalyses, type Comparison } from './support/comparison.js';
import { checked, compiled } from './support/verdicts.js';

/** What the standard library has little of: each rule of the analysis, and what is written in unusual ways. */
const ODD = join(import.meta.dirname, 'odd');

/** Bytes that no editor should get to change. */
const ENCODED: Readonly<Record<string, string | Buffer>> = {
  'empty.py': '',
  'one-line.py': 'x = 1',
  'bom.py': '\uFEFFx = 1; import a\ndef é(): "é"\n',
  'crlf.py': '"""a\r\nb"""\r\nx = 1\r\n\r\ndef f():\r\n    "d"\r\n',
  'carriage-returns.py': 'x = 1\rdef f():\r    """d\re"""\r',
  'form-feeds.py': '"""a\f\nb"""\n\fx = "\x1c\x85\u2028"; import b\n\f\ndef f(): "a\\rb"\n',
  'wide.py': 'x = "é😀"; import a; y = "ü"; from b import c\nclass Ä: é, 变量 = 1, 2\nif 1: "é"; import d\n',
  'latin-1.py': Buffer.from('# coding: latin-1\nx = "é"; import a\ndef f(a="é"): "é"\n', 'latin1'),
  'tabs.py': 'if 1:\n\tx = 1\n\tdef f():\n\t\t"""a\n\t\tb"""\n',
  'continued.py': 'x = \\\n  1\nfrom a \\\n import b; import \\\n c\n@a(\n)\n\n@b\ndef f(\n  a,\n): pass\n',
  'normalized.py': 'ﬁ = 1\ndef ﬁnd(ﬀ): ﬀ.ﬁ = 1\n',
  'undecodable.py': Buffer.from('x = 1\ny = "é", "\xff\xfe"  # not UTF-8\n', 'latin1'),
  'undecodable-line.py': Buffer.from('x = ("\xe9\xe9\xe9" +\n  "\xc3\xa9" "\xe9\xe9")\n', 'latin1'),
  'broken-after-wide.py': 'x = "é"; é = (\n',
  'broken-in-latin-1.py': Buffer.from('# coding: latin-1\nx = "é"; é(:\n', 'latin1'),
  'broken-with-bom.py': '\uFEFFé = "é" "é" é\n',
  'broken-number.py': 'é = "é"; x = 0777\n',
  'broken-escape.py': 'é = "é" "\\x1"\n',
  'broken-f-string.py': 'é = "é"; x = f"é{a b}"\n',
  'broken-indentation.py': 'if 1:\n        é = 1\n    é = 2\n',
};

/** What the parser takes and the compiler refuses, each behind letters of more than one byte. */
const REFUSED_LATER = [
  'é; return 1',
  'é = 1; def_ = 2\ndef é(é, a, é): pass',
  'def f():\n    "é"; await é',
  '"é"; nonlocal é',
  '"é"; break',
  '"é"; *é',
  'é(é=1, é=2)',
  'x = 1\n"é"; from __future__ import annotations',
  'from __future__ import é',
  'def f():\n    é = 1; global é',
  'class Ä: "é"; yield 1',
  'def f():\n    "é"; from a import *',
  '"é"; __debug__ = 1',
  '[é := 1 for é in "é"]',
];

describe('analysis of odd files', () => {
  let python: PythonService;
  let project: TestProject;
  let compared: Comparison;
  let paths: string[];

  beforeAll(async () => {
    python = new PythonService();
    project = await makeProject(ENCODED);
    for (const name of await readdir(ODD)) await project.write(name, await readFile(join(ODD, name)));
    for (const [index, source] of REFUSED_LATER.entries()) await project.write(`later${index}.py`, source);
    paths = (await readdir(project.path)).sort();
    compared = await compareAnalyses(python, project.path, paths);
  });
  afterAll(async () => {
    await python.close();
    await project.remove();
  });

  it('agrees with the reference in every field', () => {
    expect(compared.differences).toEqual([]);
    expect(compared.count.files).toBeGreaterThan(10);
  });

  it('fails on the same files, with the same message and position', () => {
    expect(compared.failed.map(({ path, found }) => ({ path, found }))).toEqual(
      compared.failed.map(({ path, expected }) => ({ path, found: expected })),
    );
    expect(compared.failed.length).toBeGreaterThan(7);
  });

  it('judges their syntax as compile() does, in message, line and column', async () => {
    const expected = await compiled(python, project.path, paths);
    expect(await checked(python, project.path, paths)).toEqual(expected);
    const refused = REFUSED_LATER.map((_, index) => expected.get(`later${index}.py`));
    expect(refused).not.toContain(null);
  });
});
