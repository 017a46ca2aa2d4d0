import type { LineEdit } from '../edit-blocks.js';
import { classNameOf } from '../python/definitions.js';
import { walk, type PythonSource, type Statement } from '../python/source.js';
import type { FilePlan } from './plan.js';

/** What is to be renamed: a name at the top of a module, or a method. */
export interface Renaming {
  readonly from: string;
  readonly to: string;
  readonly method: boolean;
}

const KEYWORDS =
  /^(False|None|True|and|as|assert|async|await|break|class|continue|def|del|elif|else|except|finally|for|from|global|if|import|in|is|lambda|nonlocal|not|or|pass|raise|return|try|while|with|yield|self|cls)$/;

/**
 * Finds what `from` names in the files: a function or class of a module, or a method (`Fleet.find`). Null if there
 * is none, if several methods share the name, or if the new name is taken.
 */
export function findRenaming(sources: readonly PythonSource[], from: string, to: string): Renaming | null {
  const [owner, name] = from.includes('.') ? splitLast(from) : [undefined, from];
  if (KEYWORDS.test(to) || sources.some((source) => usesName(source, to))) return null;
  const definitions = sources
    .flatMap((source) => [...walk(source.statements)])
    .filter((statement) => defines(statement, name));
  const methods = definitions.filter(({ parent }) => parent?.keyword === 'class');
  const others = definitions.filter(({ parent }) => parent === null);
  if (owner === undefined && others.length === definitions.length && others.length > 0) {
    return sources.some((source) => rebinds(source, name)) ? null : { from: name, to, method: false };
  }
  const [method] = methods;
  if (method === undefined || methods.length > 1 || others.length > 0) return null;
  if (owner !== undefined && method.parent !== null && classNameOf(method.parent) !== owner) return null;
  return { from: name, to, method: true };
}

function splitLast(dotted: string): [string, string] {
  const at = dotted.lastIndexOf('.');
  return [dotted.slice(0, at).split('.').at(-1) ?? '', dotted.slice(at + 1)];
}

function defines({ code }: Statement, name: string): boolean {
  return new RegExp(`^(?:async\\s+)?(?:def|class)\\s+${name}\\b`, 'u').test(code);
}

function usesName({ code }: PythonSource, name: string): boolean {
  return new RegExp(`(?<!\\w)${name}(?!\\w)`, 'u').test(code);
}

/** Whether a name is also a parameter or a variable somewhere: then not every use means the definition. */
function rebinds({ statements }: PythonSource, name: string): boolean {
  const bound = new RegExp(
    `^${name}\\s*(?:=(?!=)|:|,)|\\b(?:as|for|global|nonlocal|lambda)\\s+${name}\\b|^(?:async\\s+)?def\\s[^(]*\\([^)]*(?<![\\w.=])${name}\\s*[,:=)]`,
    'u',
  );
  return [...walk(statements)].some(({ code }) => bound.test(code));
}

/** Renames in one file. Strings and comments stay, but for `__all__`. */
export function renameIn(source: PythonSource, { from, to, method }: Renaming): FilePlan {
  const places = method
    ? matches(source.code, new RegExp(`(?<=\\.\\s*|\\bdef\\s+)${from}(?!\\w)`, 'gu'))
    : namesIn(source, from);
  const exported = method ? [] : exportsOf(source, from);
  const offsets = [...places, ...exported].sort((a, b) => a - b);
  return {
    edits: lineEdits(source, offsets, from, to),
    summary: `rename ${from} to ${to} in ${offsets.length} places`,
  };
}

/** Uses of a module's name: by itself, or as an attribute of a module; never a keyword argument of that name. */
function namesIn({ code, statements }: PythonSource, name: string): number[] {
  const modules = [...walk(statements)]
    .filter(({ keyword }) => keyword === 'import' || keyword === 'from')
    .flatMap((statement) => statement.code.match(/[^\W\d]\w*/gu) ?? []);
  return matches(code, new RegExp(`(?<![\\w])${name}(?!\\w)`, 'gu')).filter((at) => {
    const before = code.slice(Math.max(0, at - 200), at).trimEnd();
    const after = code.slice(at + name.length, at + name.length + 3).trimStart();
    if (/[(,]$/.test(before) && /^=(?!=)/.test(after)) return false;
    if (!before.endsWith('.')) return true;
    const object = /([^\W\d]\w*)\s*\.$/u.exec(before)?.[1];
    return object !== undefined && modules.includes(object);
  });
}

/** The name's own string in `__all__`. */
function exportsOf({ text, statements }: PythonSource, name: string): number[] {
  return statements
    .filter(({ code }) => /^__all__\s*\+?=/.test(code))
    .flatMap(({ start, end }) =>
      matches(text.slice(start, end), new RegExp(`(?<=["'])${name}(?=["'])`, 'gu')).map((at) => start + at),
    );
}

function matches(text: string, pattern: RegExp): number[] {
  return [...text.matchAll(pattern)].map(({ index }) => index);
}

function lineEdits(
  { lines }: PythonSource,
  offsets: readonly number[],
  from: string,
  to: string,
): LineEdit[] {
  const edits: LineEdit[] = [];
  let start = 0;
  for (const [line, text] of lines.entries()) {
    const inside = offsets.filter((offset) => offset >= start && offset < start + text.length);
    let changed = text;
    for (const offset of inside.toReversed()) {
      const at = offset - start;
      changed = changed.slice(0, at) + to + changed.slice(at + from.length);
    }
    if (inside.length > 0) edits.push({ line, remove: 1, insert: [changed] });
    start += text.length + 1;
  }
  return edits;
}
