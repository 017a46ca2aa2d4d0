import type { Finding } from '@ids/contracts';
import { describe, expect, it } from '@jest/globals';
import { severityOf, withSeverities, withStricterSeverities } from './severities.js';

const finding = (code: string, severity: Finding['severity']): Finding => ({
  path: 'a.py',
  line: 1,
  column: 1,
  code,
  severity,
  message: code,
});
const judgement = (...findings: Finding[]) => ({ findings, existing: 3, tool: 'tool 1' });
const told = ({ findings }: { findings: Finding[] }): string[] =>
  findings.map(({ code, severity }) => `${code} ${severity}`);

describe('severityOf', () => {
  const severities = {
    E: 'error',
    E5: 'warning',
    E501: 'ignore',
    arg: 'warning',
    'arg-type': 'error',
  } as const;

  it.each([
    ['E501', 'ignore'],
    ['E502', 'warning'],
    ['E711', 'error'],
    ['ERA001', undefined],
    ['arg-type', 'error'],
    ['arg-other', 'warning'],
    ['argument', undefined],
  ])('of %s is %s: the longest key that means it decides', (code, expected) => {
    expect(severityOf(severities, code)).toBe(expected);
  });

  it('is none without settings, and none that a key of every object could give', () => {
    expect(severityOf(undefined, 'E501')).toBeUndefined();
    expect(severityOf({}, 'constructor')).toBeUndefined();
  });
});

describe('withSeverities', () => {
  it('makes findings stricter or looser, and drops what is ignored', () => {
    const findings = [finding('E501', 'warning'), finding('F821', 'error'), finding('F401', 'warning')];
    const answer = withSeverities(judgement(...findings), { E: 'error', F8: 'warning', F4: 'ignore' });
    expect(told(answer)).toEqual(['E501 error', 'F821 warning']);
    expect(answer).toMatchObject({ existing: 3, tool: 'tool 1' });
  });
});

describe('withStricterSeverities', () => {
  it('makes findings stricter', () => {
    const answer = withStricterSeverities(judgement(finding('not-installed', 'warning')), { not: 'error' });
    expect(told(answer)).toEqual(['not-installed error']);
    expect(answer).not.toHaveProperty('note');
  });

  it('never makes one looser or drops it, and says so beside what was to be said', () => {
    const findings = [finding('missing-name', 'error'), finding('not-installed', 'warning')];
    const answer = withStricterSeverities(
      { ...judgement(...findings), note: 'before' },
      { 'missing-name': 'warning', 'not-installed': 'ignore' },
    );
    expect(told(answer)).toEqual(['missing-name error', 'not-installed warning']);
    expect(answer.note).toBe(
      "before; a required layer cannot be loosened; the project's severity was not followed for missing-name, not-installed",
    );
  });
});
