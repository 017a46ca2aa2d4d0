import { systemClock } from '@ids/kernel';
import type { Session } from '@ids/contracts';
import type { Button } from '../buttons/press.js';
import { outcomeButtons } from '../following/outcome-buttons.js';
import { viewSession, type SessionView } from '../following/view.js';
import type { Letter } from '../delivery/letters.js';
import type { Origin } from '../place.js';
import { exportMarkdown } from '../text/export.js';
import { outcomeText } from '../text/outcome.js';
import { begun, progressText } from '../text/progress.js';
import { own, prose } from '../text/rich-text.js';
import { diffLetter, historyParts } from '../text/sessions.js';
import { usageParts, type Sum } from '../text/usage.js';
import { placeWord } from '../text/words-of-places.js';
import { shortened } from '../text/words.js';
import { isAtLeast, type CommandName } from './catalog.js';
import type { CurrentProject } from './current-project.js';
import { mayAct, type SessionFinder } from './find-session.js';
import type { CommandParts } from './parts.js';
import { Refusal, type Handler } from './refusal.js';

const LATEST = 10;
const COUNTED = 50;
/** A session that moves on while it is read is read once more; one that never rests is shown as it was. */
const LOOKS = 3;

/** What only looks. */
export class LookCommands {
  constructor(
    private readonly parts: CommandParts,
    private readonly current: CurrentProject,
    private readonly finder: SessionFinder,
  ) {}

  readonly status: Handler = async ({ origin, rest }) => {
    const { id } = await this.meant(origin, rest, 'status', () => true);
    const { session, progress } = await this.view(id);
    const now = (this.parts.clock ?? systemClock).now();
    const outcome = outcomeText(session);
    const parts = outcome ?? progressText(progress, session, now);
    const buttons = this.mayPress(origin, session) ? await outcomeButtons(session, this.parts.sessions) : [];
    await this.parts.letters.answer(origin, 'answer', { parts, buttons });
  };

  readonly history: Handler = async ({ origin }) => {
    const project = await this.current.needed(origin);
    const { sessions } = await this.parts.sessions.list({ project: project.name, limit: LATEST });
    await this.parts.letters.answer(origin, 'answer', { parts: historyParts(project.name, sessions) });
  };

  readonly diff: Handler = async ({ origin, rest }) => {
    const session = await this.meant(origin, rest, 'diff', ({ changes }) => changes.length > 0);
    await this.parts.letters.answer(origin, 'answer', await this.diffOf(origin, session));
  };

  /** With a button to undo it, for who may. @throws IdsError `no_diff` */
  async diffOf(origin: Origin, session: Session): Promise<Letter> {
    const diff = await this.parts.operations.diff(session.id);
    const undo: Button = { text: 'Undo', press: { does: 'undo', session: session.id } };
    const offered = session.status === 'applied' && this.mayPress(origin, session);
    return { ...diffLetter(session, diff), buttons: offered ? [[undo]] : [] };
  }

  readonly export: Handler = async ({ origin, rest }) => {
    const session = await this.meant(origin, rest, 'export', () => true);
    const diff = session.attempts === 0 ? null : await this.diffOrNull(session);
    const content = exportMarkdown(session, diff);
    const parts = [own('All of '), prose(shortened(session.task, 100))];
    const document = { name: `${session.id}.md`, content };
    await this.parts.letters.answer(origin, 'answer', { parts, document });
  };

  readonly usage: Handler = async ({ origin }) => {
    const { sessions, budget, settings, letters } = this.parts;
    const project = await this.current.chosen(origin.place);
    const latest =
      project === null ? undefined : await sessions.list({ project: project.name, limit: COUNTED });
    const parts = usageParts({
      where: placeWord(origin.place),
      here: sumOf(await this.finder.all(origin.place)),
      project:
        project === null || latest === undefined
          ? undefined
          : { name: project.name, ...sumOf(latest.sessions) },
      today: await budget.usedToday(),
      dailyBudget: settings.dailyTokenBudget,
    });
    await letters.answer(origin, 'answer', { parts });
  };

  private mayPress({ asker }: Origin, session: Session): boolean {
    return isAtLeast(asker.role, 'user') && mayAct(asker, session);
  }

  /** Also of a session whose diff is kept no more. */
  private async diffOrNull({ id, attempts }: Session): Promise<string | null> {
    const diff = await this.parts.sessions.artifact(id, `diff:${attempts}`);
    return typeof diff === 'string' ? diff : null;
  }

  private async view(id: Session['id']): Promise<SessionView> {
    for (let look = 1; ; look += 1) {
      const view = await viewSession(this.parts.sessions, id);
      if (view !== null && view !== 'moving') return view;
      const session = await this.parts.operations.get(id);
      if (look === LOOKS) return { session, progress: { ...begun(session), status: session.status } };
    }
  }

  private async meant(
    { place }: Origin,
    rest: string,
    command: CommandName,
    fits: (session: Session) => boolean,
  ): Promise<Session> {
    if (rest !== '') return await this.finder.named(place, rest, command);
    const session = await this.finder.latest(place, fits);
    if (session !== null) return session;
    throw new Refusal(
      command === 'diff'
        ? [own('No task changed anything here yet. What was asked of the project: /history')]
        : [
            own('Nothing was asked here yet. Begin with '),
            own('/ask What does this project do?', 'code'),
            own(', or look at all tasks of the project: /history'),
          ],
    );
  }
}

function sumOf(sessions: readonly Session[]): Sum {
  return {
    sessions: sessions.length,
    tokens: sessions.reduce((sum, { usage }) => sum + usage.totalTokens, 0),
  };
}
