import { describe, expect, it } from '@jest/globals';
import { Keyring, sameSecret } from './keyring.js';

describe('a keyring', () => {
  const keyring = new Keyring([
    { name: 'ann', key: 'key-of-ann' },
    { name: 'bob', key: 'key:of:bob' },
  ]);

  it.each([
    ['Bearer key-of-ann', 'ann'],
    ['bearer   key-of-ann ', 'ann'],
    ['Bearer key:of:bob', 'bob'],
    ['Bearer key-of-ann key', null],
    ['Bearer KEY-OF-ANN', null],
    ['Bearer ', null],
    ['key-of-ann', null],
    [undefined, null],
  ])('knows the sender of %s as %s', (header, caller) => {
    expect(keyring.callerOf(header)).toBe(caller);
  });

  it('calls everybody local where there are no keys', () => {
    expect(new Keyring([]).callerOf(undefined)).toBe('local');
  });

  it('compares secrets of any length', () => {
    expect(sameSecret('', 'x')).toBe(false);
    expect(sameSecret('xx', 'x')).toBe(false);
    expect(sameSecret('x', 'x')).toBe(true);
  });
});
