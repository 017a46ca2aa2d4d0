import { isEnd, type Session } from '@ids/contracts';
import { IdsError, isSessionId } from '@ids/kernel';
import type { ChatPlaceStore, SessionStore } from '@ids/store';
import { placeKey, requesterOf, type Asker, type Origin, type Place } from '../place.js';
import { code, own } from '../text/rich-text.js';
import type { CommandName } from './catalog.js';
import { Refusal } from './refusal.js';

const LEAST_LETTERS = 4;
/** Long enough to be unambiguous among the sessions of a place. */
const SHORT_ID = 6;

/** Whether a person may cancel, undo, guide or decide on it: who asked for it, and administrators. */
export function mayAct(asker: Asker, session: Pick<Session, 'requestedBy'>): boolean {
  return asker.role === 'administrator' || session.requestedBy === requesterOf(asker);
}

/**
 * The session that a command is about: the latest of its place that fits, one of the place by the last letters of its
 * id, or any by its whole id. Whoever may use the bot may look at any session, as whoever has a key may over HTTP; to
 * act on it is for who asked for it.
 */
export class SessionFinder {
  constructor(
    private readonly sessions: SessionStore,
    private readonly places: ChatPlaceStore,
  ) {}

  /** Whether a session was asked for in this place, and its outcome is told there. */
  async isHere(place: Place, { id }: Pick<Session, 'id'>): Promise<boolean> {
    return (await this.places.sessions(placeKey(place))).includes(id);
  }

  /** The latest session of the place that fits; null if none does. */
  async latest(place: Place, fits: (session: Session) => boolean): Promise<Session | null> {
    for (const id of await this.places.sessions(placeKey(place))) {
      const session = await this.sessions.view(id);
      if (session !== null && fits(session)) return session;
    }
    return null;
  }

  /** The latest that fits of the person's own; for an administrator else the latest of all. */
  async latestToActOn(
    { place, asker }: Origin,
    fits: (session: Session) => boolean,
  ): Promise<Session | null> {
    const own = await this.latest(
      place,
      (session) => session.requestedBy === requesterOf(asker) && fits(session),
    );
    return own ?? (await this.latest(place, (session) => mayAct(asker, session) && fits(session)));
  }

  /** All sessions of the place that are still kept, the latest first. */
  async all(place: Place): Promise<Session[]> {
    const ids = await this.places.sessions(placeKey(place));
    const views = await Promise.all(ids.map((id) => this.sessions.view(id)));
    return views.filter((session) => session !== null);
  }

  /** @throws Refusal with an example; IdsError `session_not_found` for a whole id */
  async named(place: Place, text: string, command: CommandName): Promise<Session> {
    const whole = text.replace(/^sess_/i, 'sess_').replace(/(?<=^sess_).*/, (id) => id.toUpperCase());
    if (isSessionId(whole)) {
      const session = await this.sessions.view(whole);
      if (session === null) throw new IdsError('session_not_found', { session: whole });
      return session;
    }
    const found = await this.byLastLetters(place, text);
    if (found !== null) return found;
    throw await this.unknown(place, text, command);
  }

  private async byLastLetters(place: Place, text: string): Promise<Session | null> {
    const letters = text.replace(/^…/, '').toUpperCase();
    if (letters.length < LEAST_LETTERS || !/^[0-9A-Z]+$/.test(letters)) return null;
    const ids = (await this.places.sessions(placeKey(place))).filter((id) => id.endsWith(letters));
    const [id, second] = ids;
    return id === undefined || second !== undefined ? null : await this.sessions.view(id);
  }

  private async unknown(place: Place, text: string, command: CommandName): Promise<Refusal> {
    const example = (await this.latest(place, () => true))?.id;
    return new Refusal([
      own('There is no session '),
      code(text.slice(0, 64)),
      own(' here. '),
      ...(example === undefined
        ? [own('None was asked for here yet; /history shows those of the project.')]
        : [
            own(`The last letters of an id are enough, for example:\n`),
            own(`/${command} ${example.slice(-SHORT_ID)}`, 'code'),
          ]),
    ]);
  }
}

export function isUnfinished({ status }: Pick<Session, 'status'>): boolean {
  return !isEnd(status) && status !== 'rolling_back';
}
