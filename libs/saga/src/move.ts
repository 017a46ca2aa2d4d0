import type { JobRequest, Session, SessionEvent, SessionStatus, Stage } from '@ids/contracts';
import { isoTime } from '@ids/kernel';
import type { Flow, SessionRecord } from '@ids/store';
import { mayFollow } from './transitions.js';

/** What is to change in a record: a status that may follow, fields, events, and the jobs of the new step. */
export interface Move {
  readonly to: SessionStatus;
  /** The stage that now works; undefined where nothing does, as at an end or while a person thinks. */
  readonly stage?: Stage;
  readonly jobs?: (step: number) => readonly JobRequest[];
  readonly session?: Partial<Session>;
  readonly flow?: Partial<Omit<Flow, 'jobs' | 'stage' | 'deadlineAt'>>;
  /** What came to its end with the status that is left; told before the new status. */
  readonly events?: readonly SessionEvent[];
  /** What begins with the new status; told after it. */
  readonly begins?: readonly SessionEvent[];
}

export interface Moved {
  readonly record: SessionRecord;
  readonly events: readonly SessionEvent[];
  readonly jobs: readonly JobRequest[];
}

/**
 * The record after a move; pure.
 * @throws Error if the table of transitions does not allow it: a fault of the program.
 */
export function applyMove(record: SessionRecord, move: Move, now: number, deadlineMs: number): Moved {
  const from = record.session.status;
  if (!mayFollow(from, move.to)) throw new Error(`A session may not go from ${from} to ${move.to}.`);
  const step = record.step + 1;
  const jobs = move.jobs?.(step) ?? [];
  const { stage: _stage, deadlineAt: _deadline, ...flow } = record.flow;
  const { pending: _pending, ...session } = record.session;
  const next: SessionRecord = {
    version: record.version + 1,
    step,
    session: { ...session, ...move.session, status: move.to, updatedAt: isoTime(now) },
    flow: { ...flow, ...move.flow, jobs: [...jobs], ...stageOf(move, now, deadlineMs) },
  };
  const status: SessionEvent[] = from === move.to ? [] : [{ type: 'status', from, status: move.to }];
  return { record: next, events: [...(move.events ?? []), ...status, ...(move.begins ?? [])], jobs };
}

/** An undo has no deadline: it never gives up. */
function stageOf(move: Move, now: number, deadlineMs: number): Pick<Flow, 'stage' | 'deadlineAt'> {
  if (move.stage === undefined) return {};
  return move.stage === 'rollback'
    ? { stage: move.stage }
    : { stage: move.stage, deadlineAt: now + deadlineMs };
}
