import type { Session } from '@ids/contracts';
import { isoTime, newSessionId } from '@ids/kernel';
import type { SessionRecord } from '@ids/store';
import { stepJob } from './jobs.js';

/** What is chosen when a session is made; all else follows. */
export type NewSession = Pick<
  Session,
  'project' | 'kind' | 'task' | 'files' | 'approval' | 'maxRounds' | 'requestedBy' | 'model'
>;

/** The record of a session that nobody has worked on: its first job is the round, due by `now + deadlineMs`. */
export function newRecord(session: NewSession, now: number, deadlineMs: number): SessionRecord {
  const id = newSessionId();
  return {
    version: 1,
    step: 1,
    session: {
      id,
      ...session,
      status: 'queued',
      createdAt: isoTime(now),
      updatedAt: isoTime(now),
      rounds: [],
      changes: [],
      validation: [],
      attempts: 0,
      usage: { calls: 0, promptTokens: 0, completionTokens: 0, totalTokens: 0 },
    },
    flow: {
      series: 1,
      round: 1,
      guidance: [],
      repairs: 0,
      rebases: 0,
      touched: false,
      jobs: [stepJob('round', id, 1)],
      stage: 'deliberation',
      deadlineAt: now + deadlineMs,
    },
  };
}
