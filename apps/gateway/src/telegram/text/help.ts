import type { TelegramRole } from '@ids/config';
import type { Project } from '@ids/contracts';
import { COMMAND_NAMES, COMMANDS, mayUse, usageOf } from '../commands/catalog.js';
import { code, own, type Part } from './rich-text.js';

const ROLE_SENTENCES: Readonly<Record<TelegramRole, string>> = {
  reader: 'You may look at everything. Tasks are given by others.',
  user: 'You may give tasks, and undo them.',
  administrator: 'You may give tasks, undo those of everybody, and keep the projects.',
};

export interface Setting {
  readonly role: TelegramRole;
  readonly isPrivate: boolean;
  readonly project: Project | null;
  readonly file: string | undefined;
}

/** The first thing that a person reads. */
export function startParts({ role, isPrivate, project, file }: Setting): Part[] {
  return [
    own('👋 Welcome to IDS', 'bold'),
    own(
      '\n\nTell me what your Python code should do. A parliament of seven agents talks it through, a coder writes the change, and checks judge it on a copy. Only then it is written, with a backup, so that one tap undoes it.\n\n',
    ),
    ...(role === 'reader' ? lookExamples() : taskExamples(file, isPrivate)),
    own('\n'),
    ...(project === null
      ? [own('No project is chosen here yet: /project\n')]
      : [own('Here we work on '), code(project.name), own('. Others: /project\n')]),
    own('Everything that I can do: /help'),
  ];
}

function taskExamples(file: string | undefined, isPrivate: boolean): Part[] {
  return [
    own('Try one of these\n', 'bold'),
    ...(file === undefined
      ? [own('/code Add logging to FILE', 'code')]
      : [code(`/code Add logging to ${file}`)]),
    own('\n'),
    own('/ask What does this project do?', 'code'),
    own(isPrivate ? '\nA message without a command is a question, too.\n' : '\n'),
  ];
}

function lookExamples(): Part[] {
  return [own('Look at what goes on\n', 'bold'), own('/history\n/status\n/list_projects\n')];
}

/** What a person with this role may do. */
export function helpParts({ role, isPrivate, file }: Omit<Setting, 'project'>): Part[] {
  const names = COMMAND_NAMES.filter((name) => mayUse(role, name));
  return [
    own('What I can do for you\n', 'bold'),
    own(`${ROLE_SENTENCES[role]}\n\n`),
    ...names.map((name) => own(`${usageOf(name)}: ${COMMANDS[name].description.toLowerCase()}\n`)),
    own('\n'),
    ...(role === 'reader' ? [] : taskExamples(file, isPrivate)),
    own(
      '\nSESSION is the id of a task or its last letters; without it I take the latest here. What is in brackets may be left out.\n',
    ),
    own(
      isPrivate
        ? ''
        : 'In groups I read commands and answers to my messages only. Each topic has its own project, and only who asked may press the buttons.\n',
    ),
  ];
}
