import { describe, expect, it } from '@jest/globals';
import { newFindings, type LocatedFinding } from './findings.js';

/** A finding on each line of a file that has `BAD` in it. */
const bad = (text: string, path = 'a.py'): LocatedFinding[] => {
  const lines = text.split('\n');
  return lines.flatMap((lineText, index) =>
    lineText.includes('BAD')
      ? [
          {
            finding: {
              path,
              line: index + 1,
              column: 1,
              code: 'bad',
              severity: 'error' as const,
              message: 'bad',
            },
            lineText,
            around: `${lines[index - 1]?.trim()}\n${lines[index + 1]?.trim()}`,
          },
        ]
      : [],
  );
};
const fresh = (before: string, after: string): number[] =>
  newFindings(bad(before), bad(after)).findings.map(({ line }) => line);

const one = (path: string, code: string, message: string): LocatedFinding => ({
  finding: { path, line: 1, column: 1, code, severity: 'error', message },
  lineText: 'x',
});

describe('newFindings', () => {
  it('blames no line that only moved or was indented', () => {
    expect(fresh('a\nBAD 1\nBAD 2', 'new\n\nif x:\n    a\n    BAD 1\n    BAD 2')).toEqual([]);
  });

  it('blames a line whose text changed', () => {
    expect(fresh('BAD 1', 'BAD 2')).toEqual([1]);
  });

  it('blames the copy of an old line, wherever it stands, and not the old one', () => {
    expect(fresh('a\nBAD\nb', 'c\nBAD\nd\na\nBAD\nb')).toEqual([2]);
    expect(fresh('a\nBAD\nb', 'a\nBAD\nb\nc\nBAD\nd')).toEqual([5]);
  });

  it('lets each old finding explain one new one', () => {
    expect(fresh('BAD', 'BAD\nBAD\nBAD')).toHaveLength(2);
    expect(fresh('BAD\nBAD', 'BAD')).toEqual([]);
  });

  it('tells files, codes and messages apart, but not the lines that a message names', () => {
    const old = [one('a.py', 'c', 'defined on line 3')];
    expect(newFindings(old, [one('a.py', 'c', 'defined on line 103')])).toEqual({
      findings: [],
      existing: 1,
    });
    for (const other of [
      one('b.py', 'c', 'defined on line 3'),
      one('a.py', 'd', 'defined on line 3'),
      one('a.py', 'c', 'used on line 3'),
    ]) {
      expect(newFindings(old, [other]).findings).toHaveLength(1);
    }
  });
});
