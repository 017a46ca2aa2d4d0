import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileAnalysisSchema, folderAnalysisSchema } from '@ids/contracts';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { makeProject, snapshotTree, type TestProject } from '@ids/testing';
import { PythonService } from './index.js';

const FLEET = `"""The fleet.

More words.
"""
from __future__ import annotations
import os, sys as system
from typing import TYPE_CHECKING
try:
    import yaml
except ImportError:
    yaml = None
if TYPE_CHECKING:
    from .vessel import Vessel as V

LIMIT: int = 3
first, *rest = range(5)


@decorated(1)
class Fleet(dict, metaclass=Meta):
    """Many vessels."""

    size: int = 0

    def __init__(self, name: str, /, *args: int, speed: float = 1.0, **rest) -> None:
        self.name: str = name
        self.a, self.b = 1, 2

    async def sail(self, to="home", *, fast=False):
        """Go.

        Far."""
        import json
        def inner(x): return x
        yield inner

    @property
    def count(self) -> dict[str, list[int]]:
        return {}
`;

// Interpreters and checkers start slowly on a busy machine.
jest.setTimeout(60_000);

describe('analysis', () => {
  let python: PythonService;
  let project: TestProject;
  beforeAll(async () => {
    python = new PythonService();
    project = await makeProject({
      'app/__init__.py': '',
      'app/fleet.py': FLEET,
      'app/vessel.py': 'class Vessel:\n    pass\n',
      'bad.py': 'def f(:\n',
      '.venv/pyvenv.cfg': 'home = /usr/bin\n',
      '.venv/lib/skipped.py': 'x = 1\n',
      'env/pyvenv.cfg': 'home = /usr/bin\n',
      'env/skipped.py': 'x = 1\n',
    });
  });
  afterAll(async () => {
    await python.close();
    await project.remove();
  });

  it('tells what a file defines', async () => {
    const before = await snapshotTree(project.path);
    const file = fileAnalysisSchema.parse(await python.analyzeFile(project.path, 'app/fleet.py'));
    expect(file).toMatchObject({ path: 'app/fleet.py', doc: 'The fleet.', encoding: 'utf-8', lines: 39 });
    expect(file.functions.map((f) => `${f.qualifiedName}${f.signature}`)).toEqual([
      'Fleet.__init__(self, name: str, /, *args: int, speed: float = 1.0, **rest) -> None',
      "Fleet.sail(self, to='home', *, fast=False)",
      'Fleet.sail.<locals>.inner(x)',
      'Fleet.count(self) -> dict[str, list[int]]',
    ]);
    expect(file.functions[1]).toMatchObject({
      async: true,
      generator: true,
      doc: 'Go.',
      line: 29,
      endLine: 35,
    });
    expect(file.functions[3]).toMatchObject({ decorators: ['property'], generator: false });
    expect(file.classes).toEqual([
      expect.objectContaining({
        name: 'Fleet',
        bases: ['dict'],
        keywords: ['metaclass=Meta'],
        decorators: ['decorated(1)'],
        doc: 'Many vessels.',
      }),
    ]);
    expect(file.classes[0]?.attributes.map((a) => [a.name, a.kind, a.annotation])).toEqual([
      ['size', 'class', 'int'],
      ['name', 'instance', 'str'],
      ['a', 'instance', null],
      ['b', 'instance', null],
    ]);
    expect(file.globals.map((g) => g.name)).toEqual(['yaml', 'LIMIT', 'first', 'rest']);
    expect(file.imports.map((i) => [i.module, i.level, i.alias, i.typeChecking, i.inTry, i.local])).toEqual([
      ['__future__', 0, null, false, false, false],
      ['os', 0, null, false, false, false],
      ['sys', 0, 'system', false, false, false],
      ['typing', 0, null, false, false, false],
      ['yaml', 0, null, false, true, false],
      ['vessel', 1, null, true, false, false],
      ['json', 0, null, false, false, true],
    ]);
    expect(await snapshotTree(project.path)).toEqual(before);
  });

  it('sums up a folder, and says what cannot be parsed', async () => {
    const folder = folderAnalysisSchema.parse(await python.analyzeFolder(project.path, '.'));
    expect(folder).toMatchObject({ path: '', files: 4, functions: 4, classes: 2, truncated: false });
    expect(folder.failed).toEqual([{ path: 'bad.py', line: 1, column: 7, message: 'invalid syntax' }]);
    expect(folder.largest[0]).toEqual({ path: 'app/fleet.py', lines: 39 });
    expect(await python.analyzeFolder(project.path, '', { files: 2 })).toMatchObject({ truncated: true });
  });

  it.each([
    ['nowhere.py', 'file_not_found'],
    ['app', 'file_not_found'],
    ['../outside.py', 'path_not_allowed'],
    ['/etc/passwd', 'path_not_allowed'],
    ['link.py', 'path_not_allowed'],
    ['bad.py', 'syntax_error'],
  ])('refuses %s with %s', async (path, code) => {
    await symlink('/etc/passwd', join(project.path, 'link.py')).catch(() => undefined);
    await expect(python.analyzeFile(project.path, path)).rejects.toMatchObject({ code });
  });
});
