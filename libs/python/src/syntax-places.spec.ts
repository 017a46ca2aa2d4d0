import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Interpreter } from './interpreter.js';
import type { SyntaxFailure } from './replies.js';
import { analyzeAll, checkAll, minor, pythons, type Answer, type Source } from '../test/python-workers.js';

// Interpreters start slowly on a busy machine.
jest.setTimeout(120_000);

interface Case {
  readonly what: string;
  readonly source: Source;
  /** Line and column, and the message where all versions agree on it. */
  readonly at: readonly [number, number, string?];
  /** From this 3.x on; before, CPython points elsewhere. */
  readonly since?: number;
}

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

/** Errors of the parser, told by analysis and by validation alike. */
const PARSER: Case[] = [
  { what: 'after wide characters', source: 's = "éé"; x = = 1\n', at: [1, 15, 'invalid syntax'] },
  { what: 'without a last newline', source: 's = "é\u{1F40D}"; x = = 1', at: [1, 15, 'invalid syntax'] },
  { what: 'under a cookie', source: latin1('# coding: latin-1\ns = "éé"; x = = 1\n'), at: [2, 15] },
  { what: 'after a BOM', source: '\uFEFFs = "é"; x = = 1\n', at: [1, 14] },
  { what: 'of the tokenizer', source: 's = "éé"; x = 1__0\n', at: [1, 16, 'invalid decimal literal'] },
  {
    what: 'at a wide character',
    source: 's = "éé"; a€ = 1\n',
    at: [1, 12, "invalid character '€' (U+20AC)"],
  },
  { what: 'of a target', source: 's = "éé"; f() = 1\n', at: [1, 11] },
  {
    what: 'of a bracket never closed',
    source: 's = "éé"; f(\n',
    at: [1, 12, "'(' was never closed"],
    since: 10,
  },
  // CPython itself is one short here, since it converts the column by the line on which the string begins.
  { what: 'after a string of many lines', source: '"""é\né"""; x = = 1\n', at: [2, 11] },
  { what: 'after CRLF', source: 's = "é"\r\nx = "é"; x = = 1\r\n', at: [2, 14] },
  { what: 'after lone CR', source: 's = "é"\rx = = 1\r', at: [2, 5] },
  { what: 'beside a comment that is not UTF-8', source: latin1('# é\nx = = 1\n'), at: [2, 5] },
  { what: 'of an unknown encoding', source: '# coding: nope\nx = 1\n', at: [1, 1, 'unknown encoding: nope'] },
  {
    what: 'of a BOM against a cookie',
    source: '\uFEFF# coding: latin-1\n',
    at: [1, 1, 'encoding problem: iso-8859-1 with BOM'],
  },
  {
    what: 'of a null byte',
    source: 'x = 1\ny\0 = 2\n',
    at: [1, 1, 'source code string cannot contain null bytes'],
  },
  { what: 'of a number too long', source: `x = ${'1'.repeat(5_000)}\n`, at: [1, 1] },
  { what: 'of a string that is not UTF-8', source: latin1('s = 1\nx = "aé"\n'), at: [2, 5], since: 12 },
  { what: 'of Python 2', source: 's = "éé"; print "x"\n', at: [1, 11], since: 10 },
];

/** Errors that CPython finds after parsing: analysis has none of them. */
const COMPILER: Case[] = [
  { what: 'of return', source: 's = "éé"; return 1\n', at: [1, 11, "'return' outside function"] },
  {
    what: 'of await',
    source: 'def f():\n    "é"; await g()\n',
    at: [2, 10, "'await' outside async function"],
  },
  {
    what: 'of break under a cookie',
    source: latin1('# coding: latin-1\n"é"; break\n'),
    at: [2, 6, "'break' outside loop"],
  },
  {
    what: 'of a future import',
    source: '"é"; x = 1; from __future__ import annotations\n',
    at: [1, 13, 'from __future__ imports must occur at the beginning of the file'],
    since: 12,
  },
];

const CASES = [...PARSER, ...COMPILER];
const placed = (at: Case['at'], failure: SyntaxFailure | undefined): unknown[] | undefined =>
  failure && [failure.line, failure.column, ...(at[2] === undefined ? [] : [failure.message])];

const failureOf = (answer: Answer | undefined): SyntaxFailure | undefined =>
  answer !== undefined && 'failure' in answer ? answer.failure : undefined;

describe('the place of an error', () => {
  const asked: { python: Interpreter; analyzed: Answer[]; checked: SyntaxFailure[][] }[] = [];
  beforeAll(async () => {
    const sources = CASES.map(({ source }) => source);
    for (const python of await pythons()) {
      const analyzed = await analyzeAll(python, sources);
      asked.push({ python, analyzed, checked: await checkAll(python, sources) });
    }
  });

  const forEach = (index: number, since: number, look: (one: (typeof asked)[number]) => unknown): unknown[] =>
    asked.filter(({ python }) => minor(python) >= since).map((one) => [one.python.version, look(one), index]);

  it('is looked at in each Python of the machine, of which there may be one alone', () => {
    expect(asked).not.toHaveLength(0);
  });

  it.each(CASES.map((each, index) => ({ ...each, index })))(
    'is that of CPython, in characters: $what',
    ({ at, index, since = 9 }) => {
      const found = forEach(index, since, ({ checked }) => placed(at, checked[index]?.[0]));
      expect(found).toEqual(forEach(index, since, () => at));
    },
  );

  it.each(PARSER.map((each, index) => ({ ...each, index })))(
    'is the same for analysis: $what',
    ({ at, index, since = 9 }) => {
      const found = forEach(index, since, ({ analyzed }) => placed(at, failureOf(analyzed[index])));
      expect(found).toEqual(forEach(index, since, () => at));
    },
  );

  it.each(COMPILER.map((each, index) => ({ ...each, index: index + PARSER.length })))(
    'is none for analysis where the parser takes the file: $what',
    ({ index }) => {
      const found = forEach(index, 9, ({ analyzed }) => 'lines' in (analyzed[index] ?? {}));
      expect(found).toEqual(forEach(index, 9, () => true));
    },
  );
});
