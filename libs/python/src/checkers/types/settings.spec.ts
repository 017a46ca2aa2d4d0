import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { makeProject, type TestProject } from '@ids/testing';
import { PythonService } from '../../index.js';
import type { TypeSettings } from './settings.js';

const ini = (exclude: string): Record<string, string> => ({
  'mypy.ini': `[mypy]\nexclude = ${exclude}\n`,
});

describe('the settings of type checkers as data', () => {
  let python: PythonService;
  let project: TestProject;
  beforeAll(() => {
    python = new PythonService({ processes: 1 });
  });
  afterEach(() => project.remove());
  afterAll(() => python.close());

  const read = async (
    files: Record<string, string>,
    paths: readonly string[] = [],
    importers = 0,
  ): Promise<TypeSettings> => {
    project = await makeProject(files);
    return await python.typeSettings({ root: project.path, paths, added: {}, removed: [], importers });
  };

  it('reads mypy.ini before everything else, with its sections for modules', async () => {
    const { mypy } = await read({
      'mypy.ini': '[mypy]\nStrict = True\nplugins = a,\n  b\n[mypy-app.*, tests.x]\nignore-errors = on\n',
      'pyproject.toml': '[tool.mypy]\nstrict = false\n',
    });
    expect(mypy).toEqual({
      source: 'mypy.ini',
      options: { strict: 'True', plugins: 'a,\nb' },
      modules: [{ patterns: ['app.*', 'tests.x'], options: { ignore_errors: 'on' } }],
      broken: null,
    });
  });

  it('reads pyproject.toml with its overrides, and setup.cfg after it', async () => {
    const toml =
      '[tool.mypy]\nstrict = true\npython_version = "3.10"\nexclude = ["^old/"]\n' +
      '[[tool.mypy.overrides]]\nmodule = ["a.*", "b"]\ndisallow_untyped_defs = false\n' +
      '[[tool.mypy.overrides]]\nmodule = "c"\nenable_error_code = ["x"]\n';
    const setup = { 'setup.cfg': '[mypy]\nstrict_optional = no\n' };
    expect((await read({ 'pyproject.toml': toml, ...setup })).mypy).toEqual({
      source: 'pyproject.toml',
      options: { strict: 'true', python_version: '3.10', exclude: ['^old/'] },
      modules: [
        { patterns: ['a.*', 'b'], options: { disallow_untyped_defs: 'false' } },
        { patterns: ['c'], options: { enable_error_code: ['x'] } },
      ],
      broken: null,
    });
    await project.remove();
    expect((await read({ 'pyproject.toml': '[tool.black]\n', ...setup })).mypy).toMatchObject({
      source: 'setup.cfg',
      options: { strict_optional: 'no' },
    });
  });

  it('reads pyrightconfig.json with comments and trailing commas, before pyproject.toml', async () => {
    const json = '{ // "a": 1\n "strict": ["a//b", "c/*d*/",], /* x */ "venv": "v,}",\n}';
    const toml = '[tool.pyright]\ntypeCheckingMode = "basic"\n';
    expect((await read({ 'pyrightconfig.json': json, 'pyproject.toml': toml })).pyright).toEqual({
      source: 'pyrightconfig.json',
      options: { strict: ['a//b', 'c/*d*/'], venv: 'v,}' },
      broken: null,
    });
    await project.remove();
    expect((await read({ 'pyproject.toml': toml })).pyright?.options).toEqual({ typeCheckingMode: 'basic' });
  });

  it('says what it could not read', async () => {
    const { mypy, pyright } = await read({ 'mypy.ini': 'strict = 1\n', 'pyrightconfig.json': '{a: 1}' });
    expect(mypy).toMatchObject({
      source: 'mypy.ini',
      options: {},
      broken: expect.stringContaining('section'),
    });
    expect(pyright).toMatchObject({ options: {}, broken: expect.stringContaining('double quotes') });
  });

  it('excludes what mypy would, and minds no pattern that cannot be one', async () => {
    const paths = ['a.py', 'old/b.py', 'src/old/c.py', 'bold/d.py'];
    expect((await read(ini('(^|/)old/$'), paths)).excluded).toEqual(['old/b.py', 'src/old/c.py']);
    await project.remove();
    expect((await read(ini('(?x)\n  ^a\\.py$  # one\n  | ^bold'), paths)).excluded).toEqual([
      'a.py',
      'bold/d.py',
    ]);
    await project.remove();
    expect((await read(ini('('), paths)).excluded).toEqual([]);
  });

  it('names the files that import the changed ones, nearest first and within a bound', async () => {
    const files = {
      'src/pkg/__init__.py': '',
      'src/pkg/core.py': '',
      'src/pkg/a.py': 'from .core import (  # core\n    x,\n    y)\n',
      'src/pkg/b.py': 'from . import core\n',
      'src/pkg/c.py': 'import os, pkg.core as k\n',
      'src/pkg/deep/__init__.py': '',
      'src/pkg/deep/d.py': 'def f():\n    from ..core import x\n',
      'tests/test_a.py': 'from pkg.a import x\n',
      'other/core.py': '',
      'other/e.py': 'from other.core import core\ntext = "import pkg.core"\n',
      'venv/pyvenv.cfg': '',
      'venv/lib/f.py': 'import pkg.core\n',
    };
    const near = ['src/pkg/a.py', 'src/pkg/b.py', 'src/pkg/c.py', 'src/pkg/deep/d.py'];
    expect((await read(files, ['src/pkg/core.py'], 200)).importers).toEqual([...near, 'tests/test_a.py']);
    await project.remove();
    expect((await read(files, ['src/pkg/core.py'], 2)).importers).toEqual(near.slice(0, 2));
  });
});
