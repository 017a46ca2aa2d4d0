/** What the offline model can do to files. */
export type KnownTask =
  | { readonly kind: 'logging' | 'docstrings' | 'hints' }
  | { readonly kind: 'rename'; readonly from: string; readonly to: string };

const NAME = '[`\'"]?([^\\W\\d][\\w.]*?)(?:\\(\\))?[`\'"]?';
const RENAME = new RegExp(
  `\\brename\\s+(?:the\\s+)?(?:(?:function|class|method|def)\\s+)?${NAME}\\s+(?:to|into|as|->|=>)\\s+${NAME}(?=[\\s.,;]|$)`,
  'iu',
);
const ADDS = '\\b(?:add|insert|put|introduce|write|include|provide|give)\\b[^.;\\n]*?';
const KNOWN = [
  {
    kind: 'logging',
    pattern: new RegExp(
      `${ADDS}\\b(?:logging|logs|log\\s+(?:calls?|statements?|messages?|lines?|output))\\b`,
      'i',
    ),
  },
  {
    kind: 'docstrings',
    pattern: new RegExp(`${ADDS}\\b(?:doc\\s?strings?|documentation\\s+strings?)\\b`, 'i'),
  },
  {
    kind: 'hints',
    pattern: new RegExp(
      `${ADDS}\\btype[\\s-]*(?:hints?|annotations?)\\b|\\bannotate\\b[^.;\\n]*\\btypes?\\b`,
      'i',
    ),
  },
] as const;
/** Words of a task that asks for more, or for the opposite; half of it done would be worse than none. */
const BEYOND =
  /\b(?:not|don't|never|without|remove|delete|drop|fix|refactor|rewrite|implement|optimi[sz]e|replace|convert|migrate|move|split|extract|test|tests|create|make|support|handle|retry|cache|validate|change)\b/i;

/** The tasks that a text asks for, in its order of doing; empty if it asks for something else, or for more. */
export function understand(task: string): KnownTask[] {
  const renaming = RENAME.exec(task);
  const [phrase = '', from = '', to = ''] = renaming ?? [];
  const rest = withoutPaths(renaming === null ? task : task.replace(phrase, ' '));
  if (BEYOND.test(rest)) return [];
  const tasks: KnownTask[] = KNOWN.filter(({ pattern }) => pattern.test(rest)).map(({ kind }) => ({ kind }));
  if (renaming === null || to.includes('.')) return renaming === null ? tasks : [];
  return [{ kind: 'rename', from, to }, ...tasks];
}

/** A path may hold any word: `tests/test_add.py` asks for no test. */
function withoutPaths(task: string): string {
  return task.replace(/[\w.-]*\/[\w./-]+|\b[\w-]+\.(?:pyi?|txt|md|toml|cfg|ini)\b/g, ' ');
}

/** Whether a text names a file, by its path or by its name alone. */
export function names(task: string, path: string): boolean {
  const mentioned = (part: string): boolean =>
    new RegExp(`(?<![\\w/.-])(?:\\./)?${part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w/-])`, 'u').test(
      task,
    );
  return mentioned(path) || mentioned(path.split('/').at(-1) ?? path);
}

/** A task in a few words, for people. */
export function wordsFor(task: KnownTask): string {
  if (task.kind === 'rename') return `rename ${task.from} to ${task.to}`;
  return { logging: 'add logging', docstrings: 'add docstrings', hints: 'add type hints' }[task.kind];
}
