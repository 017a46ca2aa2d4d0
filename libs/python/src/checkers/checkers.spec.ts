import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { makeProject, snapshotTree, type TestProject } from '@ids/testing';
import { PythonService, type CheckRequest, type Judgement } from '../index.js';

const judged = (answer: unknown): Judgement => {
  if (typeof answer !== 'object' || answer === null || !('findings' in answer)) {
    throw new Error(`no judgement: ${JSON.stringify(answer)}`);
  }
  return answer as Judgement;
};
const places = ({ findings }: Judgement): unknown[] =>
  findings.map(({ path, line, column, code, severity }) => [path, line, column, code, severity]);

// Interpreters and checkers start slowly on a busy machine.
jest.setTimeout(60_000);

describe('Checkers', () => {
  let python: PythonService;
  let project: TestProject;
  let stage: TestProject;
  let folder: string;
  beforeAll(() => {
    python = new PythonService({ processes: 1 });
  });
  afterAll(() => python.close());
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ids-check-'));
    stage = await makeProject();
  });
  afterEach(async () => {
    await Promise.all([project.remove(), stage.remove(), rm(folder, { recursive: true })]);
  });

  const request = async (
    added: Record<string, string>,
    removed: string[] = [],
    renamed: Record<string, string> = {},
  ): Promise<CheckRequest> => {
    for (const [path, text] of Object.entries(added)) await stage.write(path, text);
    const placed = Object.fromEntries(Object.keys(added).map((path) => [path, join(stage.path, path)]));
    const paths = Object.keys(added);
    return {
      root: project.path,
      python: await python.project(project.path),
      paths,
      staged: { added: placed, removed },
      renamed,
      folder,
    };
  };

  describe('types', () => {
    it('reports exactly the error a change adds, among 50 old ones that it moves', async () => {
      const old = 'x: int = "old"\n';
      const lines = (n: number): string =>
        Array.from({ length: n }, (_, i) => old.replace('x', `x${i}`)).join('');
      project = await makeProject({ 'app/__init__.py': '', 'app/a.py': lines(50) });
      const before = await snapshotTree(project.path);
      const text = `${'\n'.repeat(100)}${lines(50)}é = "ü"; y: int = "new"\n`;
      const answer = judged(await python.checkers.types(await request({ 'app/a.py': text })));
      expect(places(answer)).toEqual([['app/a.py', 151, 19, 'assignment', 'error']]);
      expect(answer.existing).toBe(50);
      expect(answer.tool).toMatch(/^mypy \d/);
      expect(await snapshotTree(project.path)).toEqual(before);
    });

    it('judges new, renamed and unchanged files together, and leaves imports to their layer', async () => {
      project = await makeProject({
        'src/pkg/__init__.py': '',
        'src/pkg/old.py': 'def size() -> int:\n    return "old"\n',
        'src/pkg/same.py': 'def same() -> str: ...\n',
      });
      const change = await request(
        {
          'src/pkg/new.py': 'def size() -> int:\n    return "old"\n',
          'src/pkg/use.py':
            'import nope\nfrom pkg.new import size\nfrom pkg.same import same\na: str = size()\nb: int = same()\n',
        },
        ['src/pkg/old.py'],
        { 'src/pkg/new.py': 'src/pkg/old.py' },
      );
      const answer = judged(await python.checkers.types(change));
      expect(places(answer)).toEqual([
        ['src/pkg/use.py', 4, 10, 'assignment', 'error'],
        ['src/pkg/use.py', 5, 10, 'assignment', 'error'],
      ]);
      // One in the renamed file, one in a file that is only imported.
      expect(answer.existing).toBe(2);
    });

    it('gives no judgement on what mypy cannot parse', async () => {
      project = await makeProject();
      const answer = await python.checkers.types(await request({ 'a.py': 'def f(:\n' }));
      expect(answer).toEqual({ unavailable: expect.stringMatching(/^mypy .* cannot parse a\.py, line 1/) });
    });
  });

  describe('lint', () => {
    it('reports new findings with their severity, in characters', async () => {
      project = await makeProject({ 'a.py': 'import os\nx = undefined_old\n' });
      const text = '\n\nimport os\nimport json\nx = undefined_old\né = "ü"; y = undefined_new\n';
      const answer = judged(await python.checkers.lint(await request({ 'a.py': text })));
      expect(places(answer)).toEqual([
        ['a.py', 4, 8, 'F401', 'warning'],
        ['a.py', 6, 8, 'E702', 'warning'],
        ['a.py', 6, 14, 'F821', 'error'],
      ]);
      expect(answer.existing).toBe(2);
      expect(answer.tool).toMatch(/^ruff \d/);
    });

    it("takes the project's choice of rules, and says when it did not understand them", async () => {
      const settings =
        '[tool.ruff.lint]\nselect = ["F", "E711"]\nignore = ["F401"]\n[tool.ruff.lint.per-file-ignores]\n"tests/*" = ["F841"]\n';
      const text = 'import os\ndef f():\n    x = 1\nf() == None\nl = 1\n';
      project = await makeProject({ 'pyproject.toml': settings });
      const answer = judged(await python.checkers.lint(await request({ 'a.py': text, 'tests/b.py': text })));
      expect(places(answer)).toEqual([
        ['a.py', 3, 5, 'F841', 'warning'],
        ['a.py', 4, 8, 'E711', 'warning'],
        ['tests/b.py', 4, 8, 'E711', 'warning'],
      ]);
      await project.write('pyproject.toml', '[tool.ruff]\nselect = ["XYZ999"]\n');
      const unknown = judged(await python.checkers.lint(await request({ 'c.py': 'import os\n' })));
      expect(places(unknown)).toEqual([['c.py', 1, 8, 'F401', 'warning']]);
      expect(unknown.note).toContain('pyproject.toml');
    });

    it('gives no judgement on a file too large for ruff, and judges the next one', async () => {
      project = await makeProject();
      const large = await python.checkers.lint(await request({ 'a.py': `x = "${'a'.repeat(1_000_001)}"\n` }));
      expect(large).toEqual({ unavailable: expect.stringContaining('a.py') });
      expect(judged(await python.checkers.lint(await request({ 'b.py': 'x = 1\n' }))).findings).toEqual([]);
    });
  });
});
