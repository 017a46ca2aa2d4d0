import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { barePython, makeOld, places, TypesFixture, withVariables } from '../../../test/types-fixture.js';

// Type checkers start slowly on a busy machine.
jest.setTimeout(120_000);

const WRONG = 'x: int = ""\n';

describe('the types layer over odd projects', () => {
  let fixture: TypesFixture;
  afterEach(() => fixture.remove());

  const withoutMypy = async <T>(work: () => Promise<T>): Promise<T> => {
    const { bin } = await barePython(fixture.temporary);
    return await withVariables({ PATH: bin }, work);
  };

  it('sees another content of the same size and time, also in a file that is only imported', async () => {
    fixture = await TypesFixture.make({ 'a.py': 'import b\nx: int = b.y\n' });
    const verdicts: unknown[] = [];
    for (const type of ['int', 'str', 'int']) {
      await fixture.project.write('b.py', `y: ${type}\n`);
      await makeOld(join(fixture.project.path, 'b.py'));
      verdicts.push(places(await fixture.judgeStanding(['a.py'])));
    }
    expect(verdicts).toEqual([[], [['a.py', 2, 'assignment']], []]);
  });

  it('takes settings in which a module has several sections', async () => {
    const settings =
      '[tool.mypy]\ndisallow_untyped_defs = true\n' +
      '[[tool.mypy.overrides]]\nmodule = ["a", "b"]\ndisallow_untyped_defs = false\n' +
      '[[tool.mypy.overrides]]\nmodule = "a"\nstrict_optional = false\n';
    fixture = await TypesFixture.make({ 'pyproject.toml': settings });
    const text = 'def f(x):\n    return x\ny: int = None\n';
    const answer = await fixture.judge({ added: { 'a.py': text, 'b.py': text, 'c.py': text } });
    expect(places(answer)).toEqual([
      ['b.py', 3, 'assignment'],
      ['c.py', 1, 'no-untyped-def'],
      ['c.py', 3, 'assignment'],
    ]);
  });

  it('leaves modules that are named like folders of ours to the layer imports', async () => {
    const added = { 'c.py': 'import tree, environment\ntree.map_structure(1)\nenvironment.x\n' };
    fixture = await TypesFixture.make({});
    const first = await fixture.judge({ added });
    expect([first.tool.split(' ')[0], first.findings]).toEqual(['mypy', []]);
    await fixture.remove();
    fixture = await TypesFixture.make({});
    const second = await withoutMypy(() => fixture.judge({ added }));
    expect([second.tool.split(' ')[0], second.findings]).toEqual(['pyright', []]);
  });

  it('judges files by pyright whose names would be read from the output of mypy as something else', async () => {
    fixture = await TypesFixture.make({});
    const names = ['a:1: note: b.py', 'd\n/x.py', 'n\nx.py'];
    for (const name of names) {
      const answer = await fixture.judge({ added: { [name]: WRONG } });
      expect(places(answer)).toEqual([[name, 1, 'reportAssignmentType']]);
      expect(answer.note).toContain('cannot tell of files named like');
    }
  });

  it('gives no judgement where pyright leaves files out', async () => {
    fixture = await TypesFixture.make({});
    const names = ['.hidden/x.py', '__pycache__/x.py', 'node_modules/x.py'];
    const added = Object.fromEntries(names.map((name) => [name, WRONG]));
    const answer = await withoutMypy(() => fixture.check({ added: { ...added, 'a.py': 'x = 1\n' } }));
    expect(answer).toEqual({ unavailable: expect.stringContaining('it looked at 1 of 4 files') });
  });

  it('blames no old finding on a rename whose message holds the name of the module', async () => {
    const text = 'import b\nprint(apple)\n"x".abc\nprint(a)\nb.nope\n';
    fixture = await TypesFixture.make({ 'a.py': text, 'b.py': 'import a\na.nope\nz: "a.Nope"\n' });
    const answer = await fixture.judge({
      added: { 'c.py': text, 'b.py': 'import c\nc.nope\nz: "c.Nope"\n' },
      removed: ['a.py'],
      renamed: { 'c.py': 'a.py' },
    });
    // Those two stand on lines that the change wrote.
    expect(answer.findings.map(({ path, line }) => [path, line])).toEqual([
      ['b.py', 2],
      ['b.py', 3],
    ]);
    expect(answer.existing).toBe(4);
  });

  it('compares a moved file, and what is put in its place, with the file before', async () => {
    fixture = await TypesFixture.make({ 'a.py': WRONG });
    for (const order of [
      ['a.py', 'b.py'],
      ['b.py', 'a.py'],
    ]) {
      const texts: Record<string, string> = { 'a.py': 'from b import *\n', 'b.py': WRONG };
      const added = Object.fromEntries(order.map((path) => [path, texts[path] ?? '']));
      const answer = await fixture.judge({ added, renamed: { 'b.py': 'a.py' } });
      expect(answer).toMatchObject({ findings: [], existing: 1 });
    }
  });

  it('judges beside files whose names are not UTF-8', async () => {
    fixture = await TypesFixture.make({});
    for (const byte of [0xfe, 0xff]) {
      await writeFile(Buffer.concat([Buffer.from(`${fixture.project.path}/`), Buffer.from([byte])]), '');
    }
    expect(places(await fixture.judge({ added: { 'a.py': WRONG } }))).toEqual([['a.py', 1, 'assignment']]);
  });

  it('counts columns in characters whatever the encoding', async () => {
    fixture = await TypesFixture.make({ 'bom.py': `\uFEFF${WRONG}` });
    const latin = '# -*- coding: latin-1 -*-\né = "é"; x: int = ""\n';
    await writeFile(join(fixture.project.path, 'latin.py'), Buffer.from(latin, 'latin1'));
    const expected = [
      ['bom.py', 1, 10],
      ['latin.py', 2, 19],
    ];
    const judge = async (): Promise<unknown> =>
      (await fixture.judgeStanding(['bom.py', 'latin.py'])).findings.map((each) => [
        each.path,
        each.line,
        each.column,
      ]);
    expect(await judge()).toEqual(expected);
  });

  it('gives no judgement, with the reason, where reading the settings takes too long', async () => {
    fixture = await TypesFixture.make({ 'mypy.ini': '[mypy]\nexclude = (a+)+$\n' });
    const answer = await fixture.check({ added: { [`${'a'.repeat(60)}.py`]: WRONG } });
    expect(answer).toEqual({ unavailable: expect.stringContaining('more than its limit') });
  });

  it('reads no settings through a link out of the project, and says so', async () => {
    fixture = await TypesFixture.make({});
    await writeFile(join(fixture.temporary, 'secret'), 'the secret\n');
    await symlink(join(fixture.temporary, 'secret'), join(fixture.project.path, 'mypy.ini'));
    const answer = await fixture.judge({ added: { 'a.py': WRONG } });
    expect(places(answer)).toEqual([['a.py', 1, 'assignment']]);
    expect(answer.note).toBe('not read, since it leads out of the project: mypy.ini');
  });

  it('says which files the project keeps from being judged', async () => {
    fixture = await TypesFixture.make({ 'mypy.ini': '[mypy]\nexclude = ^old\n' });
    const answer = await fixture.judge({ added: { 'a.py': 'x: int = 1\n', 'old.py': WRONG } });
    expect(answer).toMatchObject({
      findings: [],
      note: 'excluded by the project and not judged: old.py',
    });
  });
});
