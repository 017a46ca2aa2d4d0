import { chmod, mkdir, readdir, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { snapshotTree } from '@ids/testing';
import {
  barePython,
  makeEnvironment,
  places,
  TypesFixture,
  withVariables,
} from '../../../test/types-fixture.js';

// Type checkers start slowly on a busy machine.
jest.setTimeout(120_000);

const WRONG = { 'a.py': 'x: int = ""\n' };

describe('the choice of the type checker', () => {
  let fixture: TypesFixture;
  beforeEach(async () => {
    fixture = await TypesFixture.make({});
  });
  afterEach(() => fixture.remove());

  const environment = async (mypy: 'real' | 'double', trusted: boolean): Promise<object> => {
    const folder = join(fixture.temporary, 'venv');
    return { environment: folder, sitePackages: [await makeEnvironment(folder, mypy)], trusted };
  };

  it("starts the mypy of a trusted environment, on the base interpreter and in place of the machine's", async () => {
    const python = await environment('double', true);
    const answer = await fixture.judge({ added: { 'a.py': '# double: error\n' }, python });
    expect(places(answer)).toEqual([['a.py', 1, 'misc']]);
    expect(answer.tool).toBe('mypy 9.9.9');
  });

  it('starts nothing of an environment that is not trusted', async () => {
    const python = await environment('double', false);
    const answer = await fixture.judge({ added: WRONG, python });
    expect(places(answer)).toEqual([['a.py', 1, 'assignment']]);
    expect(answer.tool).not.toBe('mypy 9.9.9');
  });

  it('runs a real mypy out of an environment where the machine has none', async () => {
    const { bin } = await barePython(fixture.temporary);
    const python = await environment('real', true);
    await withVariables({ PATH: bin }, async () => {
      const answer = await fixture.judge({ added: WRONG, python });
      expect(places(answer)).toEqual([['a.py', 1, 'assignment']]);
      expect(answer.tool).toMatch(/^mypy \d/);
    });
  });

  it('judges by pyright without any mypy, and says so', async () => {
    const { bin, log } = await barePython(fixture.temporary);
    await fixture.project.write('a.py', 'x: int = ""\nimport nope\n');
    await fixture.project.write('use.py', 'from a import size\ny: int = size()\n');
    const before = await snapshotTree(fixture.project.path);
    await withVariables({ PATH: bin }, async () => {
      const text =
        '\nx: int = ""\nimport nope, nope.inner\ndef size(): return nope.inner\né = "😀"; z: int = ""\n';
      const answer = await fixture.judge({ added: { 'a.py': text } });
      expect(answer).toMatchObject({
        existing: 1,
        tool: expect.stringMatching(/^pyright 1\./),
        note: 'pyright judged: mypy was not found',
      });
      expect(answer.findings).toEqual([
        {
          path: 'a.py',
          line: 5,
          column: 19,
          code: 'reportAssignmentType',
          severity: 'error',
          message:
            'Type "Literal[\'\']" is not assignable to declared type "int"; "Literal[\'\']" is not assignable to "int"',
        },
      ]);
    });
    expect(await snapshotTree(fixture.project.path)).toEqual(before);
    // The questions of the pool and of the search for mypy, none of pyright.
    const starts = (await readFile(log, 'utf8')).trim().split('\n');
    expect(starts.filter((line) => line !== '-I -S')).toEqual([]);
  });

  it('judges by pyright what mypy is too old to read, also before the change', async () => {
    const text = 'type Number = int\ndef first[T](items: list[T]) -> T:\n    return items[0]\n';
    await fixture.project.write('app/x.py', text);
    const answer = await fixture.judge({
      added: { 'use.py': 'from app.x import first\nx: str = first([1])\n' },
      python: { interpreter: { version: '3.12.1', executable: (await fixture.python.info()).executable } },
    });
    expect(places(answer)).toEqual([['use.py', 2, 'reportAssignmentType']]);
    expect(answer.tool).toMatch(/^pyright/);
    expect(answer.note).toMatch(
      /^pyright judged: mypy \S+ cannot read this project's syntax \(app\/x.py, line 1\)$/,
    );
  });

  it('leaves a project to pyright whose own typing.py mypy refuses, and does not run it', async () => {
    const file = join(fixture.temporary, 'mark');
    await fixture.project.write('typing.py', `open(${JSON.stringify(file)}, "w").close()\n`);
    const answer = await fixture.judge({ added: WRONG });
    expect(places(answer)).toEqual([['a.py', 1, 'reportAssignmentType']]);
    expect(answer.note).toMatch(/mypy \S+ cannot tell the modules apart \(.*typing/);
    expect(await readdir(fixture.temporary)).not.toContain('mark');
  });

  it('finds by pyright what a changed signature breaks elsewhere, through links to folders too', async () => {
    const { bin } = await barePython(fixture.temporary);
    await fixture.project.write('app/core.py', 'def area(side: int) -> int:\n    return side\n');
    await fixture.project.write('other/use.py', 'from app.core import area\nx: int = area(2)\n');
    await withVariables({ PATH: bin }, async () => {
      const answer = await fixture.judge({
        added: { 'app/core.py': 'def area(side: str) -> int:\n    return len(side)\n' },
      });
      expect(places(answer)).toEqual([['other/use.py', 2, 'reportArgumentType']]);
    });
  });

  it.each(['mypy', 'pyright'])('knows installed packages that have types: %s', async (tool) => {
    const site = join(fixture.temporary, 'site');
    await mkdir(join(site, 'typed'), { recursive: true });
    await mkdir(join(site, 'stubbed-stubs'));
    await writeFile(join(site, 'typed/py.typed'), '');
    await writeFile(join(site, 'typed/__init__.py'), 'def f() -> int:\n    return 1\n');
    await writeFile(join(site, 'stubbed-stubs/__init__.pyi'), 'def g() -> int: ...\n');
    const { bin } = await barePython(fixture.temporary);
    const text = 'import typed, stubbed\nx: str = typed.f()\ny: str = stubbed.g()\n';
    const judge = (): Promise<unknown> =>
      fixture
        .judge({ added: { 'a.py': text }, python: { sitePackages: [site] } })
        .then((answer) => [answer.tool.split(' ')[0], answer.findings.map(({ line }) => line)]);
    expect(await (tool === 'mypy' ? judge() : withVariables({ PATH: bin }, judge))).toEqual([tool, [2, 3]]);
  });

  it('runs no start-up code of the environment that the mypy on PATH lies in', async () => {
    const marks = join(fixture.temporary, 'marks');
    const venv = join(fixture.temporary, 'tool');
    await mkdir(marks);
    await mkdir(join(venv, 'bin'), { recursive: true });
    const { executable, version } = await fixture.python.info();
    const [major, minor] = version.split('.');
    const site = await makeEnvironment(venv, 'real');
    await rename(join(venv, 'lib/python3'), join(venv, `lib/python${major}.${minor}`));
    const real = site.replace('lib/python3', `lib/python${major}.${minor}`);
    const mark = (name: string): string =>
      `import sys; open(${JSON.stringify(join(marks, name))}, "w").close()\n`;
    await writeFile(join(real, 'evil.pth'), mark('pth'));
    await writeFile(join(real, 'sitecustomize.py'), mark('sitecustomize'));
    await symlink(executable, join(venv, 'bin/python'));
    await writeFile(join(venv, 'pyvenv.cfg'), `home = ${dirname(executable)}\n`);
    await writeFile(join(venv, 'bin/mypy'), `#!${join(venv, 'bin/python')}\n`, { mode: 0o755 });
    const { bin } = await barePython(fixture.temporary);
    const answer = await withVariables({ PATH: `${join(venv, 'bin')}:${bin}` }, () =>
      fixture.judge({ added: WRONG }),
    );
    expect(answer.tool).toMatch(/^mypy/);
    expect(answer.findings).toHaveLength(1);
    expect(await readdir(marks)).toEqual([]);
  });

  it.each(['mypy of the environment', 'mypy of the machine', 'pyright'])(
    'runs no start-up code, plugin or module of a project: %s',
    async (tool) => {
      const marks = join(fixture.temporary, 'marks');
      await mkdir(marks);
      const mark = (name: string): string => `open(${JSON.stringify(join(marks, name))}, "w").close()\n`;
      const python = await environment('real', tool === 'mypy of the environment');
      const site = join(fixture.temporary, 'venv/lib/python3/site-packages');
      await writeFile(join(site, 'evil.pth'), `import sys; ${mark('pth')}`);
      await writeFile(join(site, 'sitecustomize.py'), mark('sitecustomize'));
      await writeFile(join(site, 'usercustomize.py'), mark('usercustomize'));
      const home = join(fixture.temporary, 'home');
      const user = join(home, '.local/lib/python3.11/site-packages');
      await mkdir(user, { recursive: true });
      await writeFile(join(user, 'usercustomize.py'), mark('of-user'));
      await writeFile(join(user, 'evil.pth'), `import sys; ${mark('pth-of-user')}`);
      await mkdir(join(home, '.config/mypy'), { recursive: true });
      await writeFile(join(home, '.config/mypy/config'), '[mypy]\nignore_errors = true\n');
      const interpreter = join(fixture.temporary, 'venv/bin/python');
      await mkdir(join(fixture.temporary, 'venv/bin'));
      await writeFile(interpreter, `#!/bin/sh\n: > ${join(marks, 'interpreter')}\nexit 1\n`);
      await chmod(interpreter, 0o755);
      for (const name of ['sitecustomize', 'usercustomize', 'json', 'plugin', 'mypy', 'conftest']) {
        await fixture.project.write(`${name}.py`, mark(`project-${name}`));
      }
      await fixture.project.write(
        'mypy.ini',
        `[mypy]\nplugins = plugin.py, plugin\npython_executable = ${interpreter}\nstrict_optional = true\n`,
      );
      const venv = { venvPath: fixture.temporary, venv: 'venv', pythonPath: interpreter };
      await fixture.project.write('pyrightconfig.json', JSON.stringify(venv));
      const bare = (await barePython(fixture.temporary)).bin;
      const path = tool === 'pyright' ? bare : String(process.env['PATH']);
      const answer = await withVariables({ HOME: home, PATH: path }, () =>
        fixture.judge({ added: { 'b.py': 'import conftest\nx: int = ""\n' }, python }),
      );
      expect(answer.findings.map(({ line }) => line)).toEqual([2]);
      expect(answer.tool.split(' ')[0]).toBe(tool.split(' ')[0]);
      expect(answer.note).toContain(
        tool === 'pyright'
          ? 'not taken from pyrightconfig.json: venvPath, venv, pythonPath'
          : 'not taken from mypy.ini: plugins, python_executable',
      );
      expect(await readdir(marks)).toEqual([]);
    },
  );
});
