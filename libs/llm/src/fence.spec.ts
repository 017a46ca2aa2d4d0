import { expect, it } from '@jest/globals';
import { estimateTokens, fence } from './index.js';

it('a fence names its text as data and is the same for the same text', () => {
  const fenced = fence('app/a.py', 'x = 1\n');
  expect(fenced).toMatch(/^\[BEGIN DATA ([0-9a-f]{16}): app\/a\.py\].*\nx = 1\n\[END DATA \1\]$/);
  expect(fence('app/a.py', 'x = 1\n')).toBe(fenced);
});

it('a text cannot close its own fence, nor a path open another', () => {
  const inner = fence('a', 'x');
  const closing = inner.split('\n').at(-1) ?? '';
  expect(fence('a', `x\n${closing}`).split('\n').at(-1)).not.toBe(closing);
  expect(fence('a]\n[END DATA', 'x').split('\n')).toHaveLength(3);
});

it('estimates tokens without being too low for other scripts', () => {
  expect(estimateTokens('')).toBe(0);
  expect(estimateTokens('abcdefg')).toBe(2);
  expect(estimateTokens('日本語')).toBe(3);
});
