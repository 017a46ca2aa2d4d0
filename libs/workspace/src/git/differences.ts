import type { Git } from './git.js';
import { parts, type RawName } from './names.js';

/** A file of one side of a comparison. */
export interface Side {
  /** As git writes it: `100644`, `100755`, `120000` (a link), `160000` (a submodule). */
  readonly mode: string;
  readonly oid: string;
  readonly raw: RawName;
}

export interface Difference {
  /** The name before. */
  readonly raw: RawName;
  readonly before: Side | null;
  readonly after: Side | null;
  /** There are several versions of it: a merge is under way. */
  readonly unmerged: boolean;
}

const HEADER = /^:(\d{6}) (\d{6}) ([0-9a-f]+) ([0-9a-f]+) ([A-Z])\d*$/;
const ABSENT = '000000';

/** How the index differs from a tree below a prefix; renamed files are found by their contents. */
export async function differencesOf(git: Git, tree: string, prefix: RawName): Promise<Difference[]> {
  const flags = ['--cached', '--raw', '-z', '-M', '--ignore-submodules=all', '--ita-invisible-in-index'];
  return parseDifferences(await git.text(['diff-index', ...flags, tree, ...within(prefix)]));
}

/** A pathspec for all below a prefix. */
export function within(prefix: RawName): string[] {
  return prefix === '' ? [] : ['--', Buffer.from(prefix, 'latin1').toString('utf8')];
}

export function parseDifferences(output: string): Difference[] {
  const found: Difference[] = [];
  const words = parts(output)[Symbol.iterator]();
  for (const word of words) {
    const [, modeBefore = '', modeAfter = '', oidBefore = '', oidAfter = '', status] =
      HEADER.exec(word) ?? [];
    const first = words.next().value ?? '';
    const second = status === 'R' ? (words.next().value ?? '') : first;
    found.push({
      raw: first,
      before: modeBefore === ABSENT ? null : { mode: modeBefore, oid: oidBefore, raw: first },
      after: modeAfter === ABSENT ? null : { mode: modeAfter, oid: oidAfter, raw: second },
      unmerged: status === 'U',
    });
  }
  return found;
}

/** An entry of an index. */
export async function entriesOf(
  git: Git,
  prefix: RawName,
  env: Readonly<Record<string, string>>,
): Promise<Side[]> {
  const output = await git.text(['ls-files', '-s', '-z', ...within(prefix)], { env });
  return parts(output).flatMap((part) => {
    const [, mode = '', oid = '', raw = ''] = /^(\d{6}) ([0-9a-f]+) 0\t([^]*)$/.exec(part) ?? [];
    return raw === '' ? [] : [{ mode, oid, raw }];
  });
}

export function isRegular(side: Side | null): side is Side {
  return side !== null && side.mode.startsWith('100');
}

export function isLink({ mode }: Side): boolean {
  return mode === '120000';
}

export function isSubmodule({ mode }: Side): boolean {
  return mode === '160000';
}
