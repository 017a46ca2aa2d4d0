import { describe, expect, it } from '@jest/globals';
import { tokenCounter } from './count-tokens.js';

describe('tokenCounter', () => {
  // Counts of the encoding as its authors publish it (tiktoken, o200k_base).
  const counts: [string, number][] = [
    ['', 0],
    ['hello world', 2],
    ['    return x\n', 4],
    ['<|endoftext|>', 7],
  ];
  it.each(counts)('counts %j as %i', async (text, tokens) => {
    expect((await tokenCounter())(text)).toBe(tokens);
  });

  it('takes a long run of one character in its stride', async () => {
    const count = await tokenCounter();
    const start = performance.now();
    expect(count('a'.repeat(100_000))).toBeGreaterThanOrEqual(12_500);
    expect(performance.now() - start).toBeLessThan(5_000);
  });
});
