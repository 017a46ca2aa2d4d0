import type { Session } from '@ids/contracts';
import { newSessionId } from '@ids/kernel';
import type { SessionRecord } from '@ids/store';
import { stepJob } from './jobs.js';

/** A fresh record for specs. */
export function newRecord(session: Partial<Session> = {}): SessionRecord {
  const id = session.id ?? newSessionId();
  return {
    version: 1,
    step: 1,
    session: {
      id,
      project: 'demo',
      kind: 'code',
      task: 'Add logging',
      files: [],
      approval: 'warnings',
      maxRounds: 3,
      status: 'queued',
      createdAt: '2026-01-01T00:00:00.000Z',
      updatedAt: '2026-01-01T00:00:00.000Z',
      requestedBy: 'spec',
      rounds: [],
      changes: [],
      validation: [],
      attempts: 0,
      usage: { calls: 0, promptTokens: 0, completionTokens: 0, totalTokens: 0 },
      model: 'spec',
      ...session,
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
      deadlineAt: Date.now() + 60_000,
    },
  };
}
