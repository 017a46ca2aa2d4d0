import { sessionIdSchema, sessionStatusSchema, type Session } from '@ids/contracts';
import { IdsError } from '@ids/kernel';
import { z } from 'zod';
import type { Button } from '../buttons/press.js';
import type { Origin } from '../place.js';
import { errorParts } from '../text/errors.js';
import { code, own } from '../text/rich-text.js';
import { putErrand } from './errands.js';
import { isUnfinished, mayAct, type SessionFinder } from './find-session.js';
import type { CommandName } from './catalog.js';
import type { CommandParts } from './parts.js';
import { Refusal, type Handler } from './refusal.js';

/** The session that an update is about, and how it stood when that was found. */
const actedOnSchema = z.object({ session: sessionIdSchema, status: sessionStatusSchema });
type ActedOn = z.infer<typeof actedOnSchema>;

/** What stops and undoes sessions. */
export class ActCommands {
  constructor(
    private readonly parts: CommandParts,
    private readonly finder: SessionFinder,
  ) {}

  readonly cancel: Handler = async ({ origin, rest }) => {
    const { session, status } = await this.actedOn(origin, rest, 'cancel', isUnfinished);
    if (status === 'cancelled') throw new Refusal([own('🚫 It is cancelled already: '), code(session)]);
    if (status === 'rolling_back') throw new Refusal([own('⏳ It is being undone already: '), code(session)]);
    const now = await this.parts.operations.get(session);
    // If it is, then by this update: it was not when that was seen first.
    if (now.status !== 'cancelled' && now.status !== 'rolling_back')
      await this.parts.commands.cancel(session);
    await this.confirm(origin, now, 'Cancelled: ');
  };

  readonly rollback: Handler = async ({ origin, rest }) => {
    const { session, status } = await this.actedOn(origin, rest, 'rollback', isApplied);
    if (status === 'rolled_back') throw new Refusal([own('↩️ It is undone already: '), code(session)]);
    if (status === 'rolling_back') throw new Refusal([own('⏳ It is being undone already: '), code(session)]);
    if (status !== 'applied') throw new IdsError('not_rollbackable', { status });
    await putErrand(this.parts.errands, origin, { does: 'undo', session });
  };

  /** Asks a worker whether it can be undone, and begins it. */
  async undo(origin: Origin, id: Session['id']): Promise<void> {
    const { operations, follower, letters } = this.parts;
    const session = await operations.get(id);
    const begun = session.status === 'rolling_back' || session.status === 'rolled_back';
    try {
      // If it is on its way, then by this errand, done before.
      if (!begun) await operations.rollback(id);
    } catch (error) {
      if (!(error instanceof IdsError)) throw error;
      const again: Button = { text: 'Undo', press: { does: 'undo', session: id } };
      const buttons = error.transient || error.code === 'rollback_conflict' ? [[again]] : [];
      await letters.answer(origin, 'answer', { parts: errorParts(error), buttons });
      return;
    }
    await follower.again(id);
    await this.confirm(origin, session, 'It is being undone: ');
  }

  /** Where its outcome is told by itself, that is answer enough. */
  private async confirm(origin: Origin, session: Session, words: string): Promise<void> {
    if (await this.finder.isHere(origin.place, session)) return;
    const parts = [own(words), code(session.id), own('\nHow it goes: '), code(`/status ${session.id}`)];
    await this.parts.letters.answer(origin, 'answer', { parts });
  }

  /** The same session however often it is asked for an update, though what it did makes others the latest. */
  private async actedOn(
    origin: Origin,
    rest: string,
    command: CommandName & ('cancel' | 'rollback'),
    fits: (session: Session) => boolean,
  ): Promise<ActedOn> {
    const { places } = this.parts;
    const settled = actedOnSchema.nullable().parse(await places.settled(origin.update));
    if (settled !== null) return settled;
    const session = await this.found(origin, rest, command, fits);
    if (!mayAct(origin.asker, session))
      throw new Refusal([own('Only who asked for it may do that, or an administrator.')]);
    const found = { session: session.id, status: session.status };
    await places.settle(origin.update, found);
    return found;
  }

  private async found(
    origin: Origin,
    rest: string,
    command: 'cancel' | 'rollback',
    fits: (session: Session) => boolean,
  ): Promise<Session> {
    if (rest !== '') return await this.finder.named(origin.place, rest, command);
    const session = await this.finder.latestToActOn(origin, fits);
    if (session !== null) return session;
    const none = {
      cancel: 'No task of yours is under way here.',
      rollback: 'There is nothing of yours to undo here.',
    };
    throw new Refusal([own(`${none[command]} What was asked before: /history`)]);
  }
}

function isApplied({ status }: Session): boolean {
  return status === 'applied';
}
