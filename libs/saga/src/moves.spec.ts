import { describe, expect, it } from '@jest/globals';
import {
  isEnd,
  SESSION_STATUSES,
  type LayerResult,
  type Merged,
  type Round,
  type SessionStatus,
} from '@ids/contracts';
import { IdsError } from '@ids/kernel';
import type { SessionRecord } from '@ids/store';
import { applyMove, type Move } from './move.js';
import {
  applied,
  approved,
  cancelled,
  closeRound,
  failed,
  generated,
  guided,
  openRound,
  rebased,
  rollbackRefused,
  rolledBack,
  undoRequested,
  validated,
} from './moves.js';
import { recordWith } from './record.fixture.js';
import { mayFollow, TRANSITIONS } from './transitions.js';

const merged: Merged = { avgConfidence: 90, maxRisk: 10, avgOutcome: 90, stdConfidence: 1, stdOutcome: 1 };
const round = (decision: Round['decision']): Round => ({
  number: 1,
  opinions: [],
  synthesis: {
    role: 'generalist',
    name: 'G',
    confidence: 90,
    risk: 10,
    outcome: 90,
    approach: 'do it',
    concerns: [],
  },
  merged,
  decision,
  reasoning: 'because',
});
const layer = (status: LayerResult['status']): LayerResult => ({ layer: 'syntax', status, findings: [] });
const verdict = (kind: 'passed' | 'warnings' | 'failed') => ({ kind, failed: ['syntax'], error: undefined });
const error = { stage: 'generation', code: 'model_nonsense', message: 'no' } as const;

function walk(...moves: ((record: SessionRecord) => Move)[]): SessionRecord {
  return moves.reduce((record, move) => applyMove(record, move(record), 1_000, 60_000).record, recordWith());
}
const again = (r: SessionRecord): Move => generated(r, r.session.attempts + 1, []);
const toGenerating = [openRound, (r: SessionRecord) => closeRound(r, round('consensus'), [])];
const toValidating = [...toGenerating, (r: SessionRecord) => generated(r, 1, [])];
const toApplying = [
  ...toValidating,
  (r: SessionRecord) => validated(r, [layer('passed')], verdict('passed')),
];

function types(record: SessionRecord, move: Move): string[] {
  return applyMove(record, move, 0, 0).events.map((event) => event.type);
}

describe('the table of transitions', () => {
  it('names each status, and lets nothing follow an end but the undo of an applied session', () => {
    expect(Object.keys(TRANSITIONS).sort()).toEqual([...SESSION_STATUSES].sort());
    for (const status of SESSION_STATUSES.filter(isEnd)) {
      expect(TRANSITIONS[status]).toEqual(status === 'applied' ? ['rolling_back'] : []);
    }
  });

  it('lets every status that is not an end reach one', () => {
    const reaches = (from: SessionStatus, seen: Set<SessionStatus>): boolean =>
      isEnd(from) || TRANSITIONS[from].some((to) => !seen.has(to) && reaches(to, new Set([...seen, to])));
    for (const status of SESSION_STATUSES) expect(reaches(status, new Set([status]))).toBe(true);
  });

  it('refuses a move that it does not hold', () => {
    const record = walk();
    expect(mayFollow('queued', 'applied')).toBe(false);
    expect(() => applyMove(record, applied([]), 0, 0)).toThrow('from queued to applied');
  });
});

