import { describe, expect, it } from '@jest/globals';
import { diffHash } from './diff-hash.js';

describe('diffHash', () => {
  it('is the beginning of the SHA-256 of the diff, so that every gateway says the same', () => {
    // printf '+import os\n' | sha256sum
    expect(diffHash('+import os\n')).toBe('98f7b34c4736bc1ecd46f64e2c9bbd69');
  });

  it('differs for what differs only by a space', () => {
    expect(diffHash('+x = 1\n')).not.toBe(diffHash('+x = 1 \n'));
  });
});
