import type { TelegramRole } from '@ids/config';

interface CommandRule {
  /** What stands behind its name. */
  readonly takes: string;
  readonly description: string;
  /** Who may use it, and everybody above. */
  readonly least: TelegramRole;
}

/** The commands of the bot, in the order in which they are shown. */
export const COMMANDS = {
  start: { takes: '', description: 'What this bot does', least: 'reader' },
  help: { takes: '', description: 'All commands, with examples', least: 'reader' },
  code: { takes: 'TEXT', description: 'Change code', least: 'user' },
  ask: { takes: 'TEXT', description: 'Ask about the project', least: 'user' },
  analyze: { takes: 'PATH', description: 'What a file or folder holds', least: 'reader' },
  validate: { takes: '[PATH…]', description: 'Check files, or what was changed last', least: 'reader' },
  status: { takes: '[SESSION]', description: 'How a task is going', least: 'reader' },
  history: { takes: '', description: 'The latest tasks of the project', least: 'reader' },
  diff: { takes: '[SESSION]', description: 'What a task changed', least: 'reader' },
  cancel: { takes: '[SESSION]', description: 'Stop a task', least: 'user' },
  rollback: { takes: '[SESSION]', description: 'Undo what a task changed', least: 'user' },
  continue: { takes: 'TEXT', description: 'Guide a parliament that is stuck', least: 'user' },
  project: { takes: '[NAME]', description: 'Show or choose the project', least: 'reader' },
  list_projects: { takes: '', description: 'All projects', least: 'reader' },
  project_info: { takes: '[NAME]', description: 'A project and its settings', least: 'reader' },
  register_project: { takes: 'NAME PATH', description: 'Register a folder', least: 'administrator' },
  delete_project: {
    takes: '[NAME]',
    description: 'Forget a project; its files stay',
    least: 'administrator',
  },
  parliament: { takes: '', description: 'Who sits in the parliament', least: 'reader' },
  settings: { takes: '', description: 'Layers, approval and rounds', least: 'reader' },
  usage: { takes: '', description: 'Tokens that were used', least: 'reader' },
  export: { takes: '[SESSION]', description: 'A task as one document', least: 'reader' },
  whoami: { takes: '', description: 'Your id and your role', least: 'reader' },
} as const satisfies Record<string, CommandRule>;

export type CommandName = keyof typeof COMMANDS;

export const COMMAND_NAMES: readonly CommandName[] = Object.keys(COMMANDS).filter(
  (name): name is CommandName => name in COMMANDS,
);

/** As the Bot API registers them, so that clients complete them (core.telegram.org/bots/api, "BotCommand"). */
export const BOT_COMMANDS: readonly { readonly command: string; readonly description: string }[] =
  COMMAND_NAMES.map((command) => ({ command, description: COMMANDS[command].description }));

export function commandNamed(text: string): CommandName | undefined {
  const name = text.toLowerCase();
  return COMMAND_NAMES.find((known) => known === name);
}

/** `/code TEXT` */
export function usageOf(name: CommandName): string {
  return `/${name} ${COMMANDS[name].takes}`.trim();
}

const RANKS: Readonly<Record<TelegramRole, number>> = { reader: 0, user: 1, administrator: 2 };

export function isAtLeast(role: TelegramRole, least: TelegramRole): boolean {
  return RANKS[role] >= RANKS[least];
}

export function mayUse(role: TelegramRole, name: CommandName): boolean {
  return isAtLeast(role, COMMANDS[name].least);
}
