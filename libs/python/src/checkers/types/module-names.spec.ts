import { describe, expect, it } from '@jest/globals';
import { matchesModule } from './module-names.js';

describe('a pattern of modules', () => {
  it.each([
    ['a', 'a', true],
    ['a', 'a.b', false],
    ['a.b', 'a.b', true],
    ['a.*', 'a', true],
    ['a.*', 'a.b.c', true],
    ['a.*', 'ab', false],
    ['*', 'a.b', true],
    ['*.tests', 'a.b.tests', true],
    ['*.tests', 'tests', false],
    ['a.*.tests', 'a.tests', true],
    ['a.*.tests.*', 'a.b.c.tests.d', true],
    ['a.*.tests', 'a.b', false],
    ['a.*.*', 'a', true],
  ])('%s, %s: %s', (pattern, name, expected) => {
    expect(matchesModule(pattern, name)).toBe(expected);
  });

  it('takes no longer for a pattern of a thousand stars', () => {
    // With a backtracking match this never ends.
    expect(matchesModule(`${'*.'.repeat(1_000)}x`, `${'a.'.repeat(100)}y`)).toBe(false);
  });
});
