import {
  SPECIALISTS,
  type Change,
  type Decision,
  type DecisionAction,
  type LayerResult,
  type Pending,
  type Round,
  type SessionError,
} from '@ids/contracts';
import { IdsError } from '@ids/kernel';
import type { SessionRecord } from '@ids/store';
import { opinionJobs, rollbackJob, stepJob } from './jobs.js';
import type { Move } from './move.js';

/** How often validation sends a change back to the coder, and how often files may change under it. */
export const MAX_REPAIRS = 2;
export const MAX_REBASES = 2;

const idOf = (record: SessionRecord): SessionRecord['session']['id'] => record.session.id;

/** What the agents see is gathered: six opinions are asked in parallel. */
export function openRound(record: SessionRecord): Move {
  return {
    to: 'deliberating',
    stage: 'deliberation',
    jobs: (step) => opinionJobs(idOf(record), step),
    begins: [{ type: 'round.started', round: numberOf(record), roles: [...SPECIALISTS] }],
  };
}

/** Rounds count on over all series, so that a number names one round of a session. */
function numberOf(record: SessionRecord): number {
  return record.session.rounds.length + 1;
}

/** A round has fallen: on to code, to the answer, to the next round, or to the person. */
export function closeRound(record: SessionRecord, round: Round, disagreements: readonly string[]): Move {
  const { session, flow } = record;
  const rounds = [...session.rounds, round];
  const events = [{ type: 'round.decided', round }] as const;
  if (round.decision === 'continue') {
    return {
      to: 'deliberating',
      stage: 'deliberation',
      jobs: (step) => [stepJob('round', session.id, step)],
      session: { rounds },
      flow: { round: flow.round + 1 },
      events,
    };
  }
  if (round.decision === 'dead_end') {
    const pending: Pending = { kind: 'guidance', reason: round.reasoning, disagreements: [...disagreements] };
    return {
      to: 'awaiting_guidance',
      session: { rounds, pending },
      events: [...events, { type: 'pending', pending }],
    };
  }
  return decided(record, round, rounds);
}

function decided(record: SessionRecord, round: Round, rounds: Round[]): Move {
  const { session } = record;
  const { synthesis } = round;
  const answer = session.kind === 'ask';
  const decision: Decision = {
    kind: answer ? 'answer' : 'consensus',
    round: round.number,
    approach: 'error' in synthesis ? round.reasoning : synthesis.approach,
    concerns: 'error' in synthesis ? [] : synthesis.concerns,
    merged: round.merged,
  };
  const shared = {
    session: { rounds, decision },
    events: [
      { type: 'round.decided', round },
      { type: 'decision', decision },
    ],
  } as const;
  if (answer) return { to: 'answered', ...shared };
  return { to: 'generating', ...generating(record), ...shared };
}

function generating(record: SessionRecord): Pick<Move, 'stage' | 'jobs'> {
  return { stage: 'generation', jobs: (step) => [stepJob('generation', idOf(record), step)] };
}

/** A person's guidance opens a new series of rounds. */
export function guided(record: SessionRecord, text: string): Move {
  const { flow } = record;
  return {
    to: 'deliberating',
    stage: 'deliberation',
    jobs: (step) => [stepJob('round', idOf(record), step)],
    flow: { series: flow.series + 1, round: 1, guidance: [...flow.guidance, text] },
    events: [{ type: 'guidance', text }],
  };
}

/** The coder's change set stands: it goes to the layers. */
export function generated(record: SessionRecord, attempt: number, changes: readonly Change[]): Move {
  return {
    to: 'validating',
    stage: 'validation',
    jobs: (step) => [stepJob('validation', idOf(record), step)],
    session: { attempts: attempt, changes: [...changes], validation: [] },
    events: [{ type: 'generated', attempt, changes: [...changes] }],
  };
}

export interface Verdict {
  readonly kind: 'passed' | 'warnings' | 'failed';
  readonly failed: readonly string[];
  /** The error that ends the session if nothing can repair it. */
  readonly error: IdsError | undefined;
}

