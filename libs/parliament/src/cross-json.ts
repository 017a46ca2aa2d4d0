import { err, ok, type Result } from '@ids/kernel';
import { isScoreName } from './cross-score.js';

/** Braces that may be tried: a hostile reply of nothing but `{` must not take minutes. */
const MAX_TRIES = 100;
const MAX_DEPTH = 4;

export type VoteObject = Readonly<Record<string, unknown>>;

export interface VoteObjects {
  /** Objects that hold a score, with their keys in lower case. */
  readonly votes: readonly VoteObject[];
  /** The reply without these objects and without fence lines. */
  readonly prose: string;
}

/** Finds the JSON objects that hold a score, wherever they stand in the reply. */
export function findVoteObjects(text: string): Result<VoteObjects, string> {
  const votes: VoteObject[] = [];
  let prose = '';
  let kept = 0;
  let tries = 0;
  for (let start = text.indexOf('{'); start !== -1; start = text.indexOf('{', start)) {
    if (++tries > MAX_TRIES) return err('the reply holds too many braces');
    const end = endOfObject(text, start);
    const source = text.slice(start, end);
    const found = end === undefined ? [] : votesIn(parseJson(source), 0);
    if (end === undefined || found.length === 0) {
      start += 1;
      continue;
    }
    if (repeatsScore(source)) return err('a score stands twice in the JSON');
    votes.push(...found);
    prose += text.slice(kept, start);
    kept = end;
    start = end;
  }
  prose += text.slice(kept);
  return ok({ votes, prose: prose.replace(/^[ \t]*(?:```|~~~).*$/gm, '').trim() });
}

/** The index after the brace that closes the one at `start`. */
function endOfObject(text: string, start: number): number | undefined {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const char = text[at];
    if (char === '"') {
      at = endOfString(text, at);
    } else if (char === '{') {
      depth += 1;
    } else if (char === '}') {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return undefined;
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}

function parseJson(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    return undefined;
  }
}

/** The objects with a score in a JSON value, looking into wrappers such as `{"vote": {…}}`. */
function votesIn(value: unknown, depth: number): VoteObject[] {
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return [];
  if (Array.isArray(value)) return value.flatMap((item) => votesIn(item, depth + 1));
  const entries = Object.entries(value).map(([key, item]): [string, unknown] => [key.toLowerCase(), item]);
  if (entries.some(([key]) => isScoreName(key))) return [Object.fromEntries(entries)];
  return entries.flatMap(([, item]) => votesIn(item, depth + 1));
}

/** JSON.parse silently takes the last of two equal keys; here it must be told. */
function repeatsScore(source: string): boolean {
  const seen = new Map<string, string>();
  const members = /"((?:[^"\\]|\\.)*)"(?:\s*:\s*("(?:[^"\\]|\\.)*"|[^\s,{}[\]"]*))?/g;
  for (const [, key, value] of source.matchAll(members)) {
    if (key === undefined || value === undefined) continue;
    const name = key.toLowerCase();
    if (!isScoreName(name)) continue;
    if ((seen.get(name) ?? value) !== value) return true;
    seen.set(name, value);
  }
  return false;
}
