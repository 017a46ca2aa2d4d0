import { describe, expect, it } from '@jest/globals';
import type { Round, Session } from '@ids/contracts';
import { newSessionId } from '@ids/kernel';
import { renderDiff } from './diff.js';
import { renderLayers } from './layers.js';
import { renderEvent } from './progress.js';
import { renderRound } from './round.js';
import { nextSteps, renderStory } from './story.js';
import { PLAIN } from './style.js';
import { table } from './table.js';

const vote = (role: 'developer_critic' | 'generalist', name: string, confidence: number) => ({
  role,
  name,
  confidence,
  risk: 20,
  outcome: 75.25,
  approach: 'Do it.',
  concerns: [],
});

const round: Round = {
  number: 1,
  opinions: [
    vote('developer_critic', 'Konrad', 90),
    {
      role: 'sre_critic',
      name: 'Sana\u001b[31m',
      error: { code: 'model_timeout', message: 'late' },
    },
  ],
  synthesis: vote('generalist', 'Iris', 80),
  merged: { avgConfidence: 85.04, maxRisk: 20, avgOutcome: 75.25, stdConfidence: 7.07, stdOutcome: 0 },
  decision: 'consensus',
  reasoning: 'Confidence 85 of 75 and risk 20 of 30: within all thresholds of this round.',
};

const session: Session = {
  id: newSessionId(),
  project: 'vessels',
  kind: 'code',
  task: 'Add logging',
  files: [],
  approval: 'warnings',
  maxRounds: 3,
  status: 'awaiting_approval',
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:01.000Z',
  requestedBy: 'local',
  rounds: [round],
  changes: [
    { path: 'app/vessel.py', operation: 'modify', added: 4, removed: 1, backup: '.ids/backups/x.bak' },
  ],
  validation: [],
  attempts: 1,
  usage: { calls: 8, promptTokens: 10, completionTokens: 5, totalTokens: 15 },
  pending: { kind: 'approval', reason: 'The layer lint has warnings.', actions: ['proceed', 'cancel'] },
  model: 'offline model',
};

describe('a round', () => {
  it('is a table of votes, a failed agent told apart, the decision below', () => {
    expect(renderRound(round, PLAIN)).toEqual([
      '  Round 1                               confidence        risk     outcome',
      '  ✓ Konrad (developer, critic)                  90          20        75.3',
      '  ✗ Sana (sre, critic)                 no vote: model_timeout',
      '  ✓ Iris (generalist)                           80          20        75.3',
      '    Merged                                      85      max 20        75.3',
      '  → consensus. Confidence 85 of 75 and risk 20 of 30: within all thresholds of',
      '    this round.',
    ]);
  });

  it('looks the same when it comes as live events', () => {
    const live = [
      ...renderEvent({ type: 'round.started', round: 1, roles: [] }, PLAIN),
      ...round.opinions.flatMap((opinion) => renderEvent({ type: 'opinion', round: 1, opinion }, PLAIN)),
      ...renderEvent({ type: 'round.decided', round }, PLAIN),
    ];
    expect(live).toEqual(renderRound(round, PLAIN));
  });
});

describe('layers', () => {
  it('have marks, their tool and their findings', () => {
    const lines = renderLayers(
      [
        { layer: 'syntax', status: 'passed', findings: [], tool: 'CPython 3.11.7', milliseconds: 12.4 },
        { layer: 'types', status: 'skipped', findings: [], reason: 'not enabled' },
        {
          layer: 'lint',
          status: 'warnings',
          existing: 1,
          findings: [
            { path: 'a.py', line: 3, column: 1, code: 'F401', severity: 'warning', message: '`os` unused' },
          ],
        },
      ],
      PLAIN,
    );
    expect(lines).toEqual([
      '  ✓ syntax   passed   CPython 3.11.7, 12 ms',
      '  – types    skipped  not enabled',
      '  ! lint     warnings 1 older finding not counted',
      '      a.py:3:1 F401 `os` unused',
    ]);
  });
});

describe('the story of a session', () => {
  it('goes from the task to what can be done next', () => {
    const text = renderStory(session, PLAIN).join('\n');
    expect(text).toContain(`${session.id} on vessels\n  Add logging\n● Waits for approval`);
    expect(text).toContain('  modify app/vessel.py +4 -1\n    backup .ids/backups/x.bak');
    expect(text).toContain('Model: offline model. 8 calls, 15 tokens.');
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('names the commands that a person can give', () => {
    expect(nextSteps(session)).toEqual([
      '  The layer lint has warnings.',
      `  ids approve ${session.id}`,
      `  ids cancel ${session.id}`,
    ]);
  });
});

describe('a diff', () => {
  it('loses its control characters on a terminal', () => {
    expect(renderDiff('--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\u001b[2J\n', PLAIN)).toEqual([
      '--- a/x',
      '+++ b/x',
      '@@ -1 +1 @@',
      '-a',
      '+b',
    ]);
  });
});

describe('a table', () => {
  it('narrows its flexible column to the width', () => {
    const columns = [{ title: 'id' }, { title: 'task', flexible: true }];
    expect(table(columns, [['1', 'a task that is too long']], 16)).toEqual(['id  task', '1   a task that…']);
  });
});
