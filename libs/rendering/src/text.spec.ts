import { describe, expect, it } from '@jest/globals';
import { clean, cleanLine, displayWidth, truncate, wrap } from './text.js';

describe('text for a terminal', () => {
  it('lets nothing through that moves the cursor, colours or reorders', () => {
    expect(clean('a\u001b[31mred\u001b[0m\u0007\u001b]0;title\u0007\rb\u202ec\td\n')).toBe('aredbc\td\n');
  });

  it('puts a text on one line', () => {
    expect(cleanLine('  a\n\tb\u001b[2J ')).toBe('a b');
  });

  it.each([
    ['abc', 3],
    ['日本', 4],
    ['e\u0301', 1],
    ['👩‍👩‍👧', 2],
    ['\u001b[31mab\u001b[0m', 2],
  ])('measures %j as %i cells', (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });

  it('cuts by cells and not by characters', () => {
    expect(truncate('日本語', 5)).toBe('日本…');
  });

  it('wraps at spaces, breaks what is too long, keeps line ends', () => {
    expect(wrap('one two three\n日本語日本語日本語', 12, '  ')).toEqual([
      '  one two',
      '  three',
      '  日本語日本',
      '  語日本語',
    ]);
  });
});
