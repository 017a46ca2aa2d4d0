import type { Project } from '@ids/contracts';
import type { Button } from '../buttons/press.js';
import { placeKey, type Origin, type Place } from '../place.js';
import { placeWord } from '../text/words-of-places.js';
import { code, own } from '../text/rich-text.js';
import { isAtLeast } from './catalog.js';
import type { CommandParts } from './parts.js';
import { Refusal } from './refusal.js';

const MOST_BUTTONS = 30;
const A_ROW = 2;

type Parts = Pick<CommandParts, 'places' | 'projects' | 'letters' | 'sessions'>;

/** What a chat or topic works on. */
export class CurrentProject {
  constructor(private readonly parts: Parts) {}

  /** What was chosen there, unless it is registered no more. */
  async chosen(place: Place): Promise<Project | null> {
    const name = await this.parts.places.project(placeKey(place));
    return name === null ? null : await this.parts.projects.find(name);
  }

  async choose(place: Place, project: Project): Promise<void> {
    await this.parts.places.choose(placeKey(place), project.name);
  }

  /** The chosen project, or the only one; that is then chosen, and said once. @throws Refusal that lets choose */
  async needed(origin: Origin): Promise<Project> {
    const chosen = await this.chosen(origin.place);
    if (chosen !== null) return chosen;
    const all = await this.parts.projects.list();
    const [only] = all;
    if (only === undefined) throw noProjects(origin);
    if (all.length > 1) throw choice(origin, all);
    // A reader looks, and changes nothing of the chat.
    if (isAtLeast(origin.asker.role, 'user')) await this.chooseOnly(origin, only);
    return only;
  }

  private async chooseOnly(origin: Origin, only: Project): Promise<void> {
    const parts = [
      own(`This ${placeWord(origin.place)} works on `),
      code(only.name),
      own(', the only project there is.'),
    ];
    // Said before it is done: done again, it would not be said any more.
    await this.parts.letters.answer(origin, 'project', { parts });
    await this.choose(origin.place, only);
  }

  /** A file of the project that sessions changed lately, for examples. */
  async knownFile({ name }: Project): Promise<string | undefined> {
    const { sessions } = await this.parts.sessions.list({ project: name, limit: 10 });
    const changes = sessions.filter(({ status }) => status === 'applied').flatMap((each) => each.changes);
    return changes.find(({ path, operation }) => operation !== 'delete' && path.length <= 60)?.path;
  }
}

/** Buttons that choose a project, the chosen one marked. */
export function projectButtons(all: readonly Project[], chosen: string | undefined): Button[][] {
  const buttons = all.slice(0, MOST_BUTTONS).map(({ name }): Button => ({
    text: name === chosen ? `✓ ${name}` : name,
    press: { does: 'use-project', project: name },
  }));
  const rows = Array.from({ length: Math.ceil(buttons.length / A_ROW) }, (_, row) => row * A_ROW);
  return rows.map((from) => buttons.slice(from, from + A_ROW));
}

export function noProjects({ asker }: Origin): Refusal {
  if (asker.role === 'administrator')
    return new Refusal([
      own('No project is registered yet. Register the folder of one, below IDS_PROJECTS_ROOT:\n'),
      own('/register_project NAME PATH', 'code'),
      own('\nAn example that works here: /register_project'),
    ]);
  return new Refusal([
    own('No project is registered yet. An administrator does that with '),
    own('/register_project NAME PATH', 'code'),
    own('.'),
  ]);
}

function choice({ asker, place }: Origin, all: readonly Project[]): Refusal {
  const where = placeWord(place);
  if (!isAtLeast(asker.role, 'user'))
    return new Refusal([
      own(`No project is chosen in this ${where}. Somebody who may give tasks does that with /project.`),
    ]);
  return new Refusal(
    [own(`Which project does this ${where} work on? It can be changed at any time: /project`)],
    projectButtons(all, undefined),
  );
}
