import { sessionIdSchema, type Session } from '@ids/contracts';
import { describe, expect, it } from '@jest/globals';
import { exportMarkdown } from './export.js';
import { codeCell, codeSpan, escaped, fenced } from './markdown.js';

const ID = sessionIdSchema.parse('sess_01JDSAMP0E0000000000000000');
const EVIL = '<img src=x onerror=alert(1)> [x](https://evil.example) | `a` ``` \n# head\n\u202e@admin &lt;';
const vote = { confidence: 88, risk: 16, outcome: 90, approach: EVIL, concerns: [EVIL, 'www.evil.example'] };
const merged = { avgConfidence: 88.4, maxRisk: 24, avgOutcome: 89, stdConfidence: 2, stdOutcome: 1 };
const session: Session = {
  id: ID,
  project: 'vessels',
  kind: 'code',
  task: EVIL,
  files: [],
  approval: 'warnings',
  maxRounds: 3,
  status: 'applied',
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:01:05.000Z',
  requestedBy: 'telegram:7',
  rounds: [
    {
      number: 1,
      opinions: [
        { role: 'sre_critic', name: EVIL, ...vote },
        { role: 'architect_critic', name: 'Konrad', error: { code: 'model_timeout', message: EVIL } },
      ],
      synthesis: { role: 'generalist', name: 'Ada', ...vote, concerns: [] },
      merged,
      decision: 'consensus',
      reasoning: 'All thresholds were met.',
    },
  ],
  decision: { kind: 'consensus', round: 1, approach: 'One logger.', concerns: ['None.'], merged },
  changes: [{ path: 'a|`b`.py', operation: 'modify', added: 12, removed: 3, backup: 'x.bak' }],
  validation: [
    {
      layer: 'lint',
      status: 'warnings',
      tool: 'ruff 0.17.4',
      findings: [{ path: 'a.py', line: 3, column: 1, code: 'F401', severity: 'warning', message: EVIL }],
    },
    { layer: 'tests', status: 'skipped', findings: [], reason: 'not enabled' },
  ],
  attempts: 1,
  usage: { calls: 8, promptTokens: 12_000, completionTokens: 345, totalTokens: 12_345 },
  model: 'a_model',
};

/** What stands in no fence and in no code. */
function prose(markdown: string): string {
  return markdown
    .replaceAll(/^(`{3,})[a-z]*\n[\s\S]*?\n\1$/gm, '')
    .replaceAll(/(?<!`)(`+)(?!`)[^\n]*?(?<!`)\1(?!`)/g, '');
}

describe('the export of a session', () => {
  const markdown = exportMarkdown(session, 'diff --git a/a b/a\n+```\n+````\n');

  it('tells all of it', () => {
    expect(markdown).toMatchSnapshot();
  });

  it('lets nothing of others be markup', () => {
    const outside = prose(markdown);
    expect(outside).not.toMatch(/(?<!\\)[<&@]/);
    expect(outside).not.toMatch(/(?<!\\)\[x|(?<!\\)\]\(/);
    expect(outside).not.toMatch(/https?:\/\/|www\./);
    expect(markdown).not.toContain('\u202e');
    expect(outside.match(/^# /gm)).toEqual(['# ']);
  });

  it('fences code so that nothing in it ends the fence', () => {
    expect(markdown).toContain('\n`````diff\n');
    expect(fenced('a\r````', 'text')).toBe('`````text\na\r````\n`````\n');
  });

  it('tells of one that was never begun', () => {
    const bare = { ...session, rounds: [], changes: [], validation: [], status: 'cancelled' } as const;
    const { decision: _decision, ...undecided } = bare;
    const text = exportMarkdown({ ...undecided, rounds: [], changes: [], validation: [] }, null);
    expect(text).not.toMatch(/^## /m);
  });
});

describe('text of others in Markdown', () => {
  it('is escaped, on one line', () => {
    expect(escaped('1. *a*\n- b_c|d $x$ \\')).toBe('1\\. \\*a\\* \\- b\\_c\\|d \\$x\\$ \\\\');
  });

  it('is code, whatever backticks it has', () => {
    expect(codeSpan('a`b')).toBe('``a`b``');
    expect(codeSpan('`a``')).toBe('``` `a`` ```');
    expect(codeCell('a|b')).toBe('`a\\|b`');
    expect(codeSpan(' ')).toBe('');
  });
});
