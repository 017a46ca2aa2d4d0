import { describe, expect, it } from '@jest/globals';
import { newFindings, type LocatedFinding } from './findings.js';

const located = (line: number, around = ''): LocatedFinding => ({
  finding: { path: 'a.py', line, column: 1, code: 'c', severity: 'error', message: 'wrong' },
  lineText: 'x',
  around,
});

describe('new findings', () => {
  it('are those that no old one explains, each only once', () => {
    const { findings, existing } = newFindings(
      [located(1), located(2)],
      [1, 2, 3].map((n) => located(n)),
    );
    expect(findings.map(({ line }) => line)).toEqual([3]);
    expect(existing).toBe(2);
  });

  it('are not those in the old surroundings', () => {
    const before = [located(1, 'p'), located(2, 'q')];
    const { findings } = newFindings(before, [located(1, 'r'), located(2, 'q'), located(3, 'p')]);
    expect(findings.map(({ line }) => line)).toEqual([1]);
  });

  it('are found among very many equal ones without comparing each with each', () => {
    const many = Array.from({ length: 100_000 }, (_, index) => located(index + 1));
    const start = performance.now();
    const { findings, existing } = newFindings(many.slice(1), many);
    expect([findings.length, existing]).toEqual([1, 99_999]);
    // Comparing each with each takes minutes.
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});
