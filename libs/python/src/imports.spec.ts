import { join } from 'node:path';
import type { Finding } from '@ids/contracts';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { makeProject, type TestProject } from '@ids/testing';
import { PythonService } from './index.js';

type Files = Record<string, string>;

const BASE: Files = {
  'app/__init__.py': 'from .vessel import *\n',
  'app/vessel.py': 'class Vessel: ...\ndef load(): ...\n_hidden = 1\nif True:\n    flag = 1\n',
  'app/lazy.py': 'def __getattr__(name): return name\n',
  'app/sub/__init__.py': '',
  'app/sub/deep.py': 'from ..vessel import Vessel\n',
  'space/part.py': 'x = 1\n',
  'src/pkg/__init__.py': 'y = 1\n',
  'tests/helper.py': 'z = 1\n',
  'requirements.txt': 'Not_Installed.Pkg>=1  # why\n-r more.txt\n',
  'more.txt': 'PyYAML-not==1\n',
  'pyproject.toml':
    '[project]\nname = "x"\ndependencies = ["opencv-python[all]>=4; python_version > \'3\'"]\n',
};

const FINE: [string, string][] = [
  ['app/new.py', 'import os.path, sys, json, xml.etree.ElementTree, _thread, math, zlib'],
  ['app/new.py', 'from os import path, getcwd\nfrom math import sqrt\nfrom collections.abc import Mapping'],
  [
    'app/new.py',
    'from .vessel import Vessel, load, _hidden, flag, __name__\nfrom . import vessel, sub, Vessel as V',
  ],
  ['app/new.py', 'from .lazy import anything\nimport app.sub.deep\nfrom app import load'],
  ['app/sub/new.py', 'from ..vessel import load\nfrom .. import vessel\nfrom . import deep'],
  ['run.py', 'import space.part, pkg\nfrom pkg import y\nfrom space import part'],
  ['tests/test_new.py', 'import helper\nfrom helper import z\nfrom app.vessel import load'],
  ['app/new.py', 'try:\n    import nope\nexcept ImportError:\n    import nope2 as nope'],
  ['app/new.py', 'from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from nope import x'],
  ['app/new.py', 'import contextlib\nwith contextlib.suppress(ImportError):\n    import nope'],
  ['app/new.py', 'import sys\nif sys.version_info < (3, 0):\n    import nope\nimport winreg'],
  ['app/new.py', 'import sys\nsys.path.insert(0, "elsewhere")\nimport nope'],
  ['app/new.py', 'from __future__ import annotations\nimport __main__'],
];

const BROKEN: [string, string, Partial<Finding>][] = [
  [
    'app/new.py',
    'import os\nimport jsn\n',
    {
      line: 2,
      column: 8,
      code: 'unresolved-import',
      message:
        "No module named 'jsn'; did you mean 'json'? Or declare the package that provides it (requirements.txt or pyproject.toml)",
    },
  ],
  ['app/new.py', 'x = "é"; import nope.deeper\n', { line: 1, column: 17, code: 'unresolved-import' }],
  [
    'app/new.py',
    'from .vessel import Vessle\n',
    {
      line: 1,
      column: 21,
      code: 'missing-name',
      message: "cannot import name 'Vessle' from '.vessel'; did you mean 'Vessel'?",
    },
  ],
  [
    'app/new.py',
    'from . import vesel\n',
    { code: 'missing-name', message: "cannot import name 'vesel' from '.'; did you mean 'vessel'?" },
  ],
  ['app/new.py', 'from .vesel import load\n', { code: 'unresolved-import' }],
  ['app/new.py', 'from vessel import load\n', { code: 'unresolved-import' }],
  ['app/new.py', 'from app import _hidden\n', { code: 'missing-name' }],
  [
    'app/new.py',
    'from ..vessel import load\n',
    {
      code: 'unresolved-import',
      message: 'attempted relative import beyond the top-level package: ..vessel',
    },
  ],
  ['run.py', 'from .app import vessel\n', { code: 'unresolved-import' }],
  [
    'app/new.py',
    'import app.vessel.deep\n',
    {
      code: 'unresolved-import',
      message: "No module named 'app.vessel.deep'; 'app.vessel' is not a package",
    },
  ],
  [
    'app/new.py',
    'from math import sqroot\n',
    { code: 'missing-name', message: "cannot import name 'sqroot' from 'math'; did you mean 'sqrt'?" },
  ],
  ['app/new.py', 'from json import dmps\n', { code: 'missing-name' }],
  ['app/new.py', 'from space import nothing\n', { code: 'missing-name' }],
  ['app/new.py', 'def f():\n    import nope\n', { line: 2, column: 12, code: 'unresolved-import' }],
  [
    'app/new.py',
    'import not_installed_pkg\n',
    {
      severity: 'warning',
      code: 'not-installed',
      message:
        "'Not_Installed.Pkg' is declared in requirements.txt but not installed; install it with: python3 -m pip install Not_Installed.Pkg",
    },
  ],
  ['app/new.py', 'import cv2\n', { severity: 'warning', code: 'not-installed' }],
  ['app/new.py', 'import pyyaml_not\n', { severity: 'warning', code: 'not-installed' }],
];

// Interpreters and checkers start slowly on a busy machine.
jest.setTimeout(60_000);

