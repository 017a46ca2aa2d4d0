import { sessionIdSchema, type Session, type SessionEvent, type StoredEvent } from '@ids/contracts';
import { describe, expect, it } from '@jest/globals';
import { outcomeText } from './outcome.js';
import { after, begun, progressText } from './progress.js';
import { richText, type Part } from './rich-text.js';

const ID = sessionIdSchema.parse('sess_01JDSAMP0E0000000000000000');
const vote = { confidence: 88, risk: 16, outcome: 90, approach: 'Log in set_speed.', concerns: [] };
const merged = { avgConfidence: 88.4, maxRisk: 24, avgOutcome: 89, stdConfidence: 2, stdOutcome: 1 };
const session: Session = {
  id: ID,
  project: 'vessels',
  kind: 'code',
  task: 'Add logging to app/vessel.py',
  files: [],
  approval: 'warnings',
  maxRounds: 3,
  status: 'applied',
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:01:05.000Z',
  requestedBy: 'telegram:7',
  rounds: [],
  decision: { kind: 'consensus', round: 1, approach: 'One logger per module.', concerns: [], merged },
  changes: [
    {
      path: 'app/vessel.py',
      operation: 'modify',
      added: 12,
      removed: 3,
      backup: `.ids/backups/${ID}/app/vessel.py.20260101.bak`,
    },
  ],
  validation: [
    { layer: 'syntax', status: 'passed', findings: [], tool: 'CPython 3.11.7' },
    {
      layer: 'lint',
      status: 'warnings',
      findings: [
        {
          path: 'app/vessel.py',
          line: 3,
          column: 1,
          code: 'F401',
          severity: 'warning',
          message: '`os` unused',
        },
      ],
      tool: 'ruff 0.17.4',
    },
    { layer: 'tests', status: 'skipped', findings: [], reason: 'not enabled' },
  ],
  attempts: 1,
  usage: { calls: 8, promptTokens: 12_000, completionTokens: 345, totalTokens: 12_345 },
  model: 'offline model (built in, rule-based)',
};

/** As a person reads it: joiners shown, looks named at their first use. */
function shown(parts: readonly Part[] | null): string {
  return richText(parts ?? []).text.replaceAll('\u2060', '');
}

const event = (content: SessionEvent, second: number): StoredEvent => ({
  id: `${second}-0`,
  at: new Date(Date.parse(session.createdAt) + second * 1_000).toISOString(),
  event: content,
});
const events: StoredEvent[] = [
  event({ type: 'session.created', task: session.task, project: 'vessels' }, 0),
  event({ type: 'status', from: 'queued', status: 'deliberating' }, 1),
  event(
    { type: 'round.started', round: 1, roles: ['developer_progressive', 'sre_critic', 'architect_critic'] },
    1,
  ),
  event({ type: 'opinion', round: 1, opinion: { role: 'sre_critic', name: 'V', ...vote, risk: 24 } }, 4),
  event(
    {
      type: 'opinion',
      round: 1,
      opinion: { role: 'architect_critic', name: 'A', error: { code: 'model_timeout', message: 'late' } },
    },
    9,
  ),
];
const ended: StoredEvent[] = [
  event(
    {
      type: 'round.decided',
      round: {
        number: 1,
        opinions: [],
        synthesis: { role: 'generalist', name: 'G', ...vote },
        merged,
        decision: 'consensus',
        reasoning: '',
      },
    },
    20,
  ),
  event({ type: 'status', from: 'deliberating', status: 'generating' }, 20),
  event({ type: 'generated', attempt: 1, changes: [] }, 30),
  event({ type: 'status', from: 'generating', status: 'validating' }, 30),
  ...session.validation.map((result) => event({ type: 'layer', attempt: 1, result }, 75)),
];

function told(all: readonly StoredEvent[]): string {
  const [first, ...rest] = all;
  if (first === undefined) return '';
  return shown(progressText(rest.reduce(after, begun(first)), ID, 12_345));
}

describe('the living message of a session', () => {
  it('shows the votes of a round as they arrive', () => {
    expect(told(events)).toMatchSnapshot();
  });

  it('shows the layers with their marks, once the parliament is through', () => {
    expect(told([...events, ...ended])).toMatchSnapshot();
  });

  it('forgets the layers of an attempt that the coder repairs', () => {
    const text = told([...events, ...ended, event({ type: 'generated', attempt: 2, changes: [] }, 80)]);
    expect(text).not.toContain('Checks');
  });
});

describe('the final message of a session', () => {
  const outcomes: [string, Partial<Session>][] = [
    ['applied', {}],
    ['rolled back by a person', { status: 'rolled_back' }],
    [
      'failed in validation',
      {
        status: 'rolled_back',
        error: { stage: 'validation', code: 'validation_failed', message: 'The layer syntax failed.' },
        changes: [{ path: 'a.py', operation: 'create', added: 1, removed: 0, backup: null }],
        validation: [
          {
            layer: 'syntax',
            status: 'failed',
            findings: [
              {
                path: 'a.py',
                line: 1,
                column: 5,
                code: 'syntax-error',
                severity: 'error',
                message: 'invalid syntax',
              },
            ],
          },
        ],
      },
    ],
    ['cancelled', { status: 'cancelled' }],
    [
      'a rollback that failed',
      {
        status: 'rollback_failed',
        error: { stage: 'rollback', code: 'rollback_failed', message: 'The backup of a.py is missing.' },
      },
    ],
    [
      'waits for a decision',
      {
        status: 'awaiting_approval',
        pending: { kind: 'approval', reason: 'ruff found 1 warning.', actions: ['proceed', 'fix', 'cancel'] },
      },
    ],
    [
      'waits for guidance',
      {
        status: 'awaiting_guidance',
        pending: {
          kind: 'guidance',
          reason: 'Confidence fell.',
          disagreements: [
            'One wants a cache, see https://evil.example',
            'One does not',
            'A third @admin',
            'A fourth',
          ],
        },
      },
    ],
    [
      'answered',
      {
        status: 'answered',
        kind: 'ask',
        changes: [],
        validation: [],
        decision: { kind: 'answer', round: 1, approach: 'It keeps vessels.', concerns: [], merged },
      },
    ],
  ];
  it.each(outcomes)('says how it ended: %s', (_name, more) => {
    expect(shown(outcomeText({ ...session, ...more }))).toMatchSnapshot();
  });

  it('says nothing while a session goes on by itself', () => {
    expect(outcomeText({ ...session, status: 'generating' })).toBeNull();
  });
});
