import { mkdir, mkdtemp, realpath, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { posix } from 'node:path';
import type { ChangeSet } from '@ids/contracts';
import { IdsError } from '@ids/kernel';
import type { StagedFiles } from '@ids/python';
import { removeTree } from './tests/remove-tree.js';

/** A change set laid out in a private folder, outside of the project. */
export interface Staged extends StagedFiles {
  /** For renamed files, the path each had before. */
  readonly renamed: Readonly<Record<string, string>>;
  /** Those that the change creates. */
  readonly created: ReadonlySet<string>;
}

/** Runs `work` with a private folder, which is removed whatever happens. */
export async function withPrivateFolder<T>(
  parent: string | undefined,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await realpath(await mkdtemp(join(parent ?? tmpdir(), 'ids-stage-')));
  try {
    return await work(folder);
  } finally {
    await removeTree(folder);
  }
}

/** Writes the new contents of a change set into `folder`, each file in a folder of its own. */
export async function stage(folder: string, changes: ChangeSet): Promise<Staged> {
  const added: Record<string, string> = {};
  const removed: string[] = [];
  const renamed: Record<string, string> = {};
  const created = new Set<string>();
  for (const [index, change] of changes.entries()) {
    assertPlain(change.path);
    if (change.operation === 'delete') {
      removed.push(change.path);
      continue;
    }
    if (change.operation === 'rename') {
      assertPlain(change.from);
      removed.push(change.from);
      renamed[change.path] = change.from;
    }
    if (change.operation === 'create') created.add(change.path);
    const place = join(folder, 'staged', String(index));
    await mkdir(place, { recursive: true });
    const file = join(place, basename(change.path));
    await writeFile(file, Buffer.from(change.after, 'base64'));
    added[change.path] = file;
  }
  return { added, removed, renamed, created };
}

/** Trees are built from these paths, so none may lead elsewhere; who made the change set has checked more. */
function assertPlain(path: string): void {
  const leads = posix.isAbsolute(path) || posix.normalize(path) !== path || path.split('/').includes('..');
  if (leads || path.includes('\0') || path.endsWith('/')) {
    throw new IdsError('path_not_allowed', { path, reason: 'it is not a plain relative path' });
  }
}
