import {
  sessionIdSchema,
  type Change,
  type Finding,
  type Session,
  type SessionEvent,
  type StoredEvent,
} from '@ids/contracts';
import { after, begun, progressText } from './progress.js';
import { richText, type Part } from './rich-text.js';

export const ID = sessionIdSchema.parse('sess_01JDSAMP0E0000000000000000');
const vote = { confidence: 88, risk: 16, outcome: 90, approach: 'Log in set_speed.', concerns: [] };
export const merged = { avgConfidence: 88.4, maxRisk: 24, avgOutcome: 89, stdConfidence: 2, stdOutcome: 1 };
export const unused: Finding = {
  path: 'app/vessel.py',
  line: 3,
  column: 1,
  code: 'F401',
  severity: 'warning',
  message: '`os` imported but unused',
};
export const broken: Finding = {
  ...unused,
  line: 1,
  code: 'syntax-error',
  severity: 'error',
  message: 'invalid syntax',
};
export const session: Session = {
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
    { path: 'app/log.py', operation: 'create', added: 4, removed: 0, backup: null },
    {
      path: 'app/ships.py',
      operation: 'rename',
      from: 'app/boats.py',
      added: 1,
      removed: 1,
      backup: `.ids/backups/${ID}/app/boats.py.20260101.bak`,
    },
  ],
  validation: [
    { layer: 'syntax', status: 'passed', findings: [], tool: 'CPython 3.11.7' },
    { layer: 'imports', status: 'passed', findings: [], tool: 'CPython 3.11.7' },
    { layer: 'types', status: 'skipped', findings: [], reason: 'not enabled' },
    { layer: 'lint', status: 'warnings', findings: [unused], tool: 'ruff 0.17.4' },
    { layer: 'tests', status: 'skipped', findings: [], reason: 'not enabled' },
  ],
  attempts: 1,
  usage: { calls: 8, promptTokens: 12_000, completionTokens: 345, totalTokens: 12_345 },
  model: 'offline model (built in, rule-based)',
};

/** As a person reads it: what joins words invisibly is not seen. */
export function shown(parts: readonly Part[] | null): string {
  return richText(parts ?? []).text.replaceAll('\u2060', '');
}

const START = Date.parse(session.createdAt);
export const event = (content: SessionEvent, second: number): StoredEvent => ({
  id: `${second}-0`,
  at: new Date(START + second * 1_000).toISOString(),
  event: content,
});
export const created = event({ type: 'session.created', task: session.task, project: 'vessels' }, 0);
export const deliberating: StoredEvent[] = [
  created,
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
export const validated: StoredEvent[] = [
  ...deliberating,
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

/** The living message after these events, so many seconds after the last of them. */
export function living(events: readonly StoredEvent[], quietSeconds = 0, of: Partial<Session> = {}): string {
  const progress = events.reduce(after, begun(session));
  return shown(progressText(progress, { ...session, ...of }, progress.at + quietSeconds * 1_000));
}

export const noUsage = { usage: { calls: 0, promptTokens: 0, completionTokens: 0, totalTokens: 0 } };

export const error = (stage: 'deliberation' | 'generation' | 'validation' | 'application', code: string) => ({
  status: 'rolled_back' as const,
  error: { stage, code, message: `What ${code} says.` },
});
const newFile: Change = { path: 'app/vessel.py', operation: 'create', added: 1, removed: 0, backup: null };

export const OUTCOMES: readonly (readonly [string, Partial<Session>])[] = [
  ['applied', {}],
  ['undone by a person', { status: 'rolled_back' }],
  [
    'an undo that was refused',
    {
      error: {
        stage: 'rollback',
        code: 'rollback_conflict',
        message:
          'Files were changed since (app/vessel.py); nothing was touched. Move your edits away, then roll back again.',
      },
    },
  ],
  [
    'failed in validation',
    {
      status: 'rolled_back',
      attempts: 3,
      error: {
        stage: 'validation',
        code: 'validation_failed',
        message: 'The change did not pass validation (syntax), also after repairs.',
      },
      changes: [newFile],
      validation: [{ layer: 'syntax', status: 'failed', findings: [broken] }],
    },
  ],
  ['failed in deliberation', { ...error('deliberation', 'model_timeout'), changes: [], validation: [] }],
  ['failed while it was written', error('application', 'disk_full')],
  ['cancelled', { status: 'cancelled' }],
  [
    'a rollback that failed',
    {
      status: 'rollback_failed',
      error: { stage: 'rollback', code: 'rollback_failed', message: 'The backup of a.py is missing.' },
    },
  ],
  [
    'waits for a decision on warnings',
    {
      status: 'awaiting_approval',
      changes: [newFile],
      pending: { kind: 'approval', reason: 'Warnings in: lint.', actions: ['proceed', 'fix', 'cancel'] },
    },
  ],
  [
    'waits for a decision that was asked for',
    {
      status: 'awaiting_approval',
      changes: [newFile],
      validation: session.validation.slice(0, 3),
      pending: {
        kind: 'approval',
        reason: 'All layers passed; you asked to approve.',
        actions: ['proceed', 'cancel'],
      },
    },
  ],
  [
    'waits for guidance',
    {
      status: 'awaiting_guidance',
      pending: {
        kind: 'guidance',
        reason:
          'Confidence 60 (spread 20), risk 80, outcome 70: risk is above 40; 3 rounds brought no consensus.',
        disagreements: [
          'Boris: one wants a cache, see https://evil.example',
          'Konrad: one does not',
          'Viktor: ask @admin',
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
      decision: {
        kind: 'answer',
        round: 1,
        approach: 'It keeps `Vessel` objects:\n\n```python\nfleet.add(Vessel("Ada"))\n```\n\nNothing else.',
        concerns: [],
        merged,
      },
    },
  ],
];
