import { IdsError, newId } from '@ids/kernel';
import { isRedisAway } from '../../http/redis-errors.js';
import { isPrivate, placeKey, type Origin } from '../place.js';
import { brokenParts, errorLine, errorParts } from '../text/errors.js';
import { code, own } from '../text/rich-text.js';
import { shortened } from '../text/words.js';
import type { Conversation, PressAnswer } from '../updates/conversation.js';
import { ActCommands } from './acts.js';
import { COMMAND_NAMES, COMMANDS, commandNamed, mayUse, type CommandName } from './catalog.js';
import { CurrentProject } from './current-project.js';
import { parseErrand, type Errand } from './errands.js';
import { SessionFinder } from './find-session.js';
import { InspectionCommands } from './inspections.js';
import { IntroductionCommands } from './introductions.js';
import { LookCommands } from './looks.js';
import { nearest } from './nearest.js';
import { parseMessage } from './parse.js';
import type { CommandParts } from './parts.js';
import { Presses } from './presses.js';
import { ProjectCommands } from './projects.js';
import { Refusal, type Handler } from './refusal.js';
import { SettingsCommands } from './settings.js';
import { TaskCommands } from './tasks.js';

const MAX_NAME = 40;

/** The conversation of the bot: commands, questions, buttons. */
export class CommandConversation implements Conversation {
  private readonly acts: ActCommands;
  private readonly inspections: InspectionCommands;
  private readonly presses: Presses;
  private readonly handlers: Readonly<Record<CommandName, Handler>>;

  constructor(private readonly parts: CommandParts) {
    const current = new CurrentProject(parts);
    const finder = new SessionFinder(parts.sessions, parts.places);
    const introductions = new IntroductionCommands(parts, current);
    const tasks = new TaskCommands(parts, current, finder);
    const looks = new LookCommands(parts, current, finder);
    const projects = new ProjectCommands(parts, current);
    const settings = new SettingsCommands(parts, current);
    this.acts = new ActCommands(parts, finder);
    this.inspections = new InspectionCommands(parts, current);
    this.presses = new Presses(parts, { looks, projects, settings });
    const { acts, inspections } = this;
    this.handlers = {
      start: introductions.start,
      help: introductions.help,
      code: tasks.code,
      ask: tasks.ask,
      analyze: inspections.analyze,
      validate: inspections.validate,
      status: looks.status,
      history: looks.history,
      diff: looks.diff,
      cancel: acts.cancel,
      rollback: acts.rollback,
      continue: tasks.continue,
      project: projects.project,
      list_projects: projects.list_projects,
      project_info: projects.project_info,
      register_project: projects.register_project,
      delete_project: projects.delete_project,
      parliament: inspections.parliament,
      settings: settings.settings,
      usage: looks.usage,
      export: looks.export,
      whoami: introductions.whoami,
    };
  }

  async message(origin: Origin, text: string): Promise<void> {
    await this.answering(origin, async () => {
      const said = parseMessage(text);
      if (said.kind === 'nothing') return this.nothing(origin, text);
      // In a group only what answers the bot gets here without being a command.
      if (said.kind === 'text') return await this.command(origin, 'ask', said.text);
      const name = commandNamed(said.name);
      if (name !== undefined) return await this.command(origin, name, said.rest);
      return this.unknown(origin, said.name, said.addressed);
    });
  }

  /** In a group, people talk of paths. */
  private nothing({ place }: Origin, text: string): void {
    if (!isPrivate(place) && text.startsWith('/')) return;
    throw new Refusal([own('I can make nothing of that. What I know: /help')]);
  }

  private async command(origin: Origin, name: CommandName, rest: string): Promise<void> {
    const { role } = origin.asker;
    if (!mayUse(role, name)) {
      const who =
        COMMANDS[name].least === 'administrator' ? 'an administrator' : 'somebody who may give tasks';
      throw new Refusal([own(`/${name} is for ${who}; you are a ${role}. What you may do: /help`)]);
    }
    await this.handlers[name]({ origin, rest });
  }

  /** In a group it may be meant for another bot; then nothing is said. */
  private unknown({ place, asker }: Origin, name: string, addressed: boolean): void {
    const known = COMMAND_NAMES.filter((each) => mayUse(asker.role, each));
    const meant = nearest(name, known);
    if (meant === undefined && !addressed && !isPrivate(place)) return;
    throw new Refusal([
      own('I do not know '),
      code(`/${shortened(name, MAX_NAME)}`),
      own(meant === undefined ? '. What I know: /help' : `. Did you mean /${meant}?`),
    ]);
  }

  async press(origin: Origin, data: string): Promise<PressAnswer> {
    try {
      return await this.presses.press(origin, data);
    } catch (error) {
      if (error instanceof Refusal) {
        return { text: shortened(error.letter.parts.map(({ text }) => text).join(''), 190), alert: true };
      }
      if (isForThePerson(error)) return { text: errorLine(error), alert: true };
      throw error;
    }
  }

  async errand(payload: string): Promise<void> {
    const errand = this.parsed(payload);
    if (errand === null) return;
    const { origin, work } = errand;
    try {
      await this.answering(origin, async () => {
        if (work.does === 'undo') return await this.acts.undo(origin, work.session);
        await this.parts.letters.answer(origin, 'answer', await this.inspections.answer(work));
      });
    } catch (error) {
      if (isRedisAway(error) || (error instanceof IdsError && error.transient)) throw error;
      // An errand has nobody behind it who would tell the person.
      await this.failed(origin, error);
    }
  }

  private parsed(payload: string): Errand | null {
    try {
      return parseErrand(payload);
    } catch (error) {
      // It would be none the next time either.
      this.parts.log.error({ err: error }, 'an errand of a chat is none');
      return null;
    }
  }

  /** What the person can be told is an answer; anything else is thrown on. */
  private async answering(origin: Origin, work: () => Promise<void> | void): Promise<void> {
    const { letters } = this.parts;
    try {
      await work();
    } catch (error) {
      if (error instanceof Refusal) await letters.answer(origin, 'answer', error.letter);
      else if (isForThePerson(error)) await letters.answer(origin, 'answer', { parts: errorParts(error) });
      else throw error;
    }
  }

  async membership(chat: number, open: boolean): Promise<void> {
    const { outbox } = this.parts;
    await (open ? outbox.openChat(String(chat)) : outbox.closeChat(String(chat)));
  }

  async migrated(from: number, to: number): Promise<void> {
    await this.parts.places.move(placeKey({ chat: from }), placeKey({ chat: to }));
    // At last: from then on nothing is sent to the old chat whose refusal would have this done again.
    await this.parts.outbox.moveChat(String(from), String(to));
  }

  async failed(origin: Origin, error: unknown): Promise<void> {
    const { letters, log } = this.parts;
    if (error instanceof IdsError) {
      await letters.answer(origin, 'failed', { parts: errorParts(error) });
      return;
    }
    const id = newId();
    log.error({ err: error, id, update: origin.update }, 'an update of a chat broke');
    await letters.answer(origin, 'failed', { parts: brokenParts(id) });
  }
}

/** Redis that is away cannot keep an answer either: the update is handled again. */
function isForThePerson(error: unknown): error is IdsError {
  return error instanceof IdsError && error.code !== 'redis_unavailable';
}
