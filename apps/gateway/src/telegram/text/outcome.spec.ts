import type { Change, Finding, Session } from '@ids/contracts';
import { describe, expect, it } from '@jest/globals';
import { outcomeText } from './outcome.js';
import { richText } from './rich-text.js';
import { broken, error, ID, merged, OUTCOMES, session, shown, unused } from './session.fixture.js';
import { MAX_MESSAGE } from './split.js';

/** What is said of a session for which the coder changed nothing. */
const unchanged = (more: Partial<Session>): string =>
  shown(outcomeText({ ...session, ...error('generation', 'no_changes'), ...more }));

describe('outcomeText', () => {
  it('says nothing while a session goes on by itself', () => {
    expect(outcomeText({ ...session, status: 'generating' })).toBeNull();
  });

  it.each([
    ['validation', 'Nothing was changed.', 'All files are as before.'],
    ['application', 'All files are as before.', 'Nothing was changed.'],
  ] as const)('says of a failure in %s: %s', (stage, said, not) => {
    const text = shown(outcomeText({ ...session, ...error(stage, 'stage_failed') }));
    expect(text).toContain(said);
    expect(text).not.toContain(not);
  });

  it('offers to try again only with a task that is short, and as what it was', () => {
    expect(unchanged({})).toContain('/code Add logging to app/vessel.py\n');
    expect(unchanged({ kind: 'ask' })).toContain('/ask Add logging to app/vessel.py\n');
    expect(unchanged({ task: 'x '.repeat(200) })).not.toContain('/code');
  });

  it('names at most eight findings, errors first, and says how many there are more', () => {
    const many = Array.from({ length: 11 }, (_, line): Finding => ({ ...unused, line: line + 10 }));
    const validation: Session['validation'] = [
      { layer: 'lint', status: 'warnings', findings: [...many, broken] },
    ];
    const text = shown(outcomeText({ ...session, status: 'awaiting_approval', validation }));
    const lines = text.split('\n').filter((line) => line.startsWith('• app/vessel.py:'));
    expect(lines).toHaveLength(8);
    expect(lines[0]).toBe('• app/vessel.py:1 syntax-error invalid syntax');
    expect(text).toContain('… and 4 more findings');
  });

  it('is one message, whatever long names and texts there are in it', () => {
    const long = 'a.b/@c '.repeat(2_000);
    const path = `${'deep/'.repeat(150)}a.py`;
    const changes: Change[] = Array.from({ length: 300 }, () => ({
      path,
      operation: 'rename',
      from: path,
      added: 9_999,
      removed: 9_999,
      backup: `.ids/backups/${ID}/${path}.bak`,
    }));
    const finding: Finding = { ...broken, path, code: long, message: long };
    const findings = Array.from({ length: 100 }, () => finding);
    const wide: Partial<Session> = {
      task: long,
      changes,
      model: long,
      decision: { kind: 'consensus', round: 1, approach: long, concerns: [], merged },
      validation: (['syntax', 'imports', 'types', 'lint', 'tests'] as const).map((layer) => ({
        layer,
        status: 'failed',
        findings,
        tool: long,
        reason: `${layer} ${long}`,
      })),
    };
    const pending: Session['pending'][] = [
      { kind: 'approval', reason: long, actions: ['proceed', 'fix', 'cancel'] },
      { kind: 'guidance', reason: long, disagreements: [long, long, long] },
    ];
    for (const [name, more] of OUTCOMES.filter(([name]) => name !== 'answered')) {
      const of: Session = { ...session, ...more, ...wide };
      if (more.error !== undefined) of.error = { ...more.error, message: long };
      if (more.pending !== undefined) of.pending = pending.find((one) => one?.kind === more.pending?.kind);
      const { length } = richText(outcomeText(of) ?? []).text;
      expect({ name, fits: length <= MAX_MESSAGE, length }).toMatchObject({ name, fits: true });
    }
  });

  it('shows code of an answer as code, and nothing in it as anything else', () => {
    const approach =
      'Use `a.b` and `/cancel`.\n```python\nx = "@admin"\n```\nNot `evil`.example, @`admin`.\n```\nnever closed';
    const decision: Session['decision'] = { kind: 'answer', round: 1, approach, concerns: [], merged };
    const { text, entities } = richText(outcomeText({ ...session, status: 'answered', decision }) ?? []);
    const marked = entities
      .filter(({ type }) => type !== 'bold')
      .map(({ type, offset, length, language }) => [type, text.slice(offset, offset + length), language]);
    expect(marked).toEqual([
      ['code', 'a.b', undefined],
      ['code', '/cancel', undefined],
      ['pre', 'x = "@admin"', 'python'],
      ['pre', 'never closed', undefined],
      ['code', ID, undefined],
    ]);
    expect(text.replaceAll('\u2060', '')).toContain('Not `evil`.example, @`admin`.');
  });
});
