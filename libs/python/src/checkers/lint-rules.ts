import type { Finding } from '@ids/contracts';
import type { LintSettings } from '../replies.js';

/** A rule set of ruff, in its own terms. */
export interface LintRules {
  readonly select: readonly string[];
  readonly ignore: readonly string[];
}

/** What a linter reports, before severities. */
export interface LintMessage {
  readonly code: string;
  readonly message: string;
  readonly line: number;
  readonly column: number;
}

export const DEFAULT_SELECT = ['E4', 'E7', 'E9', 'F'];
/** Rules whose findings mean that the code cannot work. */
const FATAL = /^(E9|F63|F7|F82)/;
const SELECTOR = /^([A-Z]+\d*|ALL)$/;

/** The project's rules, as far as they are rule names; those of ruff's command line without any. */
export function rulesOf(settings: LintSettings): LintRules {
  const select = settings.select ?? DEFAULT_SELECT;
  return {
    select: [...select, ...settings.extendSelect].filter((code) => SELECTOR.test(code)),
    ignore: settings.ignore.filter((code) => SELECTOR.test(code)),
  };
}

export function asFinding(path: string, message: LintMessage): Finding {
  return { path, ...message, severity: FATAL.test(message.code) ? 'error' : 'warning' };
}

/** Whether the project's per-file-ignores switch a rule off for a path. */
export function isIgnored(settings: LintSettings, path: string, code: string): boolean {
  return Object.entries(settings.perFileIgnores).some(
    ([pattern, codes]) =>
      appliesTo(pattern, path) && codes.some((prefix) => prefix === 'ALL' || code.startsWith(prefix)),
  );
}

function appliesTo(pattern: string, path: string): boolean {
  if (pattern.startsWith('!')) return !appliesTo(pattern.slice(1), path);
  const glob = globToRegExp(pattern.replace(/^\.\//, ''));
  return glob.test(path) || glob.test(path.slice(path.lastIndexOf('/') + 1));
}

/** As ruff takes globs: `*` crosses folders, `{a,b}` is a choice. A pattern that is no glob matches nothing. */
function globToRegExp(glob: string): RegExp {
  const choices: string[] = [];
  const source = glob.replaceAll(/\*\*\/|\*+|\?|[{},]|[.+^$()|\\[\]]/g, (token) => {
    if (token === '**/') return '(?:.*/)?';
    if (token.startsWith('*')) return '.*';
    if (token === '?') return '.';
    if (token === '{') return choices.push(token) > 0 ? '(?:' : '';
    if (token === '}') return choices.pop() === undefined ? '\\}' : ')';
    if (token === ',') return choices.length > 0 ? '|' : ',';
    return token === '[' || token === ']' ? token : `\\${token}`;
  });
  try {
    return new RegExp(`^${source}${')'.repeat(choices.length)}$`);
  } catch {
    return /^(?!)/;
  }
}
