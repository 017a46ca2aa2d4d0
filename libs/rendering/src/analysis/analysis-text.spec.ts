import type { FileAnalysis, FolderAnalysis } from '@ids/contracts';
import { describe, expect, it } from '@jest/globals';
import { displayWidth } from '../text.js';
import { analysisText } from './analysis-text.js';

type Class = FileAnalysis['classes'][number];
type Function = FileAnalysis['functions'][number];
type Import = FileAnalysis['imports'][number];

const place = (startLine: number, endLine: number) => ({
  line: startLine,
  column: 1,
  startLine,
  endLine,
  lines: endLine - startLine + 1,
});

function definition(qualifiedName: string, startLine: number, endLine: number) {
  const name = qualifiedName.split('.').at(-1) ?? '';
  const depth = qualifiedName.replaceAll('.<locals>', '').split('.').length - 1;
  return {
    name,
    qualifiedName,
    depth,
    typeParameters: [],
    decorators: [],
    doc: null,
    ...place(startLine, endLine),
  };
}

function functionAt(qualifiedName: string, lines: [number, number], more: Partial<Function> = {}): Function {
  return {
    ...definition(qualifiedName, ...lines),
    kind: 'function',
    signature: '()',
    parameters: [],
    returns: null,
    async: false,
    generator: false,
    overload: false,
    ...more,
  };
}

function classAt(qualifiedName: string, lines: [number, number], more: Partial<Class> = {}): Class {
  return {
    ...definition(qualifiedName, ...lines),
    kind: 'class',
    bases: [],
    keywords: [],
    metaclass: null,
    fields: [],
    attributes: [],
    ...more,
  };
}

function importOf(module: string, more: Partial<Import> = {}): Import {
  return {
    module,
    level: 0,
    names: null,
    alias: null,
    line: 1,
    column: 1,
    endLine: 1,
    typeChecking: false,
    inTry: false,
    local: false,
    ...more,
  };
}

function file(more: Partial<FileAnalysis> = {}): FileAnalysis {
  return {
    kind: 'file',
    path: 'app/fleet.py',
    bytes: 3_400,
    lines: 120,
    encoding: 'utf-8',
    python: '3.11.7',
    pythonNote: null,
    doc: null,
    imports: [],
    functions: [],
    classes: [],
    globals: [],
    entryPoint: false,
    ...more,
  };
}

function folder(more: Partial<FolderAnalysis> = {}): FolderAnalysis {
  return {
    kind: 'folder',
    path: 'app',
    python: '3.11.7',
    pythonNote: null,
    files: 0,
    bytes: 0,
    lines: 0,
    functions: 0,
    classes: 0,
    largest: [],
    imports: { edges: [], omitted: 0, circles: [] },
    entryPoints: [],
    failed: [],
    truncated: false,
    ...more,
  };
}

const FLEET = file({
  doc: 'The fleet.',
  pythonNote:
    'The project asks for Python 3.12 (.python-version); 3.11.7 judged, the closest on this machine.',
  entryPoint: true,
  imports: [
    importOf('os'),
    importOf('numpy', { alias: 'np' }),
    importOf('vessel', { level: 1, names: [{ name: 'Vessel', alias: 'V' }], typeChecking: true }),
    importOf('yaml', { inTry: true }),
    importOf('json', { local: true }),
  ],
  classes: [
    classAt('Fleet', [10, 40], {
      decorators: ['dataclass(frozen=True)'],
      bases: ['Base[int]'],
      keywords: ['metaclass=Meta'],
      doc: 'Many vessels.',
      fields: [{ name: 'size', annotation: 'int', default: '0', line: 12 }],
      attributes: [
        { name: 'size', annotation: 'int', kind: 'class', line: 12 },
        { name: 'limit', annotation: null, kind: 'class', line: 13 },
        { name: 'name', annotation: 'str', kind: 'instance', line: 15 },
      ],
    }),
  ],
  functions: [
    functionAt('Fleet.sail', [20, 22], { async: true, signature: "(self, to='home') -> None", doc: 'Go.' }),
    functionAt('Fleet.count', [24, 26], { decorators: ['property'], signature: '(self) -> int' }),
    functionAt('main', [50, 60], { typeParameters: ['T'], signature: '(x: T)' }),
    functionAt('main.<locals>.inner', [51, 51]),
  ],
  globals: [
    { name: 'LIMIT', annotation: 'int', kind: 'constant', line: 2 },
    { name: 'state', annotation: null, kind: 'variable', line: 3 },
    { name: '__all__', annotation: null, kind: 'all', line: 4 },
  ],
});

