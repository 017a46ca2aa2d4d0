import { describe, expect, it } from '@jest/globals';
import { isSessionId, newId, newSessionId } from './ids.js';

describe('session ids', () => {
  it('are unique, sort in the order they were made, and have the form of the contract', () => {
    const ids = Array.from({ length: 20_000 }, () => newSessionId());
    expect(new Set(ids).size).toBe(ids.length);
    expect([...ids].sort()).toEqual(ids);
    expect(ids.every((id) => isSessionId(id))).toBe(true);
  });

  it.each([
    '',
    'sess_',
    'sess_01J',
    `sess_${'I'.repeat(26)}`,
    `SESS_${'0'.repeat(26)}`,
    `sess_${'0'.repeat(27)}`,
  ])('are not of the form %j', (text) => expect(isSessionId(text)).toBe(false));
});

describe('the random part of an id', () => {
  it('takes all 32 characters about equally often, over several blocks of randomness', async () => {
    const counts = new Map<string, number>();
    // Too many for one block, and so many that no character is missing by chance.
    const ids = 400;
    for (let made = 0; made < ids; made += 1) {
      const time = Date.now();
      for (const letter of newId().slice(10)) counts.set(letter, (counts.get(letter) ?? 0) + 1);
      // Within one millisecond an id counts up; a fresh random part comes with the next.
      while (Date.now() === time) await new Promise((resolve) => setImmediate(resolve));
    }
    const expected = (ids * 16) / 32;
    expect(counts.size).toBe(32);
    for (const count of counts.values()) {
      // Six standard deviations of a fair draw.
      expect(Math.abs(count - expected)).toBeLessThan(6 * Math.sqrt(expected));
    }
  });
});
