import { describe, expect, it } from '@jest/globals';
import { fits, numbersOf, parseNamedVersion, parseSpecifier } from './versions.js';

const MINORS = ['3.8.0', '3.9.0', '3.9.7', '3.10.2', '3.11.0', '3.12.0', '3.12.4', '3.13.1', '4.0.0'];

function fitting(specifier: string): string[] | undefined {
  const requirement = parseSpecifier(specifier);
  if (requirement === undefined) return undefined;
  return MINORS.filter((version) => fits(requirement, numbersOf(version)));
}

describe('a specifier', () => {
  it.each([
    ['>=3.12', ['3.12.0', '3.12.4', '3.13.1', '4.0.0']],
    ['>3.12', ['3.12.4', '3.13.1', '4.0.0']],
    ['<=3.9', ['3.8.0', '3.9.0']],
    ['<3.9', ['3.8.0']],
    ['==3.12.*', ['3.12.0', '3.12.4']],
    ['==3.12', ['3.12.0']],
    ['===3.12.4', ['3.12.4']],
    ['~=3.11', ['3.11.0', '3.12.0', '3.12.4', '3.13.1']],
    ['~=3.12.1', ['3.12.4']],
    ['>=3.9, !=3.10.*, <3.12', ['3.9.0', '3.9.7', '3.11.0']],
    ['>= 3.9 , != 3.9.7 , < 3.11', ['3.9.0', '3.10.2']],
    ['>=3.12.0rc1,<3.13.dev0', ['3.12.0', '3.12.4']],
    ['^3.11', ['3.11.0', '3.12.0', '3.12.4', '3.13.1']],
    ['~3.12', ['3.12.0', '3.12.4']],
    ['>=3.12 <4.0', ['3.12.0', '3.12.4', '3.13.1']],
    ['3.9.* || ^3.13', ['3.9.0', '3.9.7', '3.13.1']],
    ['*', MINORS],
  ])('%s takes %j', (specifier, versions) => {
    expect(fitting(specifier)).toEqual(versions);
  });

  it.each(['>=3.x', 'three', '>=3.9,<=?', '~=3', '>=3.12.*', '=>3.9', '>='])(
    '%s is not understood, and is none at all',
    (specifier) => {
      expect(parseSpecifier(specifier)).toBeUndefined();
    },
  );
});

describe('a version by its name', () => {
  it.each([
    ['3.12', [3, 12]],
    ['3.12.1', [3, 12, 1]],
    ['3', [3]],
    ['cpython-3.12.1-linux-x86_64-gnu', [3, 12, 1]],
    ['cpython@3.13', [3, 13]],
    ['3.13-dev', [3, 13]],
    ['3.13t', [3, 13]],
    ['3.14.0rc2', [3, 14, 0]],
    ['2.7.18', [2, 7, 18]],
  ])('%s is one of CPython', (name, version) => {
    expect(parseNamedVersion(name)).toEqual({ kind: 'version', version });
  });

  it.each(['pypy3.9-7.3', 'system', 'my-env', 'miniconda3-3.12-24.1', 'graalpy-24', '.venv', ''])(
    '%s is none',
    (name) => {
      expect(parseNamedVersion(name)).toBeUndefined();
    },
  );
});
