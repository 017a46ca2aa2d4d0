import { approvalSchema, maxRoundsSchema, type Project, type ProjectSettings } from '@ids/contracts';
import type { Button, Press } from '../buttons/press.js';
import type { Letter } from '../delivery/letters.js';
import type { Origin } from '../place.js';
import { APPROVAL_WORDS, settingLines, switchWord } from '../text/projects.js';
import { code, own } from '../text/rich-text.js';
import { isAtLeast } from './catalog.js';
import type { CurrentProject } from './current-project.js';
import type { CommandParts, CommandSettings } from './parts.js';
import type { Handler } from './refusal.js';

type Setting = Extract<Press, { does: 'set' }>['setting'];

const LAYERS = ['types', 'lint', 'tests'] as const;
const SWITCHES = ['off', 'on', 'required'] as const;
const ROUNDS = [1, 2, 3, 5, 10];

/** What of a project is set in a chat: by buttons, whose message shows what holds. */
export class SettingsCommands {
  constructor(
    private readonly parts: CommandParts,
    private readonly current: CurrentProject,
  ) {}

  readonly settings: Handler = async ({ origin }) => {
    const project = await this.current.needed(origin);
    await this.parts.letters.answer(origin, 'answer', this.panel(origin, project));
  };

  /** A press changed one; all others stay. @throws IdsError `project_not_found` */
  async set(origin: Origin, name: string, setting: Setting): Promise<void> {
    const { projects, letters } = this.parts;
    const { settings } = await projects.get(name);
    const project = await projects.update(name, { settings: { ...settings, ...changed(setting) } });
    await letters.replace(origin, this.panel(origin, project));
  }

  private panel({ asker }: Origin, project: Project): Letter {
    const mayChange = isAtLeast(asker.role, 'user');
    return {
      parts: [
        own('⚙️ Settings of ', 'bold'),
        code(project.name),
        own('\n\n'),
        ...settingLines(project, this.parts.settings),
        own(
          mayChange
            ? '\nRequired fails a task when its tool is missing. The last row is the rounds.'
            : '\nYou may look only.',
        ),
      ],
      buttons: mayChange ? buttonsOf(project, this.parts.settings) : [],
    };
  }
}

function changed(setting: Setting): ProjectSettings {
  switch (setting.name) {
    case 'approval':
      return { approval: setting.value };
    case 'maxRounds':
      return { maxRounds: maxRoundsSchema.parse(setting.value) };
    default:
      return { [setting.name]: setting.value === 'required' ? 'required' : setting.value === 'on' };
  }
}

/** A row for each setting, with what holds marked. */
function buttonsOf({ name, settings }: Project, defaults: CommandSettings): Button[][] {
  const button = (text: string, holds: boolean, setting: Setting): Button => ({
    text: `${holds ? '✓ ' : ''}${text}`,
    press: { does: 'set', project: name, setting },
  });
  const approval = settings.approval ?? 'warnings';
  const rounds = settings.maxRounds ?? defaults.maxRounds;
  return [
    ...LAYERS.map((layer) => {
      const now = switchWord(settings[layer] ?? defaults.layers[layer]);
      return SWITCHES.map((value) => button(`${layer} ${value}`, value === now, { name: layer, value }));
    }),
    approvalSchema.options.map((value) =>
      button(`ask ${APPROVAL_WORDS[value]}`, value === approval, { name: 'approval', value }),
    ),
    ROUNDS.map((value) => button(String(value), value === rounds, { name: 'maxRounds', value })),
  ];
}
