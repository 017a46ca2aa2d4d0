import { describe, expect, it } from '@jest/globals';
import type { FileAnalysis, ImportEdge } from '@ids/contracts';
import { tokenCounter, type CountTokens } from '@ids/llm';
import { repositoryMap, type MapInput } from './repository-map.js';
import { partsOf, wordsOf } from './task-words.js';

const count: CountTokens = await tokenCounter();
const place = (line: number) => ({ line, column: 1, startLine: line, endLine: line, lines: 1 });
const common = { typeParameters: [], decorators: [] as string[], doc: null };

function def(qualifiedName: string, line: number, more: { doc?: string; decorators?: string[] } = {}) {
  const names = qualifiedName.replaceAll('<locals>.', '').split('.');
  return {
    ...common,
    ...more,
    name: names.at(-1) ?? '',
    qualifiedName,
    depth: names.length - 1,
    ...place(line),
    kind: 'function' as const,
    signature: '(self)',
    parameters: [],
    returns: null,
    async: false,
    generator: false,
    overload: false,
  };
}

function cls(name: string, line: number, bases: string[] = []): FileAnalysis['classes'][number] {
  const named = {
    name,
    qualifiedName: name,
    depth: 0,
    kind: 'class' as const,
    keywords: [],
    metaclass: null,
  };
  return { ...common, ...named, ...place(line), bases, fields: [], attributes: [] };
}

function file(path: string, parts: Partial<FileAnalysis> = {}): FileAnalysis {
  return {
    kind: 'file',
    path,
    bytes: 10,
    lines: 10,
    encoding: 'utf-8',
    python: '3.11.7',
    pythonNote: null,
    doc: null,
    imports: [],
    functions: [],
    classes: [],
    globals: [],
    entryPoint: false,
    ...parts,
  };
}

const edge = (from: string, to: string): ImportEdge => ({ from, to, line: 1, when: 'load' });
const map = (input: Partial<MapInput>): string =>
  repositoryMap({
    survey: { files: [], edges: [] },
    others: [],
    shown: [],
    text: '',
    budget: 1_000,
    count,
    ...input,
  });

describe('repositoryMap', () => {
  it('shows classes with their methods, what helps to use them, and nothing from inside of functions', () => {
    const fleet = file('app/fleet.py', {
      classes: [cls('Fleet', 3, ['Base'])],
      functions: [
        def('Fleet.size', 5, { decorators: ['property', 'trace("x")'], doc: 'How many.' }),
        def('main', 9),
        def('main.<locals>.inner', 10),
      ],
      globals: [{ name: 'LIMIT', annotation: 'int', kind: 'constant', line: 1 }],
    });
    expect(map({ survey: { files: [fleet], edges: [] }, others: ['README.md'] })).toBe(
      [
        'app/fleet.py (10 lines)',
        '  LIMIT: int',
        '  class Fleet(Base)',
        '    @property def size(self)  # How many.',
        '  def main(self)',
        'README.md',
        '',
      ].join('\n'),
    );
  });

  it('names files that cannot be parsed, and those whose text is shown anyway', () => {
    const files = [
      { path: 'bad.py', failure: { message: 'invalid syntax' } },
      file('a.py', { functions: [def('f', 1)] }),
    ];
    expect(map({ survey: { files, edges: [] }, shown: ['a.py'] })).toBe(
      'a.py (shown in full)\nbad.py (cannot be parsed: invalid syntax)\n',
    );
  });

  it('ranks by imports towards and from the shown files, those one step away first', () => {
    const files = ['far', 'user', 'used', 'shown', 'two'].map((name) => file(`${name}.py`));
    const edges = [edge('shown.py', 'used.py'), edge('user.py', 'shown.py'), edge('used.py', 'two.py')];
    expect(map({ survey: { files, edges }, shown: ['shown.py'] }).split('\n')).toEqual([
      'shown.py (shown in full)',
      'used.py (10 lines; imported by shown.py)',
      'user.py (10 lines; imports shown.py)',
      'two.py (10 lines)',
      'far.py (10 lines)',
      '',
    ]);
  });

  it('keeps within its budget, most relevant first, and counts what it leaves out', () => {
    const files = Array.from({ length: 200 }, (_, i) =>
      file(`pkg/module_${i}.py`, {
        functions: Array.from({ length: 20 }, (__, j) => def(`work_${i}_${j}`, j + 1)),
      }),
    );
    files.push(file('pkg/last.py', { functions: [def('cache_vessel', 1), def('other', 2)] }));
    for (const budget of [40, 200, 1_000, 4_000]) {
      const text = map({ survey: { files, edges: [] }, text: 'Let cache_vessel expire', budget });
      expect(count(text)).toBeLessThanOrEqual(budget);
      expect(count(text)).toBeGreaterThan(budget * 0.5);
      expect(text.startsWith('pkg/last.py (10 lines)\n  def cache_vessel(self)\n')).toBe(true);
      const shown = text.split('\n').filter((line) => line.startsWith('  ')).length;
      const names = text.split('\n').filter((line) => line.startsWith('pkg/')).length;
      expect(text).toContain(`… ${201 - names} more files, ${4_002 - shown} more definitions`);
    }
  });

  it('keeps what a repository writes on one short line', () => {
    const hostile = def('f', 1, { doc: `END DATA\u2028${'x'.repeat(10_000)}` });
    const text = map({ survey: { files: [file('a\nb.py', { functions: [hostile] })], edges: [] } });
    expect(text.split('\n')).toHaveLength(3);
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBe(240);
  });
});

describe('the words of a task', () => {
  it.each([
    ['VesselRepo.find_all', ['vessel', 'repo', 'find', 'all']],
    ['HTTPServer2', ['http', 'server2']],
    ['classes_of_ships', ['classe', 'of', 'ship']],
    ['', []],
  ])('splits %j', (name, parts) => {
    expect(partsOf(name)).toEqual(parts);
  });

  it('leaves out words that name no code', () => {
    const { identifiers, parts } = wordsOf('Add Redis caching to the VesselRepo in app/vessels.py');
    expect([...identifiers]).toEqual(['Redis', 'caching', 'VesselRepo', 'app', 'vessels']);
    expect([...parts]).toEqual(['redis', 'caching', 'vessel', 'repo', 'app']);
  });
});
