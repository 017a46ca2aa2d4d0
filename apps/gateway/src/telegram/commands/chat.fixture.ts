import type { InspectionName } from '@ids/queue';
import type { TelegramRole } from '@ids/config';
import type { Session } from '@ids/contracts';
import { IdsError, type SessionId } from '@ids/kernel';
import { silentLogger } from '@ids/observability';
import { JobProducer } from '@ids/queue';
import { Saga, SessionCommands } from '@ids/saga';
import {
  ChatButtonStore,
  ChatInbox,
  ChatOutbox,
  ChatPlaceStore,
  ProjectStore,
  RedisCallGovernor,
  type Redis,
} from '@ids/store';
import { Inspection } from '../../operations/inspection.js';
import { ProjectRegistry } from '../../operations/project-registry.js';
import { SessionOperations } from '../../operations/session-operations.js';
import { Buttons } from '../buttons/buttons.js';
import { Letters, type Addressee } from '../delivery/letters.js';
import type { Outgoing } from '../delivery/outgoing.js';
import { drainOutbox, UNLIMITED } from '../following/outbox.fixture.js';
import { SessionPlay } from '../following/session-play.fixture.js';
import type { Origin, Place } from '../place.js';
import type { PressAnswer } from '../updates/conversation.js';
import { CommandConversation } from './command-conversation.js';
import type { CommandParts } from './parts.js';

const HOUR_MS = 3_600_000;
const LIMITS = { maxRounds: 3, stageDeadlineMs: HOUR_MS };

export interface Where {
  readonly chat?: number;
  readonly thread?: number;
  /** A new one if not given; the same again is the update handled once more. */
  readonly update?: number;
}

/** People, by their ids. */
export const ROLES: Readonly<Record<number, TelegramRole>> = {
  1: 'administrator',
  7: 'user',
  8: 'user',
  9: 'reader',
};

/** A conversation on real stores: what is said in chats, and what is answered; workers and the follower are played. */
export class ChatPlay {
  readonly conversation: CommandConversation;
  readonly parts: CommandParts;
  readonly begun: { readonly session: SessionId; readonly to: Addressee }[] = [];
  readonly again: SessionId[] = [];
  /** How workers answer; a question without an answer is one that no worker takes. */
  readonly answers: Partial<Record<InspectionName, (data: unknown) => unknown>> = {};
  private nextUpdate = 1;
  private readonly keyboards = new Map<string, string>();

  private constructor(
    redis: Redis,
    readonly play: SessionPlay,
    projectsRoot: string,
  ) {
    const sessions = play.store;
    const projects = new ProjectStore(redis);
    const saga = new Saga(sessions, new JobProducer(new Map()), { stageDeadlineMs: HOUR_MS });
    const commands = new SessionCommands(saga, projects, LIMITS);
    const inquiry = {
      ask: async (name: InspectionName, data: unknown): Promise<unknown> => {
        const answer = this.answers[name];
        if (answer === undefined) throw new IdsError('no_worker_answered');
        return await Promise.resolve(answer(data));
      },
    };
    const outbox = new ChatOutbox(redis, UNLIMITED);
    const buttons = new Buttons(new ChatButtonStore(redis), 'a-token');
    const limits = { requestsPerMinute: 60, sessionTokenBudget: 1_000, dailyTokenBudget: undefined };
    this.parts = {
      letters: new Letters(outbox, buttons),
      buttons,
      outbox,
      places: new ChatPlaceStore(redis),
      errands: new ChatInbox(redis, { lane: 'errands' }),
      follower: {
        begin: async (session, to) => void this.begun.push({ session: session.id, to }),
        again: async (session) => void this.again.push(session),
      },
      sessions,
      commands,
      projects,
      operations: new SessionOperations(sessions, commands, inquiry),
      inspection: new Inspection(projects, inquiry),
      registry: new ProjectRegistry(projects, { projectsRoot }),
      budget: new RedisCallGovernor(redis, limits),
      model: 'model of the spec',
      settings: {
        maxRounds: 3,
        layers: { types: false, lint: true, tests: false },
        dailyTokenBudget: 10_000,
      },
      log: silentLogger,
    };
    this.conversation = new CommandConversation(this.parts);
  }

  /** In an empty Redis, with the project `fleet`. */
  static async open(redis: Redis, projectsRoot = '/'): Promise<ChatPlay> {
    return new ChatPlay(redis, await SessionPlay.open(redis), projectsRoot);
  }

  /** A person says something; gives what the bot answers, errands done. */
  async says(person: number, text: string, where: Where = {}): Promise<string> {
    await this.conversation.message(this.origin(person, where), text);
    return await this.told();
  }

  /** A person presses a button that was shown before; gives what is seen for a moment, and what is answered. */
  async presses(person: number, button: string, where: Where = {}): Promise<PressAnswer & { told: string }> {
    const answer = await this.conversation.press(this.origin(person, where), this.data(button));
    return { ...answer, told: await this.told() };
  }

  /** The data of the newest button with this text. */
  data(button: string): string {
    const data = this.keyboards.get(button);
    if (data === undefined)
      throw new Error(`no button ${button}; there are ${[...this.keyboards.keys()].join(', ')}`);
    return data;
  }

  origin(person: number, { chat = person, thread, update = this.nextUpdate++ }: Where): Origin {
    const place: Place = thread === undefined ? { chat } : { chat, thread };
    return { update, place, asker: { id: person, role: ROLES[person] ?? 'reader' }, message: 500 + update };
  }

  /** What waits in the outbox, once all errands are done. */
  async told(): Promise<string> {
    for (
      let taken = await this.parts.errands.take();
      taken !== null;
      taken = await this.parts.errands.take()
    ) {
      await this.conversation.errand(taken.payload);
      await taken.finish();
    }
    const sent = await drainOutbox(this.parts.outbox);
    for (const each of sent) {
      for (const { text, data } of 'keyboard' in each ? each.keyboard.flat() : [])
        this.keyboards.set(text, data);
    }
    return sent.map(shown).join('\n— — —\n');
  }

  /** The session that a person asked for with this text. */
  async asked(person: number, text: string, where: Where = {}): Promise<Session> {
    await this.says(person, text, where);
    const id = this.begun.at(-1)?.session;
    const session = id === undefined ? null : await this.play.store.view(id);
    if (session === null) throw new Error('no session was made');
    return session;
  }
}

/** As a person reads it: ids by their kind, what joins words left out. */
function shown(each: Outgoing): string {
  if (each.kind === 'unbutton') return '(buttons off)';
  const { text } = each.kind === 'document' ? each.caption : each;
  const keyboard = each.keyboard.map((row) => row.map(({ text }) => `[${text}]`).join(' ')).join('\n');
  return [
    each.kind === 'message' ? '' : `(${each.kind}) `,
    each.kind === 'document' ? `${each.name}\n${each.content}\n--\n` : '',
    text,
    keyboard === '' ? '' : `\n${keyboard}`,
  ]
    .join('')
    .replaceAll('\u2060', '')
    .replaceAll(/sess_[0-9A-Z]{26}/g, 'SESSION')
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d/g, 'WHEN')
    .replaceAll(/\/tmp\/[\w./-]+/g, 'FOLDER');
}
