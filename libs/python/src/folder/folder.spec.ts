import type { ImportEdge } from '@ids/contracts';
import { describe, expect, it } from '@jest/globals';
import type { ImportFact } from '../analyses/forms.js';
import { indexOf } from '../summary.js';
import { importCircles } from './circles.js';
import { declaredScripts, entryPoints } from './entry-points.js';
import { importEdges } from './import-graph.js';

/** `import a.b`, `from ..x import y, z`; the line by its place, `late` where it begins so. */
function fact(text: string, index: number): ImportFact {
  const late = text.startsWith('late ');
  const [, dots = '', module = '', names] =
    /^(?:from (\.*)([\w.]*) )?import (.*)$/.exec(text.replace(/^late /, '')) ?? [];
  const shared = { line: index + 1, late };
  if (!/from/.test(text)) return { ...shared, module: names ?? '', level: 0, names: null };
  return { ...shared, module, level: dots.length, names: (names ?? '').split(', ') };
}

function edgesOf(files: Record<string, string[]>, folder = ''): string[] {
  const paths = Object.keys(files);
  const importers = Object.entries(files).map(([path, imports]) => ({ path, imports: imports.map(fact) }));
  return importEdges(importers, indexOf(folder, paths)).map(
    ({ from, to, line, when }) => `${from} ${line} ${to}${when === 'late' ? ' late' : ''}`,
  );
}

describe('the imports between the modules of a folder', () => {
  it.each<[string, Record<string, string[]>, string[]]>([
    ['a module', { 'a.py': ['import b'], 'b.py': [] }, ['a.py 1 b.py']],
    [
      'a module in packages, and not the packages',
      { 'a.py': ['import p.q.m'], 'p/__init__.py': [], 'p/q/__init__.py': [], 'p/q/m.py': [] },
      ['a.py 1 p/q/m.py'],
    ],
    ['a package', { 'a.py': ['import p'], 'p/__init__.py': [] }, ['a.py 1 p/__init__.py']],
    [
      'a name of a package',
      { 'a.py': ['from p import name'], 'p/__init__.py': [], 'p/m.py': [] },
      ['a.py 1 p/__init__.py'],
    ],
    [
      'a submodule by from',
      { 'a.py': ['from p import m'], 'p/__init__.py': [], 'p/m.py': [] },
      ['a.py 1 p/m.py'],
    ],
    [
      'both',
      { 'a.py': ['from p import m, name'], 'p/__init__.py': [], 'p/m.py': [] },
      ['a.py 1 p/m.py', 'a.py 1 p/__init__.py'],
    ],
    ['a star', { 'a.py': ['from p import *'], 'p/__init__.py': [], 'p/m.py': [] }, ['a.py 1 p/__init__.py']],
    [
      'one that is relative',
      { 'p/a.py': ['from . import b', 'from .c import x'], 'p/b.py': [], 'p/c.py': [] },
      ['p/a.py 1 p/b.py', 'p/a.py 2 p/c.py'],
    ],
    [
      'one above',
      { 'p/q/a.py': ['from ..b import x', 'from .. import name'], 'p/b.py': [], 'p/__init__.py': [] },
      ['p/q/a.py 1 p/b.py', 'p/q/a.py 2 p/__init__.py'],
    ],
    [
      'one of a package from its own start',
      { 'p/__init__.py': ['from .a import x'], 'p/a.py': [] },
      ['p/__init__.py 1 p/a.py'],
    ],
    [
      'nothing above the project',
      { 'a.py': ['from ..b import x', 'from .... import c'], 'b.py': [], 'c.py': [] },
      [],
    ],
    [
      'a namespace package',
      { 'a.py': ['import n.m', 'from n import k'], 'n/m.py': [], 'n/k.py': [] },
      ['a.py 1 n/m.py', 'a.py 2 n/k.py'],
    ],
    [
      'the src layout',
      { 'src/p/__init__.py': [], 'src/p/m.py': [], 'tests/t.py': ['from p.m import x'] },
      ['tests/t.py 1 src/p/m.py'],
    ],
    [
      'a script beside its helper',
      { 'tools/run.py': ['import helper'], 'tools/helper.py': [] },
      ['tools/run.py 1 tools/helper.py'],
    ],
    [
      'packages that lie deeper',
      { 'backend/p/__init__.py': [], 'backend/p/a.py': ['import p.b'], 'backend/p/b.py': [] },
      ['backend/p/a.py 1 backend/p/b.py'],
    ],
    [
      'no module of its own package by an absolute name',
      { 'p/__init__.py': [], 'p/a.py': ['import logging'], 'p/logging.py': [] },
      [],
    ],
    ['not itself', { 'a.py': ['import a'] }, []],
    [
      'the first that happens on loading',
      {
        'a.py': ['late import b', 'import c', 'import b', 'import b'],
        'b.py': [],
        'c.py': ['late import a'],
      },
      ['a.py 2 c.py', 'a.py 3 b.py', 'c.py 1 a.py late'],
    ],
    [
      'a package before a module of its name',
      { 'a.py': ['import m'], 'm.py': [], 'm/__init__.py': [] },
      ['a.py 1 m/__init__.py'],
    ],
  ])('lead to %s', (_name, files, edges) => {
    expect(edgesOf(files)).toEqual(edges);
  });

  it('are looked for in the folder that is asked about, unless it is a package', () => {
    const loose = { 'part/sub/a.py': ['import b'], 'part/b.py': [] };
    expect(edgesOf(loose, 'part')).toEqual(['part/sub/a.py 1 part/b.py']);
    expect(edgesOf({ ...loose, 'part/__init__.py': [], 'part/sub/__init__.py': [] }, 'part')).toEqual([]);
  });
});

