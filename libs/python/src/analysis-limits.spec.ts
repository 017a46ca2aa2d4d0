import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Interpreter } from './interpreter.js';
import {
  askWorker,
  parserAlone,
  pythons,
  withFiles,
  type Reply,
  type Source,
} from '../test/python-workers.js';

// Interpreters start slowly on a busy machine.
jest.setTimeout(180_000);

const RECYCLED = 75;
const GOOD = 'def good(a, b=1) -> int:\n    yield\n';

const nested = (open: string, inner: string, close: string, times: number): string =>
  `x = ${open.repeat(times)}${inner}${close.repeat(times)}\n`;
const many = (times: number, line: (at: number) => string): string =>
  Array.from({ length: times }, (_, at) => line(at)).join('');

type End = 'told' | 'failure' | 'limit';
/** `bounded`: it, or what would be told of it, takes too much memory. Else the parser decides. */
type Killer = readonly [what: string, source: Source, bounded?: 'bounded'];

// The sizes between are in test/corpus/killers.spec.ts.
const DEEP = [100, 100_000].flatMap((n): Killer[] => [
  [`brackets ${n} deep`, nested('(', '1', ')', n)],
  [`lists ${n} deep`, nested('[', '', ']', n)],
  [`dictionaries ${n} deep`, nested('{1:', '1', '}', n)],
  [`subscripts ${n} deep`, nested('a[', '1', ']', n)],
  [`targets ${n} deep`, `${'('.repeat(n)}a${',)'.repeat(n)} = 1\n`],
  [`signs ${n} deep`, nested('-', '1', '', n)],
  [`lambdas ${n} deep`, nested('lambda: ', '1', '', n)],
  [`sums ${n} long`, nested('', '1', '+1', n)],
  [`powers ${n} long`, nested('', '1', '**1', n)],
  [`attributes ${n} long`, nested('', 'a', '.a', n)],
  [`calls ${n} long`, nested('', 'a', '()', n)],
  [`conditions ${n} deep`, nested('1 if 1 else ', '1', '', n)],
  [`elif ${n} long`, `if 1: pass\n${'elif 1: pass\n'.repeat(n)}`],
  [`an annotation ${n} long`, `def f(x: a${'|a'.repeat(n)}): pass\n`],
  [`a default ${n} long`, `def f(x=1${'+1'.repeat(n)}): pass\n`],
  [`f-strings ${n} deep`, nested('f"{', '1', '}"', n)],
]);

const ODD: Killer[] = [
  ['blocks too deep', many(101, (at) => `${' '.repeat(at)}if 1:\n`) + `${' '.repeat(101)}pass\n`],
  ['attributes a million long', nested('', 'a', '.a', 1_000_000)],
  ['a line of 10 MB', `x = "${'a'.repeat(10_000_000)}"\n`],
  ['a name of 10 MB', `${'a'.repeat(10_000_000)} = 1\n`, 'bounded'],
  ['10 MB of comment', '#'.repeat(10_000_000)],
  ['10 MB of newlines', '\n'.repeat(10_000_000)],
  ['null bytes', Buffer.alloc(1_000_000)],
  ['UTF-16', Buffer.from('x = 1\n', 'utf16le')],
  ['a lone surrogate in a string', Buffer.from('x = "\xed\xa0\x80"\n', 'latin1')],
  ['a lone surrogate as a name', Buffer.from('\xed\xa0\x80 = 1\n', 'latin1')],
  ['cookies in conflict', '# coding: ascii\n# coding: utf-8\nx = "é"\n'],
  ['a cookie that is no text encoding', '# coding: zlib\nx = 1\n'],
  ['a huge integer', `x = ${'1'.repeat(5_000)}\n`],
  ['a huge hexadecimal integer', `def f(x=0x${'f'.repeat(100_000)}): pass\n`],
  ['an f-string of 10,000 fields', `x = f"${'{a}'.repeat(10_000)}"\n`],
  ['300,000 globals', many(300_000, (at) => `a${at}=1\n`), 'bounded'],
  ['100,000 attributes', `class A: ${many(100_000, (at) => `a${at}=1;`)}\n`, 'bounded'],
  ['100,000 imports', `import ${'a, '.repeat(100_000)}a\n`, 'bounded'],
  ['100,000 parameters', `def f(${many(100_000, (at) => `a${at},`)}): pass\n`, 'bounded'],
  [
    'a long name over many',
    `class ${'A'.repeat(1_000_000)}:\n${many(1_000, (at) => ` def f${at}(): pass\n`)}`,
    'bounded',
  ],
  ['wide characters before many imports', `x = "${'é'.repeat(100_000)}"; ${'import a; '.repeat(40_000)}\n`],
];

/** These take seconds and gigabytes: on one Python only. */
const HEAVY: Killer[] = [
  ['a million statements', 'a=1\n'.repeat(1_000_000), 'bounded'],
  ['a million functions', 'def f(): pass\n'.repeat(1_000_000), 'bounded'],
  ['10 MB of statements in one line', 'a;'.repeat(5_000_000), 'bounded'],
];

