/** A file that is hard on a parser. Each ends with `LAST`, if it is one that can be parsed at all. */
export interface Killer {
  readonly name: string;
  readonly content: () => string | Buffer;
  /** `fine`: every CPython copes with it; `refused`: none does; else both are right, and it must be told clearly. */
  readonly outcome?: 'fine' | 'refused';
}

/** The last line of a killer, by which its analysis is seen to be right. */
export const LAST = 'def last(a, /, b: int = 1, *, c) -> None: pass';

const DEPTHS = [100, 1_000, 10_000, 100_000];

/** How a file nests `depth` deep, and up to which depth every CPython copes. */
const NESTED: readonly [name: string, copes: number, source: (depth: number) => string][] = [
  ['parentheses', 100, (n) => `x = ${'('.repeat(n)}1${')'.repeat(n)}`],
  ['brackets', 100, (n) => `x = ${'['.repeat(n)}${']'.repeat(n)}`],
  ['dictionaries', 0, (n) => `x = ${'{0:'.repeat(n)}1${'}'.repeat(n)}`],
  ['unclosed parentheses', 0, (n) => `x = ${'('.repeat(n)}`],
  ['calls', 0, (n) => `x = ${'f('.repeat(n)}${')'.repeat(n)}`],
  ['unary operators', 100, (n) => `x = ${'-'.repeat(n)}1`],
  ['not', 100, (n) => `x = ${'not '.repeat(n)}1`],
  ['attributes', 100, (n) => `x = a${'.b'.repeat(n)}`],
  ['chained calls', 100, (n) => `x = a${'()'.repeat(n)}`],
  ['powers', 0, (n) => `x = ${'a**'.repeat(n)}a`],
  ['sums', 100, (n) => `x = ${'a+'.repeat(n)}a`],
  ['comparisons', 100, (n) => `x = ${'a<'.repeat(n)}a`],
  ['conditional expressions', 0, (n) => `x = ${'1 if 1 else '.repeat(n)}1`],
  ['lambdas', 0, (n) => `x = ${'lambda: '.repeat(n)}1`],
  ['comprehensions', 0, (n) => `x = ${'['.repeat(n)}1${' for a in b]'.repeat(n)}`],
  ['f-strings', 0, (n) => `x = ${'f"{'.repeat(n)}1${'}"'.repeat(n)}`],
  ['targets', 100, (n) => `${'x = '.repeat(n)}1`],
  ['decorators', 1_000, (n) => `${'@a\n'.repeat(n)}def f(): pass`],
  ['elif', 100, (n) => `if a: pass\n${'elif a: pass\n'.repeat(n)}`],
  ['joined strings', 100, (n) => `x = ${'"a" '.repeat(n)}`],
  ['an annotation', 0, (n) => `def f(a: ${'A['.repeat(n)}B${']'.repeat(n)}): pass`],
  ['a default', 100, (n) => `def f(a=${'-'.repeat(n)}1): pass`],
  ['a base class', 100, (n) => `class A(B${'.b'.repeat(n)}): pass`],
  ['a decorator', 100, (n) => `@a${'.b'.repeat(n)}\ndef f(): pass`],
];

const blocks = (head: string, n: number): string =>
  Array.from({ length: n }, (_, depth) => `${' '.repeat(depth)}${head}\n`).join('') + `${' '.repeat(n)}pass`;
const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
const list = (n: number, each: (index: number) => string): string =>
  Array.from({ length: n }, (_, i) => each(i)).join('');