const edges = (...pairs: string[]): ImportEdge[] =>
  pairs.map((pair) => {
    const [from = '', to = '', late] = pair.split(' ');
    return { from, to, line: 1, when: late === undefined ? 'load' : 'late' };
  });

describe('circles', () => {
  it('are found, each the shortest through the first module of its group', () => {
    expect(
      importCircles(edges('c a', 'a b', 'b c', 'c d', 'd c', 'b a', 'x y', 'y z', 'z x', 'z free'), 50),
    ).toEqual([
      ['a', 'b'],
      ['x', 'y', 'z'],
    ]);
  });

  it('are none where an import happens late, or the way leads one way only', () => {
    expect(importCircles(edges('a b', 'b a late', 'a c', 'b c', 'c d'), 50)).toEqual([]);
  });

  it('are bounded, and found in long chains', () => {
    const pairs = Array.from({ length: 60 }, (_, index) => [
      `${index}a ${index}b`,
      `${index}b ${index}a`,
    ]).flat();
    expect(importCircles(edges(...pairs), 50)).toHaveLength(50);
    const long = Array.from({ length: 20_000 }, (_, index) => `m${index} m${(index + 1) % 20_000}`);
    expect(importCircles(edges(...long), 50)[0]).toHaveLength(20_000);
  });
});

describe('entry points', () => {
  it('are declared scripts, packages that run, and modules that run as a script', async () => {
    const texts: Record<string, string> = {
      'pyproject.toml':
        '[project.scripts]\nserve = "app.main:run"\nother = "not.here:x"\n[tool.poetry.scripts]\npo = "app.cli"\n',
      'setup.cfg': '[options.entry_points]\nconsole_scripts =\n  old = app.main:old [extra]\n  odd\n',
    };
    const scripts = await declaredScripts(async (path) => texts[path]);
    const paths = [
      'app/__init__.py',
      'app/__main__.py',
      'app/main.py',
      'app/cli.py',
      '__main__.py',
      'tools/x/__main__.py',
    ];
    const files = paths.map((path) => ({ path, entryPoint: /main/.test(path) }));
    expect(entryPoints(files, scripts, indexOf('', paths))).toEqual([
      { path: 'app/main.py', kind: 'script', name: 'serve' },
      { path: 'app/cli.py', kind: 'script', name: 'po' },
      { path: 'app/main.py', kind: 'script', name: 'old' },
      { path: 'app/__main__.py', kind: 'package', name: 'python -m app' },
      { path: '__main__.py', kind: 'package', name: 'python .' },
      { path: 'tools/x/__main__.py', kind: 'package', name: 'python -m tools.x' },
      { path: 'app/main.py', kind: 'main', name: 'app/main.py' },
    ]);
  });

  it('are named from the outermost package, also where only a part is looked at', () => {
    const paths = ['src/app/part/__init__.py', 'src/app/part/__main__.py'];
    const files = paths.map((path) => ({ path, entryPoint: false }));
    expect(entryPoints(files, [], indexOf('src/app/part', paths, ['src/app']))[0]?.name).toBe(
      'python -m app.part',
    );
  });
});