/** What became of a file by its answer; of the last one that the worker was at, by the worker's end. */
function endOf(answer: unknown): End | 'failed' {
  if (typeof answer !== 'object' || answer === null) return 'failed';
  if ('lines' in answer) return 'told';
  if ('failure' in answer) return 'failure';
  return JSON.stringify(answer).includes('"kind":"limit"') ? 'limit' : 'failed';
}

interface Outcome {
  /** What the parser alone says, or our bounds. */
  readonly parser: End;
  readonly killer: End | 'failed';
  /** What is told of the file after it in the batch, and of the same file by the same worker when asked next. */
  readonly good: unknown[];
}

const signature = (answer: unknown): unknown =>
  JSON.stringify(answer)?.includes('"signature":"(a, b=1) -> int"') ? 'good' : answer;

async function outcomeOf(python: Interpreter, [, source, bounded]: Killer): Promise<Outcome> {
  return await withFiles([source, GOOD], async (files) => {
    const file = files[0]?.file ?? '';
    const parser = bounded === undefined ? await parserAlone(python, file) : 'limit';
    const { replies, exitCode, signal } = await askWorker(python, [
      { op: 'analyze-many', args: { files } },
      { op: 'analyze-many', args: { files: files.slice(1) } },
    ]);
    const [first, second] = replies.filter((reply) => !('at' in reply));
    if (first === undefined || 'error' in first) {
      const blamed = replies.filter((reply) => 'at' in reply).at(-1);
      // Without an answer the worker has to be gone, or its end to be due, over this file.
      const ended = first === undefined ? signal !== undefined : exitCode === RECYCLED;
      return { parser, killer: ended && blamed?.at === files[0]?.path ? 'limit' : 'failed', good: [] };
    }
    const [killer, ...after] = listOf(first);
    if (second === undefined && exitCode !== RECYCLED) return { parser, killer: 'failed', good: [] };
    const next = second === undefined ? [] : listOf(second);
    return { parser, killer: endOf(killer), good: [...after, ...next].map(signature) };
  });
}

function listOf(reply: Reply): unknown[] {
  return 'value' in reply && Array.isArray(reply.value) ? reply.value : [];
}

async function ends(on: readonly Interpreter[], killer: Killer): Promise<void> {
  expect(on.length).toBeGreaterThan(0);
  for (const python of on) {
    const found = { python: python.version, ...(await outcomeOf(python, killer)) };
    expect(found).toEqual({
      ...found,
      killer: found.parser,
      good: found.good.map(() => 'good'),
    });
  }
}

async function oldest(): Promise<Interpreter> {
  const [found] = await pythons();
  if (found === undefined) throw new Error('no Python');
  return found;
}

describe('files that are hard on the parser', () => {
  let all: Interpreter[] = [];
  beforeAll(async () => {
    all = await pythons();
  });

  it.each(DEEP)('end as the parser says, and the next file is as ever: %s', async (...killer) => {
    await ends(all.length > 1 ? [...all.slice(0, 1), ...all.slice(-1)] : all, killer);
  });
  it.each(ODD)('end as the parser says, and the next file is as ever: %s', async (...killer) => {
    await ends(all.slice(-1), killer);
  });
  it.each(HEAVY)('end as the parser says, and the next file is as ever: %s', async (...killer) => {
    await ends(all.slice(0, 1), killer);
  });
});

describe('limits of a batch', () => {
  it('says which file it is at, and dies over the one that exceeds its time', async () => {
    const slow = 'def f(): pass\n'.repeat(60_000);
    await withFiles([GOOD, slow, GOOD], async (files) => {
      const question = { op: 'analyze-many', args: { files }, cpuSeconds: 0.05 };
      const { replies, signal } = await askWorker(await oldest(), [question]);
      expect(replies).toEqual([
        { id: 0, at: '0.py' },
        { id: 0, at: '1.py' },
      ]);
      expect(signal).toBe('SIGPROF');
    });
  });

  it('gives each file the whole of the time', async () => {
    const busy = 'x = 1\n'.repeat(4_000);
    await withFiles(
      Array.from({ length: 60 }, () => busy),
      async (files) => {
        const { replies } = await askWorker(await oldest(), [
          { op: 'analyze-many', args: { files }, cpuSeconds: 0.3 },
          { op: 'analyze', args: files[0], cpuSeconds: 0.3 },
        ]);
        expect(replies.filter((reply) => 'value' in reply)).toHaveLength(2);
      },
    );
  });

  it('answers for the files around one that is too large or gone', async () => {
    await withFiles([GOOD, `${GOOD}#${'x'.repeat(100)}`, GOOD], async (files) => {
      const gone = { path: 'gone.py', file: `${files[0]?.file}.gone` };
      const args = { files: [...files, gone], maxBytes: 100 };
      const { replies } = await askWorker(await oldest(), [{ op: 'analyze-many', args }]);
      const [good, large, alsoGood, missing] = replies.slice(-1).flatMap(listOf);
      expect([signature(good), signature(alsoGood)]).toEqual(['good', 'good']);
      expect(large).toEqual({ error: { kind: 'limit', reason: '100 bytes' } });
      expect(missing).toMatchObject({ error: { kind: 'failed' } });
    });
  });
});
