import type { SessionStatus } from '@ids/contracts';

/** The one table of what may follow what. */
export const TRANSITIONS: Readonly<Record<SessionStatus, readonly SessionStatus[]>> = {
  queued: ['deliberating', 'cancelled', 'rolling_back'],
  deliberating: ['deliberating', 'awaiting_guidance', 'generating', 'answered', 'cancelled', 'rolling_back'],
  awaiting_guidance: ['deliberating', 'cancelled'],
  generating: ['validating', 'cancelled', 'rolling_back'],
  validating: ['generating', 'awaiting_approval', 'applying', 'cancelled', 'rolling_back'],
  awaiting_approval: ['generating', 'applying', 'cancelled'],
  // Back to generating when the files changed meanwhile.
  applying: ['applied', 'generating', 'rolling_back'],
  // A person's undo starts here; it comes back when it meets edits that it must not lose.
  applied: ['rolling_back'],
  rolling_back: ['rolled_back', 'cancelled', 'rollback_failed', 'applied'],
  answered: [],
  rolled_back: [],
  cancelled: [],
  rollback_failed: [],
};

/** Whether the table lets `to` follow `from`. */
export function mayFollow(from: SessionStatus, to: SessionStatus): boolean {
  return TRANSITIONS[from].includes(to);
}
