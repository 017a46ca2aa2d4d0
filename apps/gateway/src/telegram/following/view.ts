import type { Session, StoredEvent } from '@ids/contracts';
import type { SessionId } from '@ids/kernel';
import type { SessionStore } from '@ids/store';
import { after, begun, type Progress } from '../text/progress.js';

const PAGE = 500;

/** A session and its events as they were at one moment. */
export interface SessionView {
  readonly session: Session;
  readonly progress: Progress;
}

/** Null if there is no such session; `moving` if it moved on while it was read, so that its parts do not fit. */
export async function viewSession(
  sessions: SessionStore,
  id: SessionId,
): Promise<SessionView | 'moving' | null> {
  const before = await sessions.read(id);
  const session = await sessions.view(id);
  if (before === null || session === null) return null;
  let progress = begun(session);
  for await (const event of allEvents(sessions, id)) progress = after(progress, event);
  // Each transition counts the version up, also one that comes back to the same status.
  const now = await sessions.read(id);
  const settled = now?.version === before.version && progress.status === session.status;
  return settled ? { session, progress } : 'moving';
}

async function* allEvents(sessions: SessionStore, id: SessionId): AsyncGenerator<StoredEvent> {
  let last = '0';
  for (;;) {
    const events = await sessions.events(id, last, PAGE);
    yield* events;
    if (events.length < PAGE) return;
    last = events.at(-1)?.id ?? last;
  }
}