const OTHERS: readonly [name: string, source: () => string | Buffer, outcome?: Killer['outcome']][] = [
  ['90 blocks in each other', () => blocks('if a:', 90), 'fine'],
  ['1,000 blocks in each other', () => blocks('if a:', 1_000), 'refused'],
  ['90 functions in each other', () => blocks('def f():', 90), 'fine'],
  ['1,000 classes in each other', () => blocks('class A:', 1_000), 'refused'],
  ['30 comprehensions in each other', () => `x = ${'['.repeat(30)}1${' for a in b]'.repeat(30)}`],
  ['a string of 10 MB', () => `x = "${'a'.repeat(10_000_000)}"`, 'fine'],
  ['a comment of 10 MB', () => `#${'a'.repeat(10_000_000)}`, 'fine'],
  ['a name of 1 MB', () => `${'a'.repeat(1_000_000)} = 1`, 'fine'],
  ['10 MB of statements in one line', () => 'a;'.repeat(5_000_000)],
  ['a million statements', () => 'a=1\n'.repeat(1_000_000)],
  ['300,000 functions', () => 'def f(): pass\n'.repeat(300_000)],
  ['100,000 parameters', () => `def f(${list(100_000, (i) => `a${i}, `)}): pass`],
  ['100,000 names in an import', () => `from a import ${list(100_000, (i) => `a${i}, `)}a`],
  ['100,000 leading dots', () => `from ${'.'.repeat(100_000)} import a`],
  ['a million continued lines', () => `x = 1${' \\\n'.repeat(1_000_000)}`],
  ['10 MB of empty lines', () => '\n'.repeat(10_000_000), 'fine'],
  ['10 MB of carriage returns', () => '\r'.repeat(10_000_000), 'fine'],
  ['10 MB without an end to the string', () => `x = """${'a\n'.repeat(5_000_000)}`, 'refused'],
  ['more than the largest file', () => '#'.repeat(17 * 1_024 * 1_024), 'refused'],
  ['100,000 fields in one f-string', () => `x = f"${'{a}'.repeat(100_000)}"`],
  ['an integer of 5,000 digits', () => `x = ${'9'.repeat(5_000)}`],
  ['an integer of a million digits', () => `x = ${'9'.repeat(1_000_000)}`],
  ['a hexadecimal integer of a million digits', () => `x = 0x${'f'.repeat(1_000_000)}`, 'fine'],
  ['a default of 20,000 hexadecimal digits', () => `def f(a=0x${'f'.repeat(20_000)}): pass`, 'fine'],
  ['a float beyond all floats', () => `x = 1e${'9'.repeat(10_000)}`, 'fine'],
  ['a million escapes', () => `x = "${'\\x41'.repeat(1_000_000)}"`, 'fine'],
  ['a null byte', () => 'x = "a\0b"', 'refused'],
  ['a megabyte of null bytes', () => Buffer.alloc(1_000_000), 'refused'],
  ['a lone surrogate in UTF-8', () => bytes('x = "\xed\xa0\x80"\n'), 'refused'],
  ['lone surrogates by escapes', () => `x = "\\ud800"\ndef f(a='\\udfff'): pass`, 'fine'],
  // The compiler of 3.13 cannot clean such a docstring.
  ['lone surrogates in a docstring', () => `"""\\ud800 begins"""`],
  ['bytes that are not UTF-8', () => bytes(`x = "${'\xff'.repeat(100_000)}"\n`), 'refused'],
  ['a byte order mark against a cookie', () => bytes('\xef\xbb\xbf# coding: latin-1\nx = 1\n'), 'refused'],
  [
    'two cookies that differ',
    () => bytes(`# coding: latin-1\n# coding: utf-8\nx = "\xe9"\n${LAST}\n`),
    'fine',
  ],
  ['a cookie of no text encoding', () => '# coding: rot13\nx = 1', 'refused'],
  ['a cookie of an encoding that there is not', () => `# coding: ${'x'.repeat(100_000)}\nx = 1`, 'refused'],
  ['UTF-16', () => Buffer.from(`\uFEFFx = 1\n`, 'utf16le'), 'refused'],
];

/** All of them. */
export function killers(): Killer[] {
  const nested = NESTED.flatMap(([name, copes, source]) =>
    DEPTHS.map((depth): Killer => ({
      name: `${name}, ${depth.toLocaleString('en')} deep`,
      content: () => withLast(source(depth)),
      ...(depth <= copes ? { outcome: 'fine' as const } : {}),
    })),
  );
  const others = OTHERS.map(([name, source, outcome]): Killer => ({
    name,
    content: () => withLast(source()),
    ...(outcome === undefined ? {} : { outcome }),
  }));
  return [...nested, ...others];
}

/** What is given as bytes is as it has to be. */
function withLast(source: string | Buffer): string | Buffer {
  return typeof source === 'string' ? `${source}\n${LAST}\n` : source;
}
