import type { Session } from '@ids/contracts';
import type { SessionRecord } from '@ids/store';
import { newRecord } from './new-record.js';

/** A fresh record for specs, with fields of its session replaced. */
export function recordWith(session: Partial<Omit<Session, 'id'>> = {}): SessionRecord {
  const record = newRecord(
    {
      project: 'demo',
      kind: 'code',
      task: 'Add logging',
      files: [],
      approval: 'warnings',
      maxRounds: 3,
      requestedBy: 'spec',
      model: 'spec',
    },
    Date.now(),
    60_000,
  );
  return { ...record, session: { ...record.session, ...session } };
}
