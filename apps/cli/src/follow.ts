import { isEnd, type Session } from '@ids/contracts';
import type { Context } from './context.js';
import { EXIT, exitCodeOf } from './exit-codes.js';
import { renderEvent } from './render/progress.js';
import { nextSteps, renderOutcome } from './render/story.js';

export interface FollowPlan {
  /** Where the session stood before a person's word: its last event and its last update. */
  readonly from?: { readonly event: string; readonly updatedAt: string };
  /** Ends that the command is after, besides the good ones. */
  readonly wanted?: readonly Session['status'][];
}

/** Shows a session's progress until it ends or waits for a person, then its outcome; answers the exit code. */
export async function follow(context: Context, id: string, plan: FollowPlan = {}): Promise<number> {
  const { signal } = context.io;
  try {
    await showEvents(context, id, plan);
  } catch (error) {
    if (!signal.aborted) throw error;
    context.progress([
      '',
      `No longer following; the session goes on. Look again with: ids status ${id}`,
      `Stop it with: ids cancel ${id}`,
    ]);
    return EXIT.interrupted;
  }
  const session = await context.client.session(id);
  context.result(session, renderOutcome(session, context.out));
  if (!context.json) context.progress(nextSteps(session));
  return exitCodeOf(session, plan.wanted);
}

async function showEvents(context: Context, id: string, { from }: FollowPlan): Promise<void> {
  // After a person's word on a finished session, its old end is not yet the new one.
  let moved = from === undefined;
  const events = context.client.events(id, {
    signal: context.io.signal,
    after: from?.event ?? '0',
    isDone: (session) => isEnd(session.status) && (moved || session.updatedAt !== from?.updatedAt),
  });
  for await (const { event } of events) {
    moved = true;
    context.progress(renderEvent(event, context.err));
    if (event.type === 'pending') return;
  }
}