/** The layers have judged. A rejected validation is a result, not an exception. */
export function validated(record: SessionRecord, results: readonly LayerResult[], verdict: Verdict): Move {
  const { session, flow } = record;
  const shared = { session: { validation: [...results] } };
  if (verdict.kind === 'failed') {
    if (flow.repairs >= MAX_REPAIRS || verdict.error?.code === 'checker_missing') {
      const { code, message } =
        verdict.error ?? new IdsError('validation_failed', { layers: verdict.failed });
      const move = failed(record, { stage: 'validation', code, message });
      return { ...move, session: { ...move.session, ...shared.session } };
    }
    return {
      to: 'generating',
      ...generating(record),
      ...shared,
      flow: { repairs: flow.repairs + 1, rework: { attempt: session.attempts, cause: 'validation' } },
    };
  }
  const asks =
    session.approval === 'always' || (session.approval === 'warnings' && verdict.kind === 'warnings');
  return asks ? awaitApproval(results, verdict.kind) : { ...applying(record), ...shared };
}

function awaitApproval(results: readonly LayerResult[], kind: Verdict['kind']): Move {
  const warned = results.filter((result) => result.status === 'warnings').map((result) => result.layer);
  const pending: Pending = {
    kind: 'approval',
    reason:
      kind === 'warnings' ? `Warnings in: ${warned.join(', ')}.` : 'All layers passed; you asked to approve.',
    actions: ['proceed', 'fix', 'cancel'],
  };
  return {
    to: 'awaiting_approval',
    session: { validation: [...results], pending },
    events: [{ type: 'pending', pending }],
  };
}

function applying(record: SessionRecord): Move {
  return {
    to: 'applying',
    stage: 'application',
    jobs: (step) => [stepJob('application', idOf(record), step)],
    flow: { touched: true },
  };
}

/** A person's word on warnings. */
export function approved(record: SessionRecord, action: DecisionAction, by: string): Move {
  const events = [{ type: 'decided', action, by }] as const;
  if (action === 'proceed') return { ...applying(record), events };
  if (action === 'cancel') return { ...cancelled(record), events };
  const rework = { attempt: record.session.attempts, cause: 'person' } as const;
  return { to: 'generating', ...generating(record), flow: { repairs: 0, rework }, events };
}

/** Files changed under the change set: it is written again on the new text, or given up. */
export function rebased(record: SessionRecord, paths: readonly string[]): Move {
  const { flow } = record;
  if (flow.rebases >= MAX_REBASES) {
    const error = new IdsError('file_changed', { paths });
    return failed(record, { stage: 'application', code: error.code, message: error.message });
  }
  return {
    to: 'generating',
    ...generating(record),
    flow: { rebases: flow.rebases + 1, rework: undefined },
    events: [{ type: 'note', text: `Changed meanwhile: ${paths.join(', ')}; the change is written again.` }],
  };
}

/** Everything is on disk and was re-read. */
export function applied(changes: readonly Change[]): Move {
  return {
    to: 'applied',
    session: { changes: [...changes] },
    events: [{ type: 'applied', changes: [...changes] }],
  };
}

function rollingBack(record: SessionRecord): Pick<Move, 'to' | 'stage' | 'jobs'> {
  return { to: 'rolling_back', stage: 'rollback', jobs: () => [rollbackJob(idOf(record))] };
}

/** Whatever fails, at whatever stage, is undone by the compensating job. */
export function failed(record: SessionRecord, error: SessionError): Move {
  return {
    ...rollingBack(record),
    session: { error },
    flow: { rollback: { origin: 'failure' } },
    events: [{ type: 'error', error }],
  };
}

/** Cancel is a state: it wins over whatever a stage finishes later. */
export function cancelled(record: SessionRecord): Move {
  if (record.session.status !== 'applying') return { to: 'cancelled' };
  return { ...rollingBack(record), flow: { rollback: { origin: 'cancel' } } };
}

/** A person wants an applied change undone. */
export function undoRequested(record: SessionRecord): Move {
  return { ...rollingBack(record), session: { error: undefined }, flow: { rollback: { origin: 'person' } } };
}

/** Every file is as it was before the session. */
export function rolledBack(record: SessionRecord): Move {
  return { to: record.flow.rollback?.origin === 'cancel' ? 'cancelled' : 'rolled_back' };
}

/** What touched nothing: the session is as applied as before. */
const REFUSALS: readonly string[] = ['rollback_conflict', 'backup_gone'];

/** The undo met edits of a person (then their files stay) or cannot succeed. */
export function rollbackRefused(record: SessionRecord, cause: IdsError): Move {
  const error: SessionError = { stage: 'rollback', code: cause.code, message: cause.message };
  const events = [{ type: 'error', error }] as const;
  // The person's own undo loses nothing by being refused; half-applied files do.
  if (record.flow.rollback?.origin === 'person' && REFUSALS.includes(cause.code)) {
    return { to: 'applied', session: { error }, events };
  }
  return { to: 'rollback_failed', session: { error }, events };
}