describe('checkImports', () => {
  let python: PythonService;
  let project: TestProject;
  let stage: TestProject;
  beforeAll(async () => {
    python = new PythonService({ processes: 1 });
  });
  afterAll(() => python.close());
  afterEach(async () => {
    await project.remove();
    await stage.remove();
  });

  const change = async (
    base: Files,
    added: Files,
    removed: string[] = [],
    renamed: Files = {},
  ): Promise<{ findings: Finding[]; existing: number }> => {
    project = await makeProject(base);
    stage = await makeProject(added);
    const placed = Object.fromEntries(Object.keys(added).map((path) => [path, join(stage.path, path)]));
    return await python.checkImports({
      root: project.path,
      python: await python.project(project.path),
      files: Object.entries(placed)
        .filter(([path]) => path.endsWith('.py'))
        .map(([path, file]) => ({ path, file })),
      staged: { added: placed, removed },
      renamed,
    });
  };

  it.each(FINE)('takes what can be imported, or cannot be known: %s: %s', async (path, text) => {
    expect((await change(BASE, { [path]: `${text}\n` })).findings).toEqual([]);
  });

  it.each(BROKEN)('finds what cannot be imported: %s: %s', async (path, text, expected) => {
    const { findings } = await change(BASE, { [path]: text });
    expect(findings).toEqual([expect.objectContaining({ path, severity: 'error', ...expected })]);
  });

  it('knows packages that this very change declares', async () => {
    const { findings } = await change(BASE, { 'run.py': 'import nope\n', 'requirements.txt': 'nope\n' });
    expect(findings).toEqual([expect.objectContaining({ code: 'not-installed', severity: 'warning' })]);
  });

  it('sees modules and names that the same change adds', async () => {
    const added = {
      'app/new.py': 'from .other import fresh\nfrom .inner import x\n',
      'app/other.py': 'fresh = 1\n',
      'app/inner/x.py': '',
    };
    expect((await change(BASE, added)).findings).toEqual([]);
  });

  it('counts what was broken before, wherever it stands now', async () => {
    const base = { 'a.py': 'import nope\n' };
    const { findings, existing } = await change(base, { 'a.py': '\n\n\nimport nope\nimport nope_too\n' });
    expect(existing).toBe(1);
    expect(findings).toEqual([expect.objectContaining({ line: 5 })]);
    await project.remove();
    await stage.remove();
    expect(await change(base, { 'b.py': 'import nope\n' }, ['a.py'], { 'b.py': 'a.py' })).toMatchObject({
      findings: [],
      existing: 1,
    });
  });

  it.each<[string, Files, string[], string]>([
    [
      'a removed name',
      { 'app/vessel.py': 'class Vessel: ...\n' },
      [],
      "cannot import name 'load' from 'app.vessel'",
    ],
    ['a removed module', {}, ['app/vessel.py'], "No module named 'app.vessel'"],
    ['a removed name behind a star', { 'app/__init__.py': '' }, [], "cannot import name 'Vessel' from 'app'"],
  ])('finds other modules that %s breaks', async (_name, added, removed, message) => {
    const user = 'from app.vessel import load\nfrom app import Vessel\n';
    const { findings } = await change(
      { ...BASE, 'app/sub/deep.py': '', 'tests/test_it.py': user },
      added,
      removed,
    );
    expect(findings).toContainEqual(
      expect.objectContaining({
        path: 'tests/test_it.py',
        severity: 'error',
        message: expect.stringContaining(message),
      }),
    );
  });

  it('reads virtual environments, .pth lines and editable installs without running them', async () => {
    const site = '.venv/lib/python3.11/site-packages';
    const base: Files = {
      '.venv/pyvenv.cfg': 'include-system-site-packages = false\n',
      [`${site}/third/__init__.py`]: 'name = 1\n',
      [`${site}/ext.cpython-311-x86_64-linux-gnu.so`]: '',
      [`${site}/extra.pth`]: 'import os; os.abort()\n../../../../linked\n',
      [`${site}/__editable___edit_finder.py`]:
        "MAPPING: dict[str, str] = {'edit': 'PLACE/edit'}\nNAMESPACES = {}\n",
      'linked/behind.py': 'x = 1\n',
    };
    project = await makeProject({ 'edit/__init__.py': 'real = 1\n' });
    const place = project;
    base[`${site}/__editable___edit_finder.py`] =
      base[`${site}/__editable___edit_finder.py`]?.replace('PLACE', place.path) ?? '';
    const text =
      'import ext.anything\nfrom ext import x\nfrom third import name\nimport behind\nfrom edit import real\n';
    const { findings } = await change(base, {
      'a.py': `${text}from third import nam\nfrom edit import rel\nimport pytest\n`,
    });
    await place.remove();
    expect(findings.map(({ line, code }) => [line, code])).toEqual([
      [6, 'missing-name'],
      [7, 'missing-name'],
      [8, 'unresolved-import'],
    ]);
  });

  it('judges files as they stand when there is no change', async () => {
    project = await makeProject({ 'a.py': 'import nope\n' });
    stage = await makeProject();
    const files = [{ path: 'a.py', file: join(project.path, 'a.py') }];
    expect(
      (await python.checkImports({ root: project.path, python: await python.project(project.path), files }))
        .findings,
    ).toHaveLength(1);
  });

  it('leaves out a project file that kills the process', async () => {
    const killer = `x = f"${'{a}'.repeat(400_000)}"\n`;
    const hurt = new PythonService({ processes: 1, limits: { importsSeconds: 2 } });
    project = await makeProject({ 'killer.py': killer });
    stage = await makeProject({ 'a.py': 'from killer import y\nimport nope\n' });
    const file = join(stage.path, 'a.py');
    const { findings } = await hurt.checkImports({
      root: project.path,
      python: await python.project(project.path),
      files: [{ path: 'a.py', file }],
      staged: { added: { 'a.py': file }, removed: [] },
    });
    expect(findings.map(({ line }) => line)).toContain(2);
    await hurt.close();
  });
});
