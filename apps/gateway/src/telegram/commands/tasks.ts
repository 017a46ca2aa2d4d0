import {
  createSessionBodySchema,
  guidanceBodySchema,
  MAX_TASK_LENGTH,
  sessionIdSchema,
  type Project,
  type SessionKind,
} from '@ids/contracts';
import { z } from 'zod';
import { placeKey, requesterOf, type Origin } from '../place.js';
import { code, own } from '../text/rich-text.js';
import type { CurrentProject } from './current-project.js';
import type { SessionFinder } from './find-session.js';
import { isReadable } from './parse.js';
import type { CommandParts } from './parts.js';
import { Refusal, type Handler } from './refusal.js';

/** The session that an update guides, and how often it had been guided before. */
const guidedSchema = z.object({ session: sessionIdSchema, before: z.int() });

/** Tasks, questions, and guidance for a parliament that is stuck. */
export class TaskCommands {
  constructor(
    private readonly parts: CommandParts,
    private readonly current: CurrentProject,
    private readonly finder: SessionFinder,
  ) {}

  readonly code: Handler = ({ origin, rest }) => this.give(origin, 'code', rest);

  readonly ask: Handler = ({ origin, rest }) => this.give(origin, 'ask', rest);

  /** Makes a session, once for the update, and lets the chat see how it goes. */
  private async give(origin: Origin, kind: SessionKind, task: string): Promise<void> {
    const { commands, places, follower, model } = this.parts;
    const project = await this.current.needed(origin);
    if (!isReadable(task)) throw await this.withoutTask(kind, project);
    const body = createSessionBodySchema.safeParse({ project: project.name, task, kind });
    if (!body.success) throw tooLong();
    const requestedBy = requesterOf(origin.asker);
    const idempotencyKey = `update:${origin.update}`;
    const session = await commands.create({ body: body.data, requestedBy, model, idempotencyKey });
    await places.addSession(placeKey(origin.place), session.id);
    await follower.begin(session, { place: origin.place, message: origin.message, owner: origin.asker.id });
  }

  private async withoutTask(kind: SessionKind, project: Project): Promise<Refusal> {
    if (kind === 'ask')
      return new Refusal([
        own('What do you want to know about '),
        code(project.name),
        own('? For example\n'),
        own('/ask What does this project do, and where does it begin?', 'code'),
      ]);
    const file = await this.current.knownFile(project);
    return new Refusal([
      own('What is to change in '),
      code(project.name),
      own('? For example\n'),
      code(
        file === undefined
          ? '/code Add docstrings to the functions that have none'
          : `/code Add logging to ${file}`,
      ),
    ]);
  }

  readonly continue: Handler = async ({ origin, rest }) => {
    const { commands, sessions, letters } = this.parts;
    const text = isReadable(rest) ? guidanceBodySchema.safeParse({ text: rest }) : undefined;
    if (text === undefined)
      throw new Refusal([
        own('Say what matters to you, for example\n'),
        own('/continue keep the public names as they are', 'code'),
      ]);
    if (!text.success) throw tooLong();
    const { session, before } = await this.toGuide(origin);
    const record = await sessions.read(session);
    // What was guided meanwhile was guided by this update, handled before, or by another way in.
    if ((record?.flow.guidance.length ?? 0) <= before) await commands.guide(session, text.data.text);
    await letters.answer(origin, 'answer', {
      parts: [own('🧭 The parliament goes on with your guidance.')],
    });
  };

  /** The latest session that waits for this person's guidance; the same however often it is asked for an update. */
  private async toGuide(origin: Origin): Promise<z.infer<typeof guidedSchema>> {
    const { places, sessions } = this.parts;
    const settled = guidedSchema.nullable().parse(await places.settled(origin.update));
    if (settled !== null) return settled;
    const waiting = await this.finder.latestToActOn(origin, ({ status }) => status === 'awaiting_guidance');
    if (waiting === null)
      throw new Refusal([
        own('No task of yours waits for guidance here. For a new one: '),
        own('/code TEXT', 'code'),
        own(' or '),
        own('/ask TEXT', 'code'),
      ]);
    const before = (await sessions.read(waiting.id))?.flow.guidance.length ?? 0;
    const found = { session: waiting.id, before };
    await places.settle(origin.update, found);
    return found;
  }
}

function tooLong(): Refusal {
  return new Refusal([
    own(`That is too long: at most ${MAX_TASK_LENGTH.toLocaleString('en')} characters are taken.`),
  ]);
}
