import type { LayerSwitch, LayerSwitches, Project } from '@ids/contracts';
import { code, own, prose, type Part } from './rich-text.js';
import { counted, shortened } from './words.js';

const MAX_DESCRIPTION = 200;
const MOST_LISTED = 60;

/** What holds where the project says nothing. */
export interface Defaults {
  readonly layers: LayerSwitches;
  readonly maxRounds: number;
}

export function projectList(all: readonly Project[], chosen: string | undefined, where: string): Part[] {
  const more = all.length - MOST_LISTED;
  return [
    own('Projects\n', 'bold'),
    ...all
      .slice(0, MOST_LISTED)
      .flatMap((project) => [
        own('• '),
        code(project.name),
        ...(project.description === ''
          ? []
          : [own(': '), prose(shortened(project.description, MAX_DESCRIPTION))]),
        own(project.name === chosen ? ` (this ${where})` : ''),
        own(project.closedBy === undefined ? '\n' : ' (closed)\n'),
      ]),
    ...(more > 0 ? [own(`… and ${counted(more, 'more project')}\n`)] : []),
    own('\nTo choose one: /project'),
  ];
}

/** A project and its settings. */
export function projectInfo(project: Project, defaults: Defaults): Part[] {
  const { name, path, description, closedBy } = project;
  return [
    own('Project ', 'bold'),
    code(name),
    own('\n'),
    ...(description === '' ? [] : [prose(shortened(description, MAX_DESCRIPTION)), own('\n')]),
    own('Folder '),
    code(path),
    own('\n'),
    ...(closedBy === undefined
      ? []
      : [
          own('⚠️ It takes no changes: '),
          code(closedBy),
          own(' could not be undone. Tell your operator.\n'),
        ]),
    own('\n'),
    ...settingLines(project, defaults),
    ...elsewhere(project),
  ];
}

export const APPROVAL_WORDS = { never: 'never', warnings: 'on warnings', always: 'always' } as const;

export function switchWord(value: LayerSwitch): 'off' | 'on' | 'required' {
  if (value === 'required') return value;
  return value ? 'on' : 'off';
}

/** What can be set in a chat. */
export function settingLines({ settings }: Project, { layers, maxRounds }: Defaults): Part[] {
  const layer = (name: 'types' | 'lint' | 'tests'): string => {
    const value = settings[name];
    return `${name}: ${switchWord(value ?? layers[name])}${value === undefined ? ' (default)' : ''}\n`;
  };
  const { approval } = settings;
  return [
    own('Layers besides syntax and imports\n', 'bold'),
    own(layer('types') + layer('lint') + layer('tests')),
    own('Asks before it writes', 'bold'),
    own(`: ${APPROVAL_WORDS[approval ?? 'warnings']}${approval === undefined ? ' (default)' : ''}\n`),
    own('Rounds of the parliament', 'bold'),
    own(
      `: at most ${settings.maxRounds ?? maxRounds}${settings.maxRounds === undefined ? ' (default)' : ''}\n`,
    ),
  ];
}

/** Settings that only the command line and HTTP have. */
function elsewhere({ settings }: Project): Part[] {
  const inChat = ['types', 'lint', 'tests', 'approval', 'maxRounds'];
  const others = Object.entries(settings).filter(([name]) => !inChat.includes(name));
  if (others.length === 0) return [];
  return [
    own('Other settings\n', 'bold'),
    ...others.flatMap(([name, value]) => [
      own('• '),
      code(`${name}: ${shortened(JSON.stringify(value), 120)}`),
      own('\n'),
    ]),
  ];
}
