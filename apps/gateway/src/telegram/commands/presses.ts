import type { DecisionAction, Session } from '@ids/contracts';
import { IdsError } from '@ids/kernel';
import type { KnownButton } from '../buttons/buttons.js';
import { diffHash } from '../buttons/diff-hash.js';
import type { Press } from '../buttons/press.js';
import { isPrivate, requesterOf, type Origin } from '../place.js';
import { own } from '../text/rich-text.js';
import type { PressAnswer } from '../updates/conversation.js';
import { isAtLeast } from './catalog.js';
import { putErrand } from './errands.js';
import type { LookCommands } from './looks.js';
import type { CommandParts } from './parts.js';
import type { ProjectCommands } from './projects.js';
import type { SettingsCommands } from './settings.js';

type Decision = Extract<Press, { does: 'decide' }>;

const alert = (text: string): PressAnswer => ({ text, alert: true });
const say = (text: string): PressAnswer => ({ text, alert: false });

const INVALID = alert('This button is not valid any more.');
const NOT_YOURS = alert('Only the person who asked may press this.');
const READER = alert('You may look only. Ask somebody who may give tasks.');
const ADMINISTRATORS = alert('Only an administrator may do that.');
const USED = alert('This was already answered.');
const MOVED_ON = alert('The change has moved on; look at the newest message.');

const CHOSEN: Readonly<Record<DecisionAction, string>> = {
  proceed: 'Yes: the change is written',
  fix: 'Fix: the change goes back to the coder',
  cancel: 'Cancel: nothing is written',
};

interface Groups {
  readonly looks: LookCommands;
  readonly projects: ProjectCommands;
  readonly settings: SettingsCommands;
}

/** What presses of buttons do: once for each set of buttons, and only for who may. */
export class Presses {
  constructor(
    private readonly parts: CommandParts,
    private readonly groups: Groups,
  ) {}

  /** @throws IdsError what the press fails with */
  async press(pressed: Origin, data: string): Promise<PressAnswer> {
    const button = await this.parts.buttons.find(data);
    if (button === null) return INVALID;
    if (!(await this.isOf(button.place.chat, pressed.place.chat))) return INVALID;
    // A press below a message that Telegram does not show any more does not say in which topic it stands.
    const place = button.place.chat === pressed.place.chat ? button.place : pressed.place;
    const origin = { ...pressed, place, owner: button.owner };
    const refused = refusedTo(origin, button);
    if (refused !== undefined) return refused;
    const { press } = button;
    switch (press.does) {
      case 'decide':
        return await this.decide(origin, button, press);
      case 'diff':
        return await this.diff(origin, button, press.session);
      case 'undo':
        return await this.undo(origin, button, press.session);
      default:
        return await this.arrange(origin, button, press);
    }
  }

  /** A button of another chat was forwarded or made up, unless its group became this supergroup. */
  private async isOf(made: number, pressed: number): Promise<boolean> {
    return made === pressed || (await this.parts.outbox.chatOf(String(made))) === String(pressed);
  }

  private async decide(origin: Origin, button: KnownButton, press: Decision): Promise<PressAnswer> {
    const { operations, letters } = this.parts;
    const session = await operations.get(press.session);
    const asked = await this.isStillAsked(session, press);
    if ((await use(origin, button)) === 'used') return USED;
    const decided = asked && (await this.decideOn(session, origin, press));
    await letters.unbutton(origin);
    // It may have been by this very press, handled before.
    if (!decided && !(await this.wasDecided(origin, press))) return MOVED_ON;
    await letters.answer(origin, 'answer', {
      parts: [own(`${CHOSEN[press.action]}. ${chosenBy(origin, button)}`)],
    });
    return say(`${CHOSEN[press.action]}.`);
  }

  /** On this very change: false, and nothing happens, if another came up since it was looked at. */
  private async decideOn(
    { id, attempts }: Session,
    { asker }: Origin,
    { action }: Decision,
  ): Promise<boolean> {
    try {
      await this.parts.commands.decide(id, action, requesterOf(asker), attempts);
      return true;
    } catch (error) {
      if (error instanceof IdsError && error.code === 'not_awaiting_approval') return false;
      throw error;
    }
  }

