import type { ProjectSettings } from '@ids/contracts';
import { behaviours, editBlock, voteJson, type ModelScript } from '@ids/testing';

/** What a session of the chaos test is to do, and what must have become of it. */
export interface ChaosTask {
  readonly kind: Kind;
  readonly text: string;
  /** The coder's answer. */
  readonly reply: string;
  /** Its answer when a layer refused the first: no better, so that a bad change stays bad. */
  readonly again?: string;
  /** The layer that must refuse it; undefined for a good change. */
  readonly refusedBy?: string;
  /** What the tree must hold in the end, by path; null: nothing. */
  readonly leads: Readonly<Record<string, string | null>>;
}

type Kind = keyof typeof KINDS;

/** How many of each: 28 good changes and 12 that must fail, three at each layer. */
const KINDS = { modify: 10, create: 8, delete: 5, rename: 5, syntax: 3, imports: 3, types: 3, lint: 3 };

/** All layers judge: a change that the types or the lint must refuse is refused by no other. */
export const SETTINGS: ProjectSettings = { types: true, lint: true };

const original = (name: string): string => `"""Module ${name}."""\n\nVALUE: int = 1\n`;
const changed = (name: string): string => original(name).replace('= 1', '= 2');

/** The file that each task starts from. */
export function startFiles(tasks: readonly ChaosTask[]): Record<string, string> {
  const names = tasks.filter((task) => task.kind !== 'create').map((task) => nameIn(task.text));
  return Object.fromEntries(names.map((name) => [`app/${name}.py`, original(name)]));
}

/** The name of the module is the last word of the task, so that the double can tell tasks apart. */
function nameIn(text: string): string {
  return text.split(' ').at(-1) ?? '';
}

export function chaosTasks(): ChaosTask[] {
  return Object.entries(KINDS).flatMap(([kind, count]) =>
    Array.from({ length: count }, (_, index) => taskOf(kind as Kind, `${kind}_${index}`)),
  );
}

function taskOf(kind: Kind, name: string): ChaosTask {
  const path = `app/${name}.py`;
  const base = { kind, text: `Make the change called ${name}` };
  const value = 'VALUE: int = 1\n';
  const refused = (replacement: string, layer: string): ChaosTask => ({
    ...base,
    reply: editBlock(path, value, replacement),
    again: editBlock(path, replacement, `${replacement}# again\n`),
    refusedBy: layer,
    leads: { [path]: original(name) },
  });
  switch (kind) {
    case 'modify':
      return { ...base, reply: editBlock(path, value, 'VALUE: int = 2\n'), leads: { [path]: changed(name) } };
    case 'create':
      return { ...base, reply: editBlock(path, '', changed(name)), leads: { [path]: changed(name) } };
    case 'delete':
      return { ...base, reply: `${path}\n<<<<<<< DELETE\n>>>>>>> DELETE\n`, leads: { [path]: null } };
    case 'rename': {
      const to = `app/moved/${name}.py`;
      const reply = `${path}\n<<<<<<< RENAME ${to}\n>>>>>>> RENAME\n`;
      return { ...base, reply, leads: { [path]: null, [to]: original(name) } };
    }
    case 'syntax':
      return refused('VALUE: int = (1\n', 'syntax');
    case 'imports':
      return refused(
        'import no_such_package_anywhere\n\nVALUE: int = no_such_package_anywhere.x\n',
        'imports',
      );
    case 'types':
      return refused('VALUE: int = "one"\n', 'types');
    default:
      // A name that nothing binds, behind a type checker's back.
      return refused('VALUE: int = 1\n\n\ndef use():\n    return undefined_name\n', 'lint');
  }
}

/** Agents that think for a moment and agree, and a coder that answers what the task wants. */
export function chaosModel(tasks: readonly ChaosTask[]): ModelScript {
  return (request) => {
    const delayMs = 50 + Math.floor(Math.random() * 150);
    if (request.role !== 'coder') return behaviours.reply(voteJson(), { delayMs });
    const task = tasks.find(
      ({ text }) => request.prompt.includes(`${text}\n`) || request.prompt.endsWith(text),
    );
    const answer = request.stage === 'repair' ? task?.again : task?.reply;
    return behaviours.reply(answer ?? 'I do not know this task.', { delayMs });
  };
}