describe('moves', () => {
  it('count version and step, and give each job an id of its step', () => {
    const moved = applyMove(recordWith(), openRound(recordWith()), 5, 100);
    expect(moved.record).toMatchObject({
      version: 2,
      step: 2,
      flow: { stage: 'deliberation', deadlineAt: 105 },
    });
    expect(moved.jobs).toHaveLength(6);
    expect(new Set(moved.jobs.map((job) => job.id)).size).toBe(6);
    expect(moved.jobs.every((job) => 'step' in job.data && job.data.step === 2)).toBe(true);
  });

  it('tell what ended before the new status, and what begins after it', () => {
    const queued = recordWith();
    expect(types(queued, openRound(queued))).toEqual(['status', 'round.started']);
    const open = walk(openRound);
    expect(types(open, closeRound(open, round('consensus'), []))).toEqual([
      'round.decided',
      'decision',
      'status',
    ]);
  });

  it('go from consensus to code, or to the answer of an ask', () => {
    expect(walk(...toGenerating).session).toMatchObject({
      status: 'generating',
      decision: { approach: 'do it' },
    });
    const ask = recordWith({ kind: 'ask', status: 'deliberating' });
    expect(applyMove(ask, closeRound(ask, round('consensus'), []), 0, 0).record.session).toMatchObject({
      status: 'answered',
      decision: { kind: 'answer' },
    });
  });

  it('leave a waiting session without job, stage and deadline', () => {
    const record = walk(openRound, (r) => closeRound(r, round('dead_end'), ['a', 'b']));
    expect(record.session.pending).toMatchObject({ kind: 'guidance', disagreements: ['a', 'b'] });
    expect(record.flow.jobs).toEqual([]);
    expect(record.flow.deadlineAt).toBeUndefined();
    const next = applyMove(record, guided(record, 'use the standard library'), 0, 0).record;
    expect(next.session.pending).toBeUndefined();
    expect(next.flow).toMatchObject({ series: 2, round: 1, guidance: ['use the standard library'] });
  });

  it('send a failed validation back to the coder twice, then roll back', () => {
    const fail = (r: SessionRecord): Move => validated(r, [layer('failed')], verdict('failed'));
    expect(walk(...toValidating, fail).flow).toMatchObject({
      repairs: 1,
      rework: { attempt: 1, cause: 'validation' },
    });
    const last = walk(...toValidating, fail, again, fail, again, fail);
    expect(last.session).toMatchObject({
      status: 'rolling_back',
      error: { stage: 'validation', code: 'validation_failed' },
      validation: [layer('failed')],
    });
    expect(last.flow.jobs.map((job) => job.id)).toEqual([`rollback-${last.session.id}`]);
  });

  it('do not ask the coder to repair a checker that is missing', () => {
    const missing = { ...verdict('failed'), error: new IdsError('checker_missing', { layer: 'types' }) };
    const record = walk(...toValidating, (r) => validated(r, [layer('failed')], missing));
    expect(record.session).toMatchObject({ status: 'rolling_back', error: { code: 'checker_missing' } });
  });

  it.each([
    ['never', 'warnings', 'applying'],
    ['never', 'passed', 'applying'],
    ['warnings', 'warnings', 'awaiting_approval'],
    ['warnings', 'passed', 'applying'],
    ['always', 'passed', 'awaiting_approval'],
  ] as const)('with approval %s and %s go on to %s', (approval, kind, status) => {
    const record = recordWith({ approval, status: 'validating' });
    expect(applyMove(record, validated(record, [], verdict(kind)), 0, 0).record.session.status).toBe(status);
  });

  it.each([
    ['proceed', 'applying'],
    ['fix', 'generating'],
    ['cancel', 'cancelled'],
  ] as const)('a decision %s leads to %s', (action, status) => {
    const record = recordWith({ status: 'awaiting_approval' });
    expect(applyMove(record, approved(record, action, 'me'), 0, 0).record.session.status).toBe(status);
  });

  it('write a change again on changed files twice, then give up', () => {
    const record = recordWith({ status: 'applying' });
    expect(rebased(record, ['a.py']).to).toBe('generating');
    const third = { ...record, flow: { ...record.flow, rebases: 2 } };
    expect(rebased(third, ['a.py'])).toMatchObject({
      to: 'rolling_back',
      session: { error: { code: 'file_changed' } },
    });
  });

  it('undo what was being written when a person cancels, and end as cancelled', () => {
    const applying = walk(...toApplying);
    const undoing = applyMove(applying, cancelled(applying), 0, 0).record;
    expect(undoing.session.status).toBe('rolling_back');
    expect(applyMove(undoing, rolledBack(undoing), 0, 0).record.session.status).toBe('cancelled');
    const generating = walk(...toGenerating);
    expect(cancelled(generating).to).toBe('cancelled');
  });

  it('return to applied when a person’s undo meets edits, but fail when a failure’s undo does', () => {
    const conflict = new IdsError('rollback_conflict', { paths: ['a.py'] });
    const person = walk(...toApplying, () => applied([]), undoRequested);
    expect(rollbackRefused(person, conflict).to).toBe('applied');
    const broken = walk(...toApplying, (r) => failed(r, { ...error, stage: 'application' }));
    expect(rollbackRefused(broken, conflict).to).toBe('rollback_failed');
  });

  it('clear the error of an earlier attempt when the undo is asked for again', () => {
    const record = recordWith({ status: 'applied', error });
    expect(applyMove(record, undoRequested(record), 0, 0).record.session.error).toBeUndefined();
  });
});