  private async isStillAsked({ id, status, attempts, pending }: Session, press: Decision): Promise<boolean> {
    if (status !== 'awaiting_approval' || pending?.kind !== 'approval') return false;
    return pending.actions.includes(press.action) && (await this.isOn(press, id, attempts));
  }

  private async isOn({ diff: hash }: Decision, id: Session['id'], attempt: number): Promise<boolean> {
    const diff = await this.parts.sessions.artifact(id, `diff:${attempt}`);
    return typeof diff === 'string' && diffHash(diff) === hash;
  }

  /** Whether this person decided this on this very change. */
  private async wasDecided({ asker }: Origin, press: Decision): Promise<boolean> {
    const { session, action } = press;
    let attempt = 0;
    for (let after: string | undefined = '0'; after !== undefined;) {
      const events = await this.parts.sessions.events(session, after);
      for (const { event } of events) {
        if (event.type === 'generated') attempt = event.attempt;
        if (event.type !== 'decided' || event.action !== action || event.by !== requesterOf(asker)) continue;
        if (await this.isOn(press, session, attempt)) return true;
      }
      after = events.at(-1)?.id;
    }
    return false;
  }

  /** Below the diff there is a new button to undo it, since this press uses up the one beside it. */
  private async diff(origin: Origin, button: KnownButton, id: Session['id']): Promise<PressAnswer> {
    const { operations, letters } = this.parts;
    const letter = await this.groups.looks.diffOf(origin, await operations.get(id));
    if ((await use(origin, button)) === 'used') return USED;
    await letters.answer(origin, 'answer', letter);
    await letters.unbutton(origin);
    return say('');
  }

  private async undo(origin: Origin, button: KnownButton, id: Session['id']): Promise<PressAnswer> {
    const { operations, errands, letters } = this.parts;
    const { status } = await operations.get(id);
    if (status === 'applied') {
      if ((await use(origin, button)) === 'used') return USED;
      await putErrand(errands, origin, { does: 'undo', session: id });
    }
    await letters.unbutton(origin);
    if (status === 'rolled_back') return say('It is undone already.');
    if (status === 'rolling_back') return say('It is being undone already.');
    if (status !== 'applied') throw new IdsError('not_rollbackable', { status });
    return say('Every file is being brought back.');
  }

  /** Projects and their settings. */
  private async arrange(
    origin: Origin,
    button: KnownButton,
    press: Exclude<Press, { does: 'decide' | 'diff' | 'undo' }>,
  ): Promise<PressAnswer> {
    const { projects, settings } = this.groups;
    if (press.does === 'delete-project' && origin.asker.role !== 'administrator') return ADMINISTRATORS;
    if ((await use(origin, button)) === 'used') return USED;
    switch (press.does) {
      case 'use-project':
        await projects.use(origin, press.project);
        return say(`Works on ${press.project} now.`);
      case 'delete-project':
        await projects.remove(origin, press.project);
        return say('It is forgotten.');
      case 'keep-project':
        await projects.keep(origin, press.project);
        return say('It stays.');
      default:
        await settings.set(origin, press.project, press.setting);
        return say('Set.');
    }
  }
}

function refusedTo({ asker }: Origin, button: KnownButton): PressAnswer | undefined {
  if (button.owner !== asker.id && asker.role !== 'administrator') return NOT_YOURS;
  return isAtLeast(asker.role, 'user') ? undefined : READER;
}

/** A press counts for its update: handled again, it is still the first. */
async function use({ update }: Origin, button: KnownButton): Promise<'first' | 'used'> {
  return await button.use(String(update));
}

function chosenBy({ place, asker }: Origin, { owner }: KnownButton): string {
  if (isPrivate(place)) return 'Chosen by you.';
  return owner === asker.id ? 'Chosen by the person who asked.' : `Chosen by administrator ${asker.id}.`;
}
