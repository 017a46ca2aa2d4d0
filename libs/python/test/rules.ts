import { beforeAll, expect, it } from '@jest/globals';
import type { Interpreter } from '../src/interpreter.js';
import { analyzeAll, minor, pythons, type Answer, type Source, type Told } from './python-workers.js';

/** One rule of the contract: what is told of a source, on every Python that is there. */
export interface Rule {
  readonly rule: string;
  readonly source: Source;
  readonly tells: (told: Told) => unknown;
  readonly as: unknown;
  /** The first 3.x whose parser takes the source. */
  readonly since?: number;
}

/** A test for each rule. Every Python is asked once, over all the sources. */
export function testRules(rules: readonly Rule[]): void {
  const answers: { python: Interpreter; told: Answer[] }[] = [];
  beforeAll(async () => {
    const sources = rules.map(({ source }) => source);
    for (const python of await pythons()) {
      answers.push({ python, told: await analyzeAll(python, sources) });
    }
  });

  it.each(rules.map((rule, at) => ({ ...rule, at })))('$rule', ({ at, tells, as, since = 9 }) => {
    const asked = answers.filter(({ python }) => minor(python) >= since);
    for (const { python, told } of asked) {
      const answer = told[at];
      const found = answer !== undefined && 'lines' in answer ? tells(answer) : answer;
      expect({ python: python.version, found }).toEqual({ python: python.version, found: as });
    }
    expect(answers.length).toBeGreaterThan(0);
  });
}
