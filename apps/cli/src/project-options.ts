import {
  approvalSchema,
  judgingSettingsSchema,
  maxRoundsSchema,
  projectSettingsSchema,
  severitySettingSchema,
  type JudgingSettings,
  type LayerSwitch,
  type ProjectSettings,
} from '@ids/contracts';
import { InvalidArgumentError, Option, type Command } from 'commander';

/** Options that become settings of a project. */
export interface SettingOptions extends Pick<
  ProjectSettings,
  'types' | 'lint' | 'tests' | 'approval' | 'python' | 'testCommand' | 'testSeconds' | 'testCopyMb'
> {
  readonly rounds?: number;
  readonly severity?: NonNullable<JudgingSettings['severities']>;
  readonly unsandboxedTests?: boolean;
}

export const SETTING_NAMES = Object.keys(projectSettingsSchema.shape);

/** The options of a command that gives a project settings. */
export function settingOptions(command: Command): Command {
  return command
    .addOption(layer('types'))
    .addOption(layer('lint'))
    .addOption(layer('tests'))
    .addOption(new Option('--approval <when>', 'when to ask a person').choices(approvalSchema.options))
    .option('--rounds <number>', 'rounds of the parliament at most, 1 to 10', rounds)
    .option('--python <which>', 'its Python: a version, or the folder of its environment', python)
    .option(
      '--severity <code=level>',
      'what a code counts as: error, warning or ignore; again for more',
      severity,
    )
    .option('--test-command <command>', 'how its tests are started, in one argument; no shell', words)
    .option('--test-seconds <number>', 'how long its tests may take', whole('testSeconds'))
    .option('--test-copy-mb <number>', 'how large the copy for its tests may be', whole('testCopyMb'))
    .option('--unsandboxed-tests', 'run its tests without bubblewrap where that does not work');
}

/** The settings that the options give; nothing for those that were not given. */
export function settingsOf(options: SettingOptions): ProjectSettings {
  const { rounds, severity, unsandboxedTests, ...named } = options;
  const given = {
    ...named,
    maxRounds: rounds,
    severities: severity,
    testSandbox: unsandboxedTests === true ? 'unsandboxed' : undefined,
  };
  const said = Object.entries(given).filter(
    ([name, value]) => SETTING_NAMES.includes(name) && value !== undefined,
  );
  return projectSettingsSchema.parse(Object.fromEntries(said));
}

function layer(name: string): Option {
  return new Option(`--${name} <switch>`, `the layer ${name}: on, off or required`).argParser(layerSwitch);
}

function layerSwitch(text: string): LayerSwitch {
  if (text === 'required') return text;
  if (text === 'on' || text === 'off') return text === 'on';
  throw new InvalidArgumentError('It must be on, off or required.');
}

function rounds(text: string): number {
  const parsed = maxRoundsSchema.safeParse(Number(text));
  if (parsed.success) return parsed.data;
  throw new InvalidArgumentError('It must be a whole number from 1 to 10.');
}

function python(text: string): string {
  const parsed = judgingSettingsSchema.shape.python.safeParse(text);
  if (parsed.success) return text;
  throw new InvalidArgumentError('It must be a version such as 3.12, or a folder of the project.');
}

function severity(text: string, before: SettingOptions['severity'] = {}): SettingOptions['severity'] {
  const [, code = '', level] = /^([^=]{1,60})=(.*)$/.exec(text) ?? [];
  const parsed = severitySettingSchema.safeParse(level);
  if (parsed.success) return { ...before, [code]: parsed.data };
  throw new InvalidArgumentError('It must be CODE=error, CODE=warning or CODE=ignore.');
}

function whole(setting: 'testSeconds' | 'testCopyMb'): (text: string) => number {
  return (text) => {
    const parsed = judgingSettingsSchema.shape[setting].safeParse(Number(text));
    if (parsed.success && parsed.data !== undefined) return parsed.data;
    throw new InvalidArgumentError('It must be a whole number in range.');
  };
}

/** Words between spaces; quotes keep spaces in a word. No shell will see them. */
function words(text: string): string[] {
  const parts = text.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? [];
  const command = parts.map((part) => part.replaceAll(/"([^"]*)"|'([^']*)'/g, '$1$2'));
  if (judgingSettingsSchema.shape.testCommand.safeParse(command).success) return command;
  throw new InvalidArgumentError('It must be a program with its arguments, in quotes as one argument.');
}
