import type { Change, Finding } from '@ids/contracts';
import { code, own, prose, type Part } from './rich-text.js';
import { counted, shortened, shortPath } from './words.js';

const MAX_PATH = 80;
const MAX_CODE = 40;
const MAX_FINDING = 200;
/** A list is to leave room for the rest of its message (4,096 characters). */
const FINDINGS = { most: 8, characters: 1_300, noun: 'more finding' } as const;
const FILES = { most: 12, characters: 1_000, noun: 'more file' } as const;

const OPERATION_WORDS: Readonly<Record<Change['operation'], string>> = {
  create: ' (new)',
  modify: '',
  delete: ' (deleted)',
  rename: ' (renamed)',
};

/** A line for each changed file, with the lines added and removed. */
export function changeLines(changes: readonly Change[]): Part[] {
  return listed(
    changes.map(({ path, operation, from, added, removed }) => [
      ...(from === undefined ? [] : [fileName(from), own(' → ')]),
      fileName(path),
      own(` +${added} −${removed}${OPERATION_WORDS[operation]}\n`),
    ]),
    FILES,
  );
}

/** A line for each file that was brought back to what it was, by its name then. */
export function undoneLines(changes: readonly Change[]): Part[] {
  return listed(
    changes.map(({ path, from, operation }) => [
      fileName(from ?? path),
      own(operation === 'create' ? ' (removed again)\n' : '\n'),
    ]),
    FILES,
  );
}

/** Where, which code, and what; errors first. */
export function findingLines(findings: readonly Finding[]): Part[] {
  const errors = findings.filter(({ severity }) => severity === 'error');
  const others = findings.filter(({ severity }) => severity !== 'error');
  return listed(
    [...errors, ...others].map(({ path, line, code: kind, message }) => [
      code(line > 0 ? `${shortPath(path, MAX_PATH)}:${line}` : shortPath(path, MAX_PATH)),
      own(' '),
      code(shortened(kind, MAX_CODE)),
      own(' '),
      prose(shortened(message, MAX_FINDING)),
      own('\n'),
    ]),
    FINDINGS,
  );
}

/** Lines with a dot before each, as many as fit, and how many more there are. */
function listed(
  lines: readonly (readonly Part[])[],
  bound: { readonly most: number; readonly characters: number; readonly noun: string },
): Part[] {
  const shown: Part[] = [];
  let fitting = 0;
  let characters = 0;
  for (const line of lines.slice(0, bound.most)) {
    characters += line.reduce((sum, { text }) => sum + text.length, 2);
    if (characters > bound.characters) break;
    shown.push(own('• '), ...line);
    fitting += 1;
  }
  const more = lines.length - fitting;
  return more === 0 ? shown : [...shown, own(`… and ${counted(more, bound.noun)}\n`)];
}

function fileName(path: string): Part {
  return code(shortPath(path, MAX_PATH));
}
