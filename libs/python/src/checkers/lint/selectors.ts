import { stringsOf, type Table } from './settings.js';

/** Which rules are on, as one level of ruff's settings says it. */
export interface Selection {
  readonly select: readonly string[];
  readonly ignore: readonly string[];
}

/** What the command line of ruff checks when nothing is chosen; the WebAssembly build has far wider defaults. */
export const DEFAULT_SELECTION: Selection = { select: ['E4', 'E7', 'E9', 'F'], ignore: [] };

/** Rules whose findings mean that the code cannot work. */
export const FATAL = ['E9', 'F63', 'F7', 'F82', 'invalid-syntax'] as const;

/**
 * Whether a code is one that a selector means: the code itself, or one that goes on with a digit or after a hyphen.
 * `E5` means `E501`, `E` does not mean `ERA001`, `name` means `name-defined`. `PL` means all of pylint's, as for ruff.
 */
export function means(selector: string, code: string): boolean {
  if (code === selector) return true;
  if (selector === 'PL') return /^PL[CERW]\d/.test(code);
  return code.startsWith(selector) && /[\d-]/.test(code.charAt(selector.length));
}

/** Whether every rule of one selector is one of another. */
function covers(wide: string, narrow: string): boolean {
  return wide === 'ALL' || means(wide, narrow) || (wide === 'PL' && /^PL[CERW]$/.test(narrow));
}

/**
 * Puts the selection of a file on top of that of the file it extends. Within one level the narrower selector wins;
 * between levels the later one does, which one flat level can only say by leaving out what was overruled.
 */
export function extendSelection(base: Selection, lint: Table): Selection {
  const more = stringsOf(lint['extend-select']);
  const ignore = [...stringsOf(lint['ignore']), ...stringsOf(lint['extend-ignore'])];
  if (Array.isArray(lint['select'])) return { select: [...stringsOf(lint['select']), ...more], ignore };
  return {
    select: [...kept(base.select, ignore), ...more],
    ignore: [...kept(base.ignore, more), ...ignore],
  };
}

function kept(list: readonly string[], overruled: readonly string[]): string[] {
  return list.filter((selector) => !overruled.some((wide) => covers(wide, selector)));
}