describe('the text of a file', () => {
  it('tells what it imports, defines and assigns, with lines', () => {
    expect(analysisText(FLEET, { width: 80 })).toEqual([
      'app/fleet.py',
      '  120 lines, 3.4 kB, utf-8, Python 3.11.7, runs as a script',
      '  The project asks for Python 3.12 (.python-version); 3.11.7 judged, the closest',
      '      on this machine.',
      '  "The fleet."',
      'Imports',
      '  import os, numpy as np',
      '  import yaml (in try)',
      '  import json (in a function)',
      '  from .vessel import Vessel as V (type checking)',
      'Classes',
      '  10-40 @dataclass(frozen=True) class Fleet(Base[int], metaclass=Meta)',
      '          "Many vessels."',
      '          fields: size: int = 0',
      '          attributes: limit',
      '          instance: name: str',
      "  20-22   async def sail(self, to='home') -> None",
      '            "Go."',
      '  24-26   @property def count(self) -> int',
      'Functions',
      '  50-60 def main[T](x: T)',
      '     51   def inner()',
      'Globals',
      '  constants: LIMIT: int',
      '  variables: state',
      '  __all__',
    ]);
  });

  it('fits into the width, also with names that no line can hold', () => {
    const long = functionAt('f', [1, 1], { signature: `(${'a'.repeat(300)}, ${'日本 '.repeat(60)})` });
    for (const width of [40, 80]) {
      for (const line of analysisText({ ...FLEET, functions: [long] }, { width })) {
        expect(displayWidth(line)).toBeLessThanOrEqual(width);
      }
    }
  });

  it('fits into a message of a chat, cut at a line, and says how many more there are', () => {
    const functions = Array.from({ length: 500 }, (_, index) =>
      functionAt(`f${index}`, [index + 1, index + 1]),
    );
    const whole = analysisText(file({ functions }), { width: 80 });
    const lines = analysisText(file({ functions }), { width: 80, maxChars: 4_096 });
    expect(lines.join('\n').length).toBeLessThanOrEqual(4_096);
    expect(lines.join('\n').length).toBeGreaterThan(4_000);
    expect(lines.slice(0, -1)).toEqual(whole.slice(0, lines.length - 1));
    expect(lines.at(-1)).toBe(`… ${whole.length - lines.length + 1} more`);
    expect(analysisText(FLEET, { width: 80, maxChars: 4_096 })).toEqual(analysisText(FLEET, { width: 80 }));
  });

  it('lets nothing of a repository reach a terminal that it could be steered with', () => {
    const evil = 'x\u001b[2J\u0007\u202e\ny';
    const text = analysisText(
      file({
        path: evil,
        doc: evil,
        encoding: evil,
        imports: [importOf(evil, { names: [{ name: evil, alias: evil }] })],
        functions: [functionAt(evil, [1, 2], { name: evil, signature: evil, decorators: [evil], doc: evil })],
        classes: [
          classAt(evil, [3, 4], {
            name: evil,
            bases: [evil],
            keywords: [evil],
            doc: evil,
            fields: [{ name: evil, annotation: evil, default: evil, line: 3 }],
            attributes: [{ name: `${evil}2`, annotation: evil, kind: 'class', line: 3 }],
          }),
        ],
        globals: [{ name: evil, annotation: evil, kind: 'constant', line: 5 }],
      }),
      { width: 80 },
    );
    const places = folder({
      path: evil,
      largest: [{ path: evil, lines: 1 }],
      imports: { edges: [], omitted: 0, circles: [[evil, evil]] },
      entryPoints: [{ path: evil, kind: 'script', name: evil }],
      failed: [{ path: evil, line: 1, column: 1, message: evil }],
    });
    const all = [...text, ...analysisText(places, { width: 80 })];
    expect(all.join('')).not.toMatch(/[\p{Cc}\u202e]/u);
    expect(all.filter((line) => line.includes('xy') || line.includes('x y')).length).toBeGreaterThan(10);
  });
});

describe('the text of a folder', () => {
  it('tells totals, the largest, circles, entry points, and what could not be parsed and why', () => {
    const edge = { from: 'app/a.py', to: 'app/b.py', line: 1, when: 'load' } as const;
    const whole = folder({
      files: 1_234,
      bytes: 31_500_000,
      lines: 80_000,
      functions: 1,
      classes: 2,
      largest: [
        { path: 'app/a.py', lines: 12_345 },
        { path: 'app/b.py', lines: 7 },
      ],
      imports: { edges: [edge], omitted: 2, circles: [['app/a.py', 'app/b.py']] },
      entryPoints: [
        { path: 'app/a.py', kind: 'script', name: 'serve' },
        { path: 'app/__main__.py', kind: 'package', name: 'python -m app' },
        { path: 'app/b.py', kind: 'main', name: 'app/b.py' },
      ],
      failed: [
        { path: 'app/bad.py', line: 3, column: 7, message: 'invalid syntax' },
        { path: 'app/deep.py', line: 0, column: 0, message: 'Python needed more.' },
      ],
      truncated: true,
    });
    expect(analysisText(whole, { width: 80 })).toEqual([
      'app',
      '  1,234 files, 80,000 lines, 31.5 MB, 2 classes, 1 function',
      '  3 imports between its modules; Python 3.11.7',
      '  There are more files than were looked at.',
      'Largest files',
      '  12,345  app/a.py',
      '       7  app/b.py',
      'Modules that import each other in a circle',
      '  app/a.py → app/b.py → app/a.py',
      'Entry points',
      '  serve (app/a.py)',
      '  python -m app (app/__main__.py)',
      '  app/b.py',
      'Not parsed: 2',
      '  app/bad.py:3:7: invalid syntax',
      '  app/deep.py: Python needed more.',
    ]);
  });

  it('shortens long lists and counts what it leaves out', () => {
    const entryPoints = Array.from({ length: 90 }, (_, index) => ({
      path: `m${index}.py`,
      kind: 'main' as const,
      name: `m${index}.py`,
    }));
    const lines = analysisText(folder({ path: '', entryPoints }), { width: 80 });
    expect(lines[0]).toBe('The whole project');
    expect(lines.slice(-2)).toEqual(['  m19.py', '  … 70 more']);
  });
});
