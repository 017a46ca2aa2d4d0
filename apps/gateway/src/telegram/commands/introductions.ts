import { isPrivate, type Origin } from '../place.js';
import { helpParts, startParts, type Setting } from '../text/help.js';
import { code, own } from '../text/rich-text.js';
import type { CurrentProject } from './current-project.js';
import type { CommandParts } from './parts.js';
import type { Handler } from './refusal.js';

/** Who the bot is, and who asks. */
export class IntroductionCommands {
  constructor(
    private readonly parts: CommandParts,
    private readonly current: CurrentProject,
  ) {}

  readonly start: Handler = async ({ origin }) => {
    await this.parts.letters.answer(origin, 'answer', { parts: startParts(await this.setting(origin)) });
  };

  readonly help: Handler = async ({ origin }) => {
    await this.parts.letters.answer(origin, 'answer', { parts: helpParts(await this.setting(origin)) });
  };

  readonly whoami: Handler = async ({ origin }) => {
    const { place, asker } = origin;
    const project = await this.current.chosen(place);
    const parts = [
      own('You are '),
      code(String(asker.id)),
      own(`, ${asker.role}.\nChat `),
      code(String(place.chat)),
      ...(place.thread === undefined ? [] : [own(', topic '), code(String(place.thread))]),
      own('.\n'),
      ...(project === null ? [own('No project is chosen here.')] : [own('Project '), code(project.name)]),
    ];
    await this.parts.letters.answer(origin, 'answer', { parts });
  };

  private async setting({ place, asker }: Origin): Promise<Setting> {
    const project = await this.current.chosen(place);
    const file = project === null ? undefined : await this.current.knownFile(project);
    return { role: asker.role, isPrivate: isPrivate(place), project, file };
  }
}
