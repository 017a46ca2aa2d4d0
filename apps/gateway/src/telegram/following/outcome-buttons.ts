import type { DecisionAction, Session } from '@ids/contracts';
import type { SessionStore } from '@ids/store';
import { z } from 'zod';
import { diffHash } from '../buttons/diff-hash.js';
import type { Button } from '../buttons/press.js';

const ACTION_LABELS: Readonly<Record<DecisionAction, string>> = {
  proceed: 'Yes',
  fix: 'Fix',
  cancel: 'Cancel',
};

/** What can be pressed below the outcome of a session, or below its question; rows of buttons. */
export async function outcomeButtons(session: Session, sessions: SessionStore): Promise<Button[][]> {
  const buttons = await buttonsOf(session, sessions);
  return buttons.length === 0 ? [] : [buttons];
}

async function buttonsOf(session: Session, sessions: SessionStore): Promise<Button[]> {
  const { id } = session;
  const look: Button = { text: 'Diff', press: { does: 'diff', session: id } };
  switch (session.status) {
    case 'applied':
      return [look, { text: 'Undo', press: { does: 'undo', session: id } }];
    case 'awaiting_approval':
      return decisions(session, await latestDiff(session, sessions));
    case 'rolled_back':
    case 'cancelled':
    case 'rollback_failed':
      return (await latestDiff(session, sessions)) === null ? [] : [look];
    default:
      return [];
  }
}

/** Bound to the diff that is asked about. Without one nobody could know what is decided on. */
function decisions({ id, pending }: Session, diff: string | null): Button[] {
  if (diff === null || pending?.kind !== 'approval') return [];
  const hash = diffHash(diff);
  return pending.actions.map((action) => ({
    text: ACTION_LABELS[action],
    press: { does: 'decide', session: id, action, diff: hash },
  }));
}

async function latestDiff({ id, attempts }: Session, sessions: SessionStore): Promise<string | null> {
  return z
    .string()
    .nullable()
    .parse(await sessions.artifact(id, `diff:${attempts}`));
}
