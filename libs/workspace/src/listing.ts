import { IdsError } from '@ids/kernel';
import { join } from 'node:path';
import type { FileStats, FileSystemPort } from './file-system.port.js';
import { statOrNull, unless } from './files.js';
import { locate } from './location.js';
import { checkEditablePath } from './path-rules.js';
import type { FileListing } from './types.js';

/** Folders that hold what tools made or brought along. */
const SKIPPED = new Set([
  '.eggs',
  '.git',
  '.hg',
  '.ids',
  '.ipynb_checkpoints',
  '.mypy_cache',
  '.nox',
  '.pytest_cache',
  '.ruff_cache',
  '.svn',
  '.tox',
  '__pycache__',
  'node_modules',
  'site-packages',
]);

/** So that a folder full of data cannot keep a worker busy. */
const MAX_LOOKS = 200_000;

const UNREADABLE = ['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM'];

interface Entry {
  readonly path: string;
  readonly stats: FileStats;
}

/** The editable files of a project in the order of their paths, without what tools and environments brought. */
export async function listFiles(fs: FileSystemPort, root: string, limit: number): Promise<FileListing> {
  const files: { path: string; bytes: number }[] = [];
  let looks = 0;
  for await (const entry of walk(fs, root, '')) {
    looks += 1;
    if (looks > MAX_LOOKS) return { files, truncated: true };
    const bytes = await sizeOf(fs, root, entry);
    if (bytes === null) continue;
    if (files.length >= limit) return { files, truncated: true };
    files.push({ path: entry.path, bytes });
  }
  return { files, truncated: false };
}

/** All that stands in a folder and below, in the order of the paths. Folders that are links are not entered. */
async function* walk(fs: FileSystemPort, root: string, folder: string): AsyncGenerator<Entry> {
  const names: string[] = await unless(fs.readdir(join(root, folder)), UNREADABLE, []);
  if (folder !== '' && names.includes('pyvenv.cfg')) return;
  const entries: Entry[] = [];
  for (const name of names) {
    const path = folder === '' ? name : `${folder}/${name}`;
    const stats = await statOrNull(fs, join(root, path));
    if (stats !== null && !(stats.isDirectory() && SKIPPED.has(name))) entries.push({ path, stats });
  }
  for (const entry of entries.sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1))) {
    yield entry;
    if (entry.stats.isDirectory()) yield* walk(fs, root, entry.path);
  }
}

/** A folder stands where the paths below it do, which go on with a slash. */
function sortKey({ path, stats }: Entry): string {
  return stats.isDirectory() ? `${path}/` : path;
}

/** Null for what may not be edited. */
async function sizeOf(fs: FileSystemPort, root: string, { path, stats }: Entry): Promise<number | null> {
  try {
    if (stats.isDirectory() || checkEditablePath(path) !== path) return null;
    const file = stats.isSymbolicLink() ? (await locate(fs, root, path, true)).stats : stats;
    return file?.isFile() === true ? file.size : null;
  } catch (error) {
    if (error instanceof IdsError && error.code === 'path_not_allowed') return null;
    throw error;
  }
}
