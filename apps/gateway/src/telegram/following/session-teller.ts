import { createHash } from 'node:crypto';
import { isEnd, type Session } from '@ids/contracts';
import type { Clock, SessionId } from '@ids/kernel';
import type { SessionStore } from '@ids/store';
import type { Addressee, Letters } from '../delivery/letters.js';
import { outcomeText } from '../text/outcome.js';
import { begun, progressText, worksAlone, type Progress } from '../text/progress.js';
import type { Part } from '../text/rich-text.js';
import { outcomeButtons } from './outcome-buttons.js';
import { viewSession, type SessionView } from './view.js';

/** What the next look at a session waits for. Changes are told of, so this is for those that were not. */
const SOON_MS = 500;
const LOOKS = { leastMs: 5_000, mostMs: 15_000 };
const LOOKS_WHILE_WAITING = { leastMs: 5_000, mostMs: 60_000 };

/** Puts what there is to tell of a session. Everything has an id by what it tells, so telling twice is telling once. */
export class SessionTeller {
  constructor(
    private readonly sessions: SessionStore,
    private readonly letters: Letters,
    private readonly clock: Clock,
  ) {}

  /** Puts the first living message. */
  async begin(session: Session, to: Addressee): Promise<void> {
    const progress = { ...begun(session), status: session.status };
    const parts = progressText(progress, session, progress.at);
    await this.letters.living(to, session.id, 'begin', { parts }, true);
  }

  /**
   * Tells how a session stands. Gives the milliseconds until it is to be looked at again, or undefined if all was
   * told. Puts nothing once `entitled` is false: another may have told something newer.
   */
  async tell(id: SessionId, to: Addressee, entitled: () => boolean): Promise<number | undefined> {
    const view = await viewSession(this.sessions, id);
    if (view === null) return undefined;
    if (view === 'moving') return SOON_MS;
    const outcome = outcomeText(view.session);
    const buttons = outcome === null ? [] : await outcomeButtons(view.session, this.sessions);
    if (!entitled()) return SOON_MS;
    await this.tellProgress(view, to);
    // Behind its progress, so that the progress of a session is at its end when that is told.
    if (outcome !== null && entitled()) {
      const name = `outcome:${id}:${view.progress.statusEvent ?? 'first'}`;
      await this.letters.send(to, name, { parts: outcome, buttons });
    }
    return entitled() ? this.nextLook(view) : SOON_MS;
  }

  private async tellProgress({ session, progress }: SessionView, to: Addressee): Promise<void> {
    const now = this.clock.now();
    const parts = progressText(progress, session, now);
    if (progress.shownEvent === undefined && textOf(parts) === textOf(firstText(progress, session))) return;
    await this.letters.living(to, session.id, editId(progress, parts), { parts }, false);
  }

  private nextLook({ session, progress }: SessionView): number | undefined {
    if (isEnd(session.status)) return undefined;
    const { leastMs, mostMs } = worksAlone(session.status) ? LOOKS : LOOKS_WHILE_WAITING;
    const quietMs = this.clock.now() - progress.at;
    return Math.round(Math.min(Math.max(quietMs / 4, leastMs), mostMs));
  }
}

function firstText(progress: Progress, session: Session): Part[] {
  return progressText(progress, session, progress.at);
}

/** The same for the same text, so that no edit changes nothing; not for one that comes back later. */
function editId({ shownEvent }: Progress, parts: readonly Part[]): string {
  const hash = createHash('sha256').update(textOf(parts)).digest('hex').slice(0, 16);
  return `${shownEvent ?? '0'}:${hash}`;
}

function textOf(parts: readonly Part[]): string {
  return parts.map(({ text }) => text).join('');
}
