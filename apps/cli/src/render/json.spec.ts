import { describe, expect, it } from '@jest/globals';
import { jsonText } from './json.js';

describe('JSON on a terminal', () => {
  it('holds no character that acts on it, and says the same', () => {
    const value = { path: 'a\u009b31m\u007f\u202e\u001bb.py', note: 'é – ✓' };
    const text = jsonText(value);
    expect(text).not.toMatch(/(?!\n)[\p{Cc}\u202e]/u);
    expect(text).toContain('é – ✓');
    expect(JSON.parse(text)).toEqual(value);
  });
});
