import { join } from 'node:path';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { snapshotTree } from '@ids/testing';
import { makeOld, places, TypesFixture } from '../../../test/types-fixture.js';

// Type checkers start slowly on a busy machine.
jest.setTimeout(120_000);

describe('the types layer', () => {
  let fixture: TypesFixture;
  afterEach(() => fixture.remove());

  it('reports exactly the error a change adds, among 50 old ones that it moves by 100 lines', async () => {
    const lines = Array.from({ length: 50 }, (_, i) => `x${i}: int = "old"\n`).join('');
    fixture = await TypesFixture.make({ 'app/__init__.py': '', 'app/a.py': lines });
    const before = await snapshotTree(fixture.project.path);
    const text = `${'\n'.repeat(100)}${lines}é = "ü"; y: int = "new"\n`;
    const answer = await fixture.judge({ added: { 'app/a.py': text } });
    expect(answer.findings).toEqual([
      {
        path: 'app/a.py',
        line: 151,
        column: 19,
        code: 'assignment',
        severity: 'error',
        message: expect.stringContaining('Incompatible types'),
      },
    ]);
    expect(answer.existing).toBe(50);
    expect(answer.tool).toMatch(/^mypy \d/);
    expect(answer.note).toBeUndefined();
    expect(await snapshotTree(fixture.project.path)).toEqual(before);
  });

  it('judges new, renamed and unchanged files together, and leaves imports to their layer', async () => {
    fixture = await TypesFixture.make({
      'src/pkg/__init__.py': '',
      'src/pkg/old.py': 'class A: ...\ndef size() -> int:\n    return "old"\nx: A = None\n',
      'src/pkg/same.py': 'def same() -> str: ...\n',
    });
    const answer = await fixture.judge({
      added: {
        'src/pkg/new.py': 'class A: ...\ndef size() -> int:\n    return "old"\nx: A = None\n',
        'src/pkg/use.py':
          'import nope\nfrom pkg.new import size\nfrom pkg.same import same\na: str = size()\nb: int = same()\n',
      },
      removed: ['src/pkg/old.py'],
      renamed: { 'src/pkg/new.py': 'src/pkg/old.py' },
    });
    expect(places(answer)).toEqual([
      ['src/pkg/use.py', 4, 'assignment'],
      ['src/pkg/use.py', 5, 'assignment'],
    ]);
    // Two in the renamed file, one in a file that is only imported.
    expect(answer.existing).toBe(3);
  });

  it('finds what a changed signature breaks in files that import it, straight or through a package', async () => {
    fixture = await TypesFixture.make({
      'app/__init__.py': 'from .core import area as area\n',
      'app/core.py': 'def area(side: int) -> int:\n    return side\n',
      'app/straight.py': 'from app.core import area\nx: int = area(2)\ny: int = "old"\n',
      'main.py': 'from app import area\nprint(area(3))\n',
      'other.py': 'x: int = "not of this change"\n',
    });
    // The change has the size and the time of what stands in the project.
    await makeOld(join(fixture.project.path, 'app/core.py'));
    const answer = await fixture.judge({
      added: { 'app/core.py': 'def area(side: str) -> str:\n    return side\n' },
    });
    expect(places(answer)).toEqual([
      ['app/straight.py', 2, 'assignment'],
      ['app/straight.py', 2, 'arg-type'],
      ['main.py', 2, 'arg-type'],
    ]);
    expect(answer.existing).toBe(1);
  });

  it('counts of files as they stand only those that were asked for', async () => {
    fixture = await TypesFixture.make({
      'a.py': 'import b\nx: int = "a"\n',
      'b.py': 'x: int = "b"\n',
    });
    const answer = await fixture.judgeStanding(['a.py']);
    expect(places(answer)).toEqual([['a.py', 2, 'assignment']]);
  });

  it('appends the notes of mypy to the error they explain', async () => {
    fixture = await TypesFixture.make({});
    const text =
      'class A:\n    def f(self, x: int) -> int:\n        return 1\nclass B(A):\n    def f(self, x: str) -> int:\n        return 1\nreveal_type(1)\n';
    const answer = await fixture.judge({ added: { 'a.py': text } });
    expect(places(answer)).toEqual([['a.py', 5, 'override']]);
    expect(answer.findings[0]?.message).toMatch(/incompatible with supertype.*; This violates the Liskov/);
  });

  it('sees a folder that replaces a module, and a module that is gone', async () => {
    fixture = await TypesFixture.make({
      'a.py': 'value: int = 1\n',
      'use.py': 'import a\nx: int = a.value\n',
    });
    const answer = await fixture.judge({
      added: { 'a/__init__.py': 'from .inner import value as value\n', 'a/inner.py': 'value: str = "1"\n' },
      removed: ['a.py'],
    });
    expect(places(answer)).toEqual([['use.py', 2, 'assignment']]);
  });

  it("puts findings under the project's severities, and counts what is ignored among neither", async () => {
    fixture = await TypesFixture.make({ 'a.py': 'x: int = "old"\n' });
    const text = 'x: int = "old"\ny: int = "new"\nlen(1)\n';
    const answer = await fixture.judge({
      added: { 'a.py': text },
      severities: { assignment: 'ignore', 'arg-type': 'warning' },
    });
    expect(answer.findings).toMatchObject([{ line: 3, code: 'arg-type', severity: 'warning' }]);
    expect(answer.existing).toBe(0);
  });

  it("holds the project's own settings, those for single modules too", async () => {
    const text = 'def f(x):\n    return x\n';
    fixture = await TypesFixture.make({
      'mypy.ini':
        '[mypy]\ndisallow_untyped_defs = true\nexclude = ^old/\n[mypy-loose.*]\ndisallow_untyped_defs = false\n',
    });
    const answer = await fixture.judge({
      added: { 'strict.py': text, 'loose/__init__.py': '', 'loose/a.py': text, 'old/b.py': text },
    });
    expect(places(answer)).toEqual([['strict.py', 1, 'no-untyped-def']]);
  });

  it('judges a repair of a file that could not be parsed', async () => {
    fixture = await TypesFixture.make({ 'a.py': 'def f(:\n' });
    const answer = await fixture.judge({ added: { 'a.py': 'x: int = ""\n' } });
    expect(places(answer)).toEqual([['a.py', 1, 'reportAssignmentType']]);
    expect(answer.note).toContain("cannot read this project's syntax (a.py, line 1)");
  });

  it('judges files of one module name by pyright', async () => {
    fixture = await TypesFixture.make({});
    const answer = await fixture.judge({
      added: { 'a-b/x.py': 'x: int = ""\n', 'c-d/x.py': 'x: int = 1\n' },
    });
    expect(answer.findings.map(({ path, line }) => [path, line])).toEqual([['a-b/x.py', 1]]);
  });

  it('judges one change after another by what each holds', async () => {
    fixture = await TypesFixture.make({
      'a.py': 'def f() -> int:\n    return 1\n',
      'b.py': 'import a\na.f()\n',
    });
    for (const round of [1, 2]) {
      const wrong = await fixture.judge({ added: { 'a.py': `def f() -> int:\n    return "${round}"\n` } });
      expect(places(wrong)).toEqual([['a.py', 2, 'return-value']]);
      const right = await fixture.judge({ added: { 'a.py': `def f() -> int:\n    return ${round}\n` } });
      expect(right.findings).toEqual([]);
      const elsewhere = await fixture.judge({ added: { 'a.py': 'def f(x: int) -> int:\n    return x\n' } });
      expect(places(elsewhere)).toEqual([['b.py', 2, 'call-arg']]);
    }
  });
});
