import { describe, expect, it } from '@jest/globals';
import { extendSelection, means } from './selectors.js';
import { versionOfInterpreter, versionOfRequires } from './target-version.js';
import { toToml } from './toml.js';

describe('means', () => {
  it.each([
    ['E501', 'E501', true],
    ['E5', 'E501', true],
    ['E', 'E501', true],
    ['E', 'ERA001', false],
    ['E501', 'E50', false],
    ['PL', 'PLR0913', true],
    ['PL', 'PLX1', false],
    ['name', 'name-defined', true],
    ['name', 'names', false],
    ['report', 'reportMissingImports', false],
    ['', 'E501', false],
  ])('%s means %s: %s', (selector, code, expected) => {
    expect(means(selector, code)).toBe(expected);
  });
});

describe('extendSelection', () => {
  const base = { select: ['E4', 'F401', 'PLR0913'], ignore: ['E501', 'N8'] };

  it.each([
    ['a choice of its own replaces all', { select: ['B'], ignore: ['B9'] }, ['B'], ['B9']],
    [
      'what is ignored overrules narrower choices before it',
      { ignore: ['F'] },
      ['E4', 'PLR0913'],
      ['E501', 'N8', 'F'],
    ],
    ['so it does for a group', { 'extend-ignore': ['PL'] }, ['E4', 'F401'], ['E501', 'N8', 'PL']],
    [
      'what is added overrules narrower exceptions before it',
      { 'extend-select': ['E5'] },
      [...base.select, 'E5'],
      ['N8'],
    ],
    [
      'a wider exception before it leaves room',
      { 'extend-select': ['N801'] },
      [...base.select, 'N801'],
      base.ignore,
    ],
    ['ALL overrules all', { ignore: ['ALL'] }, [], ['E501', 'N8', 'ALL']],
    [
      'what is no list of texts is left out',
      { select: 'F', ignore: [1, 'B'] },
      base.select,
      ['E501', 'N8', 'B'],
    ],
  ])('%s', (_, lint, select, ignore) => {
    expect(extendSelection(base, lint)).toEqual({ select, ignore });
  });
});

describe('target versions', () => {
  // As ruff 0.16.9 takes them.
  it.each([
    ['>3.8', 'py38'],
    ['>3.8.1', 'py38'],
    ['>=3.9.2', 'py39'],
    ['~=3.9', 'py39'],
    ['==3.10.*', 'py310'],
    ['>=3.8,<3.12', 'py38'],
    ['==3.11', 'py311'],
    ['!=3.9, >=3.8', 'py38'],
    ['>=3,<4', undefined],
    ['>=2.7', undefined],
    ['>=3.99', 'py315'],
  ])('requires-python %s is %s', (requires, expected) => {
    expect(versionOfRequires(requires)).toBe(expected);
  });

  it('of an interpreter', () => {
    expect(['3.9.1', '3.13.0', '3.77.0'].map(versionOfInterpreter)).toEqual(['py39', 'py313', 'py315']);
  });
});

describe('toToml', () => {
  it('writes data so that it is read as the same', () => {
    const text = toToml({
      'a"b': 'c\n\u007f\\"',
      n: 1.5,
      yes: true,
      none: undefined,
      list: ['x', { y: [] }],
      t: { u: {} },
    });
    expect(text).toBe(
      '"a\\"b" = "c\\n\\u007f\\\\\\""\n"n" = 1.5\n"yes" = true\n"list" = ["x", { "y" = [] }]\n"t" = { "u" = {  } }\n',
    );
  });
});
