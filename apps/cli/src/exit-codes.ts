import type { Session } from '@ids/contracts';

/** CONTRACT section 2; scripts rely on them. */
export const EXIT = {
  done: 0,
  /** The session was rolled back or cancelled, validation failed, or the gateway says that it cannot be. */
  failed: 1,
  usage: 2,
  unreachable: 3,
  waitsForPerson: 4,
  interrupted: 130,
} as const;

/** What a session's state means for a script. `wanted`: ends that the command was after, besides the good ones. */
export function exitCodeOf(session: Session, wanted: readonly Session['status'][] = []): number {
  if (session.pending !== undefined || session.status.startsWith('awaiting_')) return EXIT.waitsForPerson;
  if (wanted.includes(session.status)) return EXIT.done;
  const failed = ['rolled_back', 'cancelled', 'rollback_failed'].includes(session.status);
  return failed ? EXIT.failed : EXIT.done;
}
