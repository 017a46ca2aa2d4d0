import type { Stats } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** What no test needs of a project, or what would be copied for nothing. */
const LEFT_OUT = new Set([
  '.git',
  '.hg',
  '.svn',
  '.ids',
  'node_modules',
  '__pycache__',
  '.mypy_cache',
  '.ruff_cache',
  '.pytest_cache',
  '.tox',
  '.nox',
]);

export interface Entry {
  /** Relative to the root. */
  readonly path: string;
  readonly stat: Stats;
}

export interface Survey {
  /** Folders before what is in them. */
  readonly entries: readonly Entry[];
  readonly bytes: number;
  /** The folder at the top that holds the most, for who has to make room. */
  readonly largest: { readonly name: string; readonly bytes: number };
}

/**
 * What a copy of the project would hold: files, links and folders; no devices, pipes and sockets, no caches, no
 * virtual environments. `tooMany` once there are more than `most` entries.
 */
export async function surveyTree(root: string, most: number): Promise<Survey | { readonly tooMany: number }> {
  const entries: Entry[] = [];
  const sizes = new Map<string, number>();
  const folders = [''];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const name of await readdir(join(root, folder))) {
      if (LEFT_OUT.has(name)) continue;
      const path = folder === '' ? name : `${folder}/${name}`;
      const stat = await lstat(join(root, path));
      if (stat.isDirectory()) {
        if (await isEnvironment(join(root, path))) continue;
        folders.push(path);
      } else if (!stat.isFile() && !stat.isSymbolicLink()) continue;
      entries.push({ path, stat });
      if (entries.length > most) return { tooMany: most };
      const [top = ''] = path.split('/');
      sizes.set(top, (sizes.get(top) ?? 0) + (stat.isFile() ? stat.size : 0));
    }
  }
  return { entries, ...summed(sizes) };
}

function summed(sizes: ReadonlyMap<string, number>): Pick<Survey, 'bytes' | 'largest'> {
  let bytes = 0;
  let largest = { name: '', bytes: 0 };
  for (const [name, size] of sizes) {
    bytes += size;
    if (size > largest.bytes) largest = { name, bytes: size };
  }
  return { bytes, largest };
}

/** A virtual environment belongs to its place; a copy would not work, and is large. */
async function isEnvironment(folder: string): Promise<boolean> {
  try {
    return (await lstat(join(folder, 'pyvenv.cfg'))).isFile();
  } catch {
    return false;
  }
}
