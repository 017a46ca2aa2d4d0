import { isLink, isRegular, isSubmodule, type Difference, type Side } from './differences.js';
import { pathOf, shownName, type RawName } from './names.js';
import { isPythonName, matters, type Scope } from './relevance.js';

/** A change of a file that is to be judged; paths are relative to the project. */
export interface Planned {
  readonly operation: 'create' | 'modify' | 'delete' | 'rename';
  readonly path: string;
  /** Of a renamed file. */
  readonly from?: string;
  readonly before: Side | null;
  readonly after: Side | null;
}

/** A Python file that differs and cannot be judged. */
export interface Unjudged {
  readonly path: string;
  readonly reason: string;
  /** `error`: it cannot be right as it is. */
  readonly severity: 'error' | 'warning';
}

export interface Plan {
  readonly judged: readonly Planned[];
  /** What differs but is not to be judged: it stands already in the tree that is judged from. */
  readonly carried: readonly Difference[];
  readonly unjudged: readonly Unjudged[];
}

interface Half {
  readonly side: Side;
  readonly path: string;
}

const CONFLICT = 'it has a merge conflict that is not resolved';
const NAME = 'its name is no UTF-8, or one that git does not allow';

/**
 * Sorts differences into what is to be judged and what is not. Links and submodules are not judged; a file that
 * takes the place of a link is a new one.
 */
export function planOf(
  differences: readonly Difference[],
  scope: Scope,
  isNamed: (path: string) => boolean,
): Plan {
  const judged: Planned[] = [];
  const carried: Difference[] = [];
  const unjudged: Unjudged[] = [];
  for (const difference of differences) {
    const { raw, before, after } = difference;
    if (difference.unmerged) unjudged.push(...refusal(raw, scope, CONFLICT, 'error'));
    if (difference.unmerged) continue;
    if (isLinkLike(after) || (isLinkLike(before) && after === null)) {
      carried.push(difference);
      continue;
    }
    if (isLinkLike(before)) carried.push({ ...difference, after: null });
    if (isRegular(after) && pathOf(inside(after.raw, scope)) === null) {
      unjudged.push(...refusal(after.raw, scope, NAME, 'warning'));
    }
    const old = half(before, scope);
    const fresh = half(after, scope);
    for (const change of changesOf(old, fresh)) {
      const wholly = change.from === undefined || isNamed(change.from) === isNamed(change.path);
      for (const part of wholly ? [change] : apart(change)) {
        if (isNamed(part.path)) judged.push(part);
        else carried.push(carriedAs(part));
      }
    }
  }
  return { judged, carried, unjudged };
}

export function carriedAs({ before, after }: Planned): Difference {
  return { raw: (before ?? after)?.raw ?? '', before, after, unmerged: false };
}

function isLinkLike(side: Side | null): boolean {
  return side !== null && (isLink(side) || isSubmodule(side));
}

/** A side as far as it can be judged. */
function half(side: Side | null, scope: Scope): Half | null {
  if (!isRegular(side)) return null;
  const path = pathOf(inside(side.raw, scope));
  return path === null || !matters(path, scope) ? null : { side, path };
}

function changesOf(old: Half | null, fresh: Half | null): Planned[] {
  if (fresh === null && old === null) return [];
  if (fresh === null) return old === null ? [] : [gone(old)];
  if (old === null) return [made(fresh)];
  if (old.path !== fresh.path) {
    const sides = { before: old.side, after: fresh.side };
    return [{ operation: 'rename', path: fresh.path, from: old.path, ...sides }];
  }
  // Only the mode differs.
  if (old.side.oid === fresh.side.oid) return [];
  return [{ operation: 'modify', path: fresh.path, before: old.side, after: fresh.side }];
}

function gone({ path, side }: Half): Planned {
  return { operation: 'delete', path, before: side, after: null };
}

function made({ path, side }: Half): Planned {
  return { operation: 'create', path, before: null, after: side };
}

/** A renaming as the two changes that it consists of. */
function apart({ path, from, before, after }: Planned): Planned[] {
  const old = before === null || from === undefined ? [] : [gone({ path: from, side: before })];
  return after === null ? old : [...old, made({ path, side: after })];
}

function refusal(raw: RawName, scope: Scope, reason: string, severity: Unjudged['severity']): Unjudged[] {
  const path = shownName(inside(raw, scope));
  return isPythonName(path) ? [{ path, reason, severity }] : [];
}

function inside(raw: RawName, { prefix }: Scope): RawName {
  return raw.slice(Buffer.byteLength(prefix));
}
