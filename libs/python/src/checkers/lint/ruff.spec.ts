import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { makeProject, snapshotTree, type TestProject } from '@ids/testing';
import { PythonService, type CheckRequest, type Judgement } from '../../index.js';

const judged = (answer: unknown): Judgement => {
  if (typeof answer !== 'object' || answer === null || !('findings' in answer)) {
    throw new Error(`no judgement: ${JSON.stringify(answer)}`);
  }
  return answer as Judgement;
};
const places = ({ findings }: Judgement): unknown[] =>
  findings.map(({ path, line, column, code, severity }) => [path, line, column, code, severity]);
const codes = ({ findings }: Judgement): string[] => findings.map(({ path, code }) => `${path} ${code}`);

/** One finding of each of several rules, in characters of any file. */
const MANY =
  'import os\ndef f():\n    x = 1\n    return None == f\nvery_long_name = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"\n';

// Interpreters start slowly on a busy machine.
jest.setTimeout(60_000);

describe('RuffChecker with the ruff that npm brings', () => {
  let python: PythonService;
  let project: TestProject;
  let stage: TestProject;
  let folder: string;
  beforeAll(() => {
    python = new PythonService({ processes: 1 });
  });
  afterAll(() => python.close());
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ids-lint-'));
    stage = await makeProject();
    project = await makeProject();
  });
  afterEach(async () => {
    await Promise.all([project.remove(), stage.remove(), rm(folder, { recursive: true })]);
  });

  const request = async (
    added: Record<string, string>,
    more: Partial<CheckRequest> & { readonly removed?: string[] } = {},
  ): Promise<CheckRequest> => {
    const { removed = [], ...rest } = more;
    for (const [path, text] of Object.entries(added)) await stage.write(path, text);
    const placed = Object.fromEntries(Object.keys(added).map((path) => [path, join(stage.path, path)]));
    return {
      root: project.path,
      python: await python.project(project.path),
      paths: Object.keys(added).filter((path) => /\.pyi?$/.test(path)),
      staged: { added: placed, removed },
      folder,
      ...rest,
    };
  };
  const lint = async (
    added: Record<string, string>,
    more?: Partial<CheckRequest> & { readonly removed?: string[] },
  ): Promise<Judgement> => judged(await python.checkers.lint(await request(added, more)));

  describe('findings', () => {
    it('are the new ones, with their severity, in characters', async () => {
      await project.write('a.py', 'import os\nx = undefined_old\n');
      const answer = await lint({
        'a.py': '\n\nimport os\nimport json\nx = undefined_old\né = "ü"; y = undefined_new\n',
      });
      expect(places(answer)).toEqual([
        ['a.py', 4, 8, 'F401', 'warning'],
        ['a.py', 6, 8, 'E702', 'warning'],
        ['a.py', 6, 14, 'F821', 'error'],
      ]);
      expect(answer.existing).toBe(2);
      expect(answer.tool).toMatch(/^ruff \d+\.\d+\.\d+ \(WebAssembly\)$/);
      expect(answer.note).toBeUndefined();
    });

    it('are exactly the one that a change adds among 50 old ones that it moves', async () => {
      const old = Array.from({ length: 50 }, (_, index) => `import module_${index}\n`).join('');
      await project.write('a.py', old);
      const before = await snapshotTree(project.path);
      const answer = await lint({ 'a.py': `${'\n'.repeat(100)}${old}import json\n` });
      expect(places(answer)).toEqual([['a.py', 151, 8, 'F401', 'warning']]);
      expect(answer.existing).toBe(50);
      expect(await snapshotTree(project.path)).toEqual(before);
    });

    it('are not blamed on a rename, also into a folder with other settings', async () => {
      await project.write('ruff.toml', '[lint.per-file-ignores]\n"old/*" = ["F401"]\n');
      await project.write('old/a.py', 'import os\n');
      const answer = await lint(
        { 'new/a.py': 'import os\nimport json\n' },
        {
          removed: ['old/a.py'],
          renamed: { 'new/a.py': 'old/a.py' },
        },
      );
      expect(places(answer)).toEqual([['new/a.py', 2, 8, 'F401', 'warning']]);
      expect(answer.existing).toBe(1);
    });

    it('heed noqa comments of a line and of a file', async () => {
      const answer = await lint({
        'a.py': 'import os  # noqa: F401\nimport json  # noqa: E501\nimport re  # noqa\n',
        'b.py': '# ruff: noqa: F401\nimport os\nx = y\n',
      });
      expect(codes(answer)).toEqual(['a.py F401', 'b.py F821']);
      expect(answer.findings[0]?.line).toBe(2);
    });

    it('have the severity that the project gives them, and are counted nowhere where it ignores them', async () => {
      await project.write('a.py', 'import os\nx = 1; y = 2\n');
      const severities = { F: 'error', F401: 'ignore', E702: 'error', F82: 'warning' } as const;
      const answer = await lint(
        { 'a.py': 'import os\nimport json\nx = 1; y = 2\nz = w; v = f"a"\n' },
        { severities },
      );
      expect(places(answer)).toEqual([
        ['a.py', 4, 5, 'F821', 'warning'],
        ['a.py', 4, 6, 'E702', 'error'],
        ['a.py', 4, 12, 'F541', 'error'],
      ]);
      expect(answer.existing).toBe(1);
    });

    it('are of files that stand in other encodings', async () => {
      const file = join(stage.path, 'a.py');
      await stage.write('a.py', Buffer.from('# coding: latin-1\né = "é"; x = nothing\n', 'latin1'));
      const answer = await lint({}, { paths: ['a.py'], staged: { added: { 'a.py': file }, removed: [] } });
      expect(places(answer)).toEqual([
        ['a.py', 2, 8, 'E702', 'warning'],
        ['a.py', 2, 14, 'F821', 'error'],
      ]);
    });
  });

  describe('settings', () => {
    it('choose and switch off rules, with options of the plugins', async () => {
      await project.write(
        'pyproject.toml',
        `[project]
requires-python = ">=3.12"
[tool.ruff]
line-length = 60
builtins = ["_"]
cache-dir = "/tmp/elsewhere"
fix = true
output-format = "github"
[tool.ruff.lint]
select = ["F", "E501", "E711", "Q", "N", "D103", "C90", "UP", "I001"]
ignore = ["F401"]
extend-select = ["PLR0913"]
external = ["V1"]
unfixable = ["F401"]
[tool.ruff.lint.per-file-ignores]
"tests/*" = ["F841", "D"]
[tool.ruff.lint.extend-per-file-ignores]
"!app/**" = ["E711"]
[tool.ruff.lint.flake8-quotes]
inline-quotes = "single"
[tool.ruff.lint.mccabe]
max-complexity = 1
[tool.ruff.lint.pylint]
max-args = 1
[tool.ruff.lint.pep8-naming]
ignore-names = ["fooBar"]
[tool.ruff.lint.pydocstyle]
convention = "google"
`,
      );
      await project.write('app/__init__.py', '');
      const text = `import sys

import app


def fooBar(a, b):
    x = _('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa')
    if b:
        return a == None
    return "b"
`;
      const answer = await lint({ 'app/a.py': text, 'tests/b.py': text });
      const everywhere = ['C901', 'PLR0913', 'E501', 'Q000'];
      const inApp = ['C901', 'PLR0913', 'D103', 'F841', 'E501', 'E711', 'Q000'];
      expect(codes(answer)).toEqual([
        ...inApp.map((code) => `app/a.py ${code}`),
        ...everywhere.map((code) => `tests/b.py ${code}`),
      ]);
      expect(answer.note).toBeUndefined();
    });

    it('are those of the nearest folder alone, ruff.toml before pyproject.toml', async () => {
      await project.write('pyproject.toml', '[tool.ruff.lint]\nselect = ["E711"]\n');
      await project.write('ruff.toml', 'lint.select = ["F401"]\n');
      await project.write('inner/pyproject.toml', '[tool.ruff.lint]\nselect = ["F841"]\n');
      await project.write('other/pyproject.toml', '[project]\nname = "other"\n');
      await project.write('other/deep/.ruff.toml', 'select = ["E711"]\n');
      const answer = await lint(
        Object.fromEntries(
          ['a.py', 'inner/x/b.py', 'other/c.py', 'other/deep/d.py'].map((path) => [path, MANY]),
        ),
      );
      expect(codes(answer)).toEqual([
        'a.py F401',
        'inner/x/b.py F841',
        'other/c.py F401',
        'other/deep/d.py E711',
      ]);
    });

    it('are put on top of those that they extend, within the project', async () => {
      await project.write('base.toml', 'line-length = 40\n[lint]\nselect = ["F401", "F841", "E501"]\n');
      await project.write('middle.toml', 'extend = "base.toml"\nlint.ignore = ["F8"]\n');
      await project.write('inner/ruff.toml', 'extend = "../middle.toml"\nlint.extend-select = ["E711"]\n');
      const answer = await lint({ 'inner/a.py': MANY });
      expect(codes(answer)).toEqual(['inner/a.py F401', 'inner/a.py E711', 'inner/a.py E501']);
      expect(answer.note).toBeUndefined();
    });

    it.each([
      ['a file outside of the project', '../base.toml', 'leads out of the project'],
      ['an absolute path', '/etc/ruff.toml', 'leads out of the project'],
      ['a home folder', '~/ruff.toml', 'is no plain path'],
      ['a variable', '$HOME/ruff.toml', 'is no plain path'],
      ['itself', 'ruff.toml', 'has no end'],
      ['nothing', 'none.toml', 'is not there'],
    ])('that extend %s are taken without it, and that is said', async (_, path, reason) => {
      await project.write('ruff.toml', `extend = "${path}"\nlint.select = ["E711"]\n`);
      const answer = await lint({ 'a.py': MANY });
      expect(codes(answer)).toEqual(['a.py E711']);
      expect(answer.note).toBe(`ruff.toml extends "${path}", which ${reason}`);
    });

    it('keep excluded files from being linted, and that is said', async () => {
      await project.write(
        'ruff.toml',
        'exclude = ["generated", "docs/*.py"]\nextend-exclude = ["*_pb2.py"]\nlint.exclude = ["x/y.py"]\n',
      );
      const paths = ['generated/a.py', 'in/generated/b.py', 'docs/c.py', 'd_pb2.py', 'x/y.py', 'docs.py'];
      const answer = await lint(Object.fromEntries(paths.map((path) => [path, 'import os\n'])));
      expect(codes(answer)).toEqual(['docs.py F401']);
      expect(answer.note).toBe(
        'excluded by the project and not linted: generated/a.py, in/generated/b.py, docs/c.py, …',
      );
    });

    it('that this ruff does not know in part are taken for the rest, and that is said', async () => {
      await project.write(
        'pyproject.toml',
        `[tool.ruff]
required-version = ">=99"
target-version = "py399"
[tool.ruff.lint]
select = ["E711", "XYZ999", "ANN101"]
per-file-ignores = { "a.py" = ["NOPE1"] }
new-option = 1
`,
      );
      const answer = await lint({ 'a.py': MANY });
      expect(codes(answer)).toEqual(['a.py E711']);
      expect(answer.note).toMatch(/not taken from pyproject\.toml: required-version, lint\.new-option/);
      expect(answer.note).toMatch(/not known to this ruff: XYZ999, ANN101, NOPE1 \(pyproject\.toml\)/);
      expect(answer.note).toMatch(/not known to this ruff: py399, it took py3\d+/);
    });

    it.each([
      ['only rules that there are not', 'lint.select = ["XYZ999"]\n', /ruff\.toml were not understood/],
      ['values of other kinds', 'line-length = "long"\n', /ruff\.toml were not understood.*invalid type/],
      ['what is no TOML', 'select = [\n', /ruff\.toml could not be read/],
    ])('that have %s give way to the usual rules, and that is said', async (_, settings, note) => {
      await project.write('ruff.toml', settings);
      const answer = await lint({ 'a.py': MANY });
      expect(codes(answer)).toEqual(['a.py F401', 'a.py F841', 'a.py E711']);
      expect(answer.note).toMatch(note);
      expect(answer.note).toContain("ruff's usual rules were used");
    });

    it('that a change brings or alters do not judge the change itself, and that is said', async () => {
      await project.write('ruff.toml', 'lint.select = ["F401"]\n');
      const note = "the change alters ruff's settings; it is judged under those before it";
      const loosened = await lint({ 'a.py': MANY, 'ruff.toml': 'lint.select = []\n' });
      expect(codes(loosened)).toEqual(['a.py F401']);
      expect(loosened.note).toBe(note);
      const unrelated = await lint(
        { 'b.py': MANY, 'pyproject.toml': '[project]\nname = "b"\n' },
        { folder: `${folder}/b` },
      );
      expect(unrelated.note).toBeUndefined();
    });

    it('take the Python that the project requires, else the one that judges', async () => {
      const text = 'match 1:\n    case 1:\n        pass\n';
      await project.write('old/pyproject.toml', '[project]\nrequires-python = ">=3.8"\n');
      await project.write('ruff.toml', '[per-file-target-version]\n"scripts/*" = "py39"\n');
      const answer = await lint({ 'a.py': text, 'old/b.py': text, 'scripts/c.py': text });
      expect(places(answer)).toEqual([['scripts/c.py', 1, 1, 'invalid-syntax', 'error']]);
      await rm(join(project.path, 'ruff.toml'));
      const without = await lint({ 'a.py': text, 'old/b.py': text }, { folder: `${folder}/b` });
      expect(places(without)).toEqual([['old/b.py', 1, 1, 'invalid-syntax', 'error']]);
    });

    it('that try what is new still give codes', async () => {
      await project.write(
        'ruff.toml',
        'preview = true\n[lint]\nselect = ["E2", "unused-import"]\nper-file-ignores = { "b.py" = ["F"] }\n',
      );
      const answer = await lint({ 'a.py': 'import os\nx=1\n', 'b.py': 'import os\n' });
      expect(codes(answer)).toEqual(['a.py F401', 'a.py E225']);
    });

    it('blame no file for where it lies, which this ruff is not told', async () => {
      await project.write('ruff.toml', 'lint.select = ["F", "D", "ANN", "INP", "N", "PLC"]\n');
      const answer = await lint({
        'Bad-Name/__init__.py': '__all__ = ["sub"]\nimport os as os\nprint(__path__)\n',
        'Bad-Name/_own.py': 'def f():\n    return 1\n',
        'Bad-Name/sub.py': '"""Documented."""\n__all__ = ["none"]\nprint(__path__)\n',
      });
      expect(codes(answer)).toEqual(['Bad-Name/sub.py F822', 'Bad-Name/sub.py F821']);
    });

    it("sort the project's own modules apart from others, new ones too", async () => {
      await project.write('ruff.toml', 'lint.select = ["I"]\n');
      await project.write('src/pkg/__init__.py', '');
      const good = 'import json\n\nimport requests\n\nimport fresh\nimport pkg\n';
      const bad = 'import json\n\nimport fresh\nimport pkg\nimport requests\n';
      // A folder named as a module of the standard library makes that no module of the project's.
      await project.write('code/x.py', '');
      const standard = 'import code\nimport json\n\nimport requests\n';
      const answer = await lint({ 'a.py': good, 'b.py': bad, 'fresh.py': '', 'standard.py': standard });
      expect(codes(answer)).toEqual(['b.py I001']);
    });
  });

  describe('limits', () => {
    it('stub files are not linted, and that is said', async () => {
      const answer = await lint({ 'a.pyi': 'x: Later\nclass Later: ...\n', 'b.py': 'x = y\n' });
      expect(codes(answer)).toEqual(['b.py F821']);
      expect(answer.note).toBe('stub files (.pyi) were not linted: only a native ruff can');
    });

    it.each([
      ['too large', `x = "${'a'.repeat(1_000_001)}"\n`, /a\.py: the file has more than 1000000 characters/],
      ['deeper than ruff can go', `x = ${'-'.repeat(20_000)}1\n`, /^ruff failed: a\.py: /],
    ])('a file that is %s gets no judgement, the next one does', async (_, text, reason) => {
      const answer = await python.checkers.lint(await request({ 'a.py': text }));
      expect(answer).toEqual({ unavailable: expect.stringMatching(reason) });
      expect(codes(await lint({ 'b.py': 'x = y\n' }, { folder: `${folder}/b` }))).toEqual(['b.py F821']);
    });

    it('an aborted judgement is thrown', async () => {
      const aborted = AbortSignal.abort(new Error('cancelled'));
      await expect(python.checkers.lint(await request({ 'b.py': '' }, { signal: aborted }))).rejects.toThrow(
        'cancelled',
      );
    });

    it('nothing of the project runs, and nothing is written', async () => {
      const marker = join(stage.path, 'marker');
      const evil = `open(${JSON.stringify(marker)}, 'w')\n`;
      for (const path of ['ruff', '.venv/bin/ruff']) {
        await project.write(path, `#!/bin/sh\necho > '${marker}'\n`);
        await chmod(join(project.path, path), 0o755);
      }
      await project.write('.venv/pyvenv.cfg', 'home = /usr/bin\n');
      for (const path of ['conftest.py', 'sitecustomize.py', 'setup.py', 'tomllib.py', 'app/__init__.py']) {
        await project.write(path, evil);
      }
      await project.write(
        'ruff.toml',
        `extend = "${marker}"\ncache-dir = "${marker}"\nfix = true\nlint.select = ["F"]\n`,
      );
      const before = await snapshotTree(project.path);
      expect(codes(await lint({ 'app/a.py': 'import os\n' }))).toEqual(['app/a.py F401']);
      await expect(readFile(marker)).rejects.toThrow('ENOENT');
      expect(await snapshotTree(project.path)).toEqual(before);
    });
  });
});
