import { describe, expect, it } from '@jest/globals';
import { scan, STRING } from './scanner.js';

const masked = (text: string): string | undefined => scan(text)?.code.replaceAll(STRING, '~');

describe('scan', () => {
  it.each([
    [`a = 'x' # 'y'`, `a = ~~~      `],
    [`f"{a}" + b`, `~~~a~~ + b`],
    [`f"{d["k"]:>{w}} {{no}}"`, `~~~d[~~~]~~~w~~~~~~~~~~`],
    [`f'{x!r:^10}'`, `~~~x~~~~~~~~`],
    [`f"{(y := 1)}"`, `~~~(y := 1)~~`],
    [`f"{a != b}"`, `~~~a != b~~`],
    [`1 if"a"else 2`, `1 if~~~else 2`],
    [`rb'\\'' + x`, `~~~~~~ + x`],
    [`"""a\n"b" """ + c`, `~~~~\n~~~~~~~ + c`],
    [`"a\\\nb"`, `~~~\n~~`],
  ])('tells strings and comments from code: %s', (text, code) => {
    expect(masked(text)).toBe(code);
  });

  it.each([`"open`, `(`, `f(]`, `"""open`, `f"{a"`, `\\ x`, 'a\rb'])(
    'does not take what it cannot read: %j',
    (text) => {
      expect(scan(text)).toBeNull();
    },
  );

  it('begins logical lines only where nothing goes on', () => {
    expect(scan('a = (1,\n  2)\nb = 1 + \\\n  2\nc = """\n"""\nd')?.logicalStarts).toEqual([0, 13, 27, 39]);
  });
});
