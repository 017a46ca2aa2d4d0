import { describe, expect, it } from '@jest/globals';
import { LineReader, MAX_LINE_BYTES } from './line-reader.js';

function reader(): { lines: string[]; tooLong: () => number; take: (chunk: Buffer) => void } {
  const lines: string[] = [];
  let calls = 0;
  const made = new LineReader(
    (line) => lines.push(line),
    () => (calls += 1),
  );
  return { lines, tooLong: () => calls, take: (chunk) => made.take(chunk) };
}

describe('LineReader', () => {
  it('puts lines together however their bytes arrive', () => {
    const text = Buffer.from('one\n\ntwo and three\nrest');
    for (const size of [1, 2, 3, 5, 100]) {
      const { lines, take } = reader();
      for (let at = 0; at < text.length; at += size) take(text.subarray(at, at + size));
      expect(lines).toEqual(['one', '', 'two and three']);
      take(Buffer.from('\n'));
      expect(lines.at(-1)).toBe('rest');
    }
  });

  it('takes no line that is too long, and says so once', () => {
    const { lines, tooLong, take } = reader();
    take(Buffer.from('fine\n'));
    const chunk = Buffer.alloc(MAX_LINE_BYTES / 4, 'a');
    for (let part = 0; part < 4; part += 1) take(chunk);
    expect(tooLong()).toBe(0);
    take(Buffer.from('a'));
    take(Buffer.from('a\nnext\n'));
    expect([tooLong(), lines]).toEqual([1, ['fine']]);
  });
});
