import type { ChangeSet, PlannedChange } from '@ids/contracts';
import type { Manifest } from './manifest.js';
import { checkEditablePath, foldCase, notAllowed } from './path-rules.js';
import { sha256 } from './files.js';

/**
 * The change set with normalised paths. Throws IdsError `path_not_allowed` if one may not be edited, if one
 * occurs twice, is a folder of another, or if two differ only in case.
 */
export function checkChangeSet(changes: ChangeSet): ChangeSet {
  const checked = changes.map((change): PlannedChange => {
    const path = checkEditablePath(change.path);
    return change.operation === 'rename'
      ? { ...change, path, from: checkEditablePath(change.from) }
      : { ...change, path };
  });
  const paths = checked.flatMap(pathsOf);
  refuseOverlap(paths);
  const created = checked.filter(({ operation }) => operation === 'create' || operation === 'rename');
  refuseCaseClashes(
    created.map(({ path }) => path),
    paths,
  );
  return checked;
}

export function pathsOf(change: PlannedChange): string[] {
  return change.operation === 'rename' ? [change.path, change.from] : [change.path];
}

/** The bytes that a change leads to; null if it removes the file. */
export function bytesAfter(change: PlannedChange): Uint8Array | null {
  return change.operation === 'delete' ? null : Buffer.from(change.after, 'base64');
}

/** Whether the manifest is the one of this change set. */
export function describes(manifest: Manifest, changes: ChangeSet): boolean {
  return (
    manifest.entries.length === changes.length &&
    changes.every((change, index) => {
      const entry = manifest.entries[index];
      const after = bytesAfter(change);
      return (
        entry?.operation === change.operation &&
        entry.path === change.path &&
        entry.from === (change.operation === 'rename' ? change.from : null) &&
        entry.hashBefore === (change.operation === 'create' ? null : change.baseHash) &&
        entry.hashAfter === (after === null ? null : sha256(after))
      );
    })
  );
}

function refuseOverlap(paths: readonly string[]): void {
  const seen = new Set<string>();
  for (const path of paths) {
    if (seen.has(path)) throw notAllowed(path, 'the change set names it twice');
    seen.add(path);
    // Its backup would stand where the manifest does.
    if (foldCase(path).startsWith('manifest.json/')) throw notAllowed(path, 'its folder has a reserved name');
  }
  for (const path of paths) {
    const folder = prefixesOf(path).find((prefix) => prefix !== path && seen.has(prefix));
    if (folder !== undefined) throw notAllowed(path, `the change set has ${folder} as a file`);
  }
}

function refuseCaseClashes(created: readonly string[], all: readonly string[]): void {
  const spellings = new Map<string, Set<string>>();
  for (const prefix of all.flatMap(prefixesOf)) {
    const folded = foldCase(prefix);
    spellings.set(folded, (spellings.get(folded) ?? new Set()).add(prefix));
  }
  for (const path of created) {
    if (prefixesOf(path).some((prefix) => (spellings.get(foldCase(prefix))?.size ?? 0) > 1)) {
      throw notAllowed(path, 'another path of the change set differs from it only in case');
    }
  }
}

/** `a`, `a/b` and `a/b/c.py` of `a/b/c.py`. */
function prefixesOf(path: string): string[] {
  const names = path.split('/');
  return names.map((_, index) => names.slice(0, index + 1).join('/'));
}
