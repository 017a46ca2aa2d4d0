import { describe, expect, it } from '@jest/globals';
import { matchesGlob } from './glob.js';
import { excludes, meansFile } from './scoped.js';

describe('matchesGlob', () => {
  it.each([
    ['*.py', 'a/b.py', true],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['**/test_*.py', 'test_a.py', true],
    ['**/test_*.py', 'x/y/test_a.py', true],
    ['**/test_*.py', 'x/my_test_a.py', false],
    ['a/**/b', 'a/b', true],
    ['a/**/b', 'a/x/y/b', true],
    ['{a,b{c,d}}/*', 'bd/x', true],
    ['{a,b{c,d}}/*', 'b/x', false],
    ['{,x}a', 'a', true],
    ['[a-c]1', 'b1', true],
    ['[!a-c]1', 'b1', false],
    ['[^a]', 'b', true],
    ['[]a]', ']', true],
    ['[a-]', '-', true],
    ['\\*', '*', true],
    ['\\*', 'a', false],
    ['a.b', 'axb', false],
    ['ü*', 'über', true],
    ['', '', true],
  ])('%s on %s: %s', (pattern, path, expected) => {
    expect(matchesGlob(pattern, path)).toBe(expected);
  });

  it.each(['[a', '{a', '\\', '{'.repeat(20) + '}'.repeat(20), 'a'.repeat(501)])(
    'a pattern that is none (%s) matches nothing',
    (pattern) => {
      expect(matchesGlob(pattern, pattern)).toBe(false);
    },
  );

  it('takes no time for a pattern that would take an expression for ever', () => {
    const start = performance.now();
    expect(matchesGlob(`${'*a'.repeat(200)}b`, 'a'.repeat(1_000))).toBe(false);
    // Tried one way after the other it would outlive us.
    expect(performance.now() - start).toBeLessThan(20_000);
  });
});

describe('the patterns of settings', () => {
  it.each([
    ['', '*.py', 'x/a.py', true],
    ['x', 'a.py', 'y/a.py', true],
    ['x', 'b/a.py', 'x/b/a.py', true],
    ['x', 'b/a.py', 'b/a.py', false],
    ['x', './b/*', 'x/b/a.py', true],
    ['', '!app/**', 'app/a.py', false],
    ['', '!app/**', 'tests/a.py', true],
    ['x', '../y/*', 'y/a.py', true],
    ['', '/x/*', 'x/a.py', false],
  ])('in %s: %s means %s: %s', (folder, pattern, path, expected) => {
    expect(meansFile({ folder, pattern }, path)).toBe(expected);
  });

  it.each([
    ['docs', 'a/docs/b.py', true],
    ['docs/', 'docs/b.py', true],
    ['docs/', 'a/docs/b.py', false],
    ['a/docs', 'a/docs/x/b.py', true],
    ['b.py', 'a/b.py', true],
    ['cs', 'docs/b.py', false],
  ])('%s excludes %s: %s', (pattern, path, expected) => {
    expect(excludes({ folder: '', pattern }, path)).toBe(expected);
  });
});
