import { IdsError } from '@ids/kernel';
import { dirname, join, relative, sep } from 'node:path';
import type { FileStats, FileSystemPort } from './file-system.port.js';
import { namesIn, statOrNull, unless } from './files.js';
import { checkReadablePath, foldCase, notAllowed } from './path-rules.js';
import { isWithin } from './project-folder.js';

/** Where a path of the project really lies. All absolute; no folder in them is a link. */
export interface Location {
  readonly path: string;
  /** The entry in its folder, which may be a link. */
  readonly entry: string;
  /** What holds the bytes: the entry itself, or the file that it leads to. */
  readonly file: string;
  /** Of `file`; null if nothing stands there. */
  readonly stats: FileStats | null;
  /** The folders above that do not exist, outermost first. */
  readonly missing: readonly string[];
}

/**
 * Finds a checked path. Folders that are links are followed, the entry itself only if `follow` says so. Throws
 * IdsError `path_not_allowed` if a link leads out of the project, into `.git` or `.ids`, or nowhere.
 */
export async function locate(
  fs: FileSystemPort,
  root: string,
  path: string,
  follow: boolean,
): Promise<Location> {
  const names = path.split('/');
  let folder = root;
  for (const [depth, name] of names.slice(0, -1).entries()) {
    const next = join(folder, name);
    const stats = await statOrNull(fs, next);
    if (stats === null) return nowhere(path, folder, names.slice(depth));
    folder = stats.isSymbolicLink() ? await leadsTo(fs, root, path, next) : next;
    if ((await statOrNull(fs, folder))?.isDirectory() !== true) {
      throw notAllowed(path, `${name} is not a folder`);
    }
  }
  const entry = join(folder, names.at(-1) ?? '.');
  const stats = await statOrNull(fs, entry);
  if (!follow || stats?.isSymbolicLink() !== true) return { path, entry, file: entry, stats, missing: [] };
  const file = await leadsTo(fs, root, path, entry);
  return { path, entry, file, stats: await statOrNull(fs, file), missing: [] };
}

/** The path of a file below `root` as a project writes it. */
export function relativeTo(root: string, file: string): string {
  return relative(root, file).split(sep).join('/') || '.';
}

/** Throws IdsError `path_not_allowed` if a new file here would differ from its neighbours only in case. */
export async function refuseCaseClash(fs: FileSystemPort, location: Location): Promise<void> {
  const newest = location.missing[0] ?? location.entry;
  const folder = dirname(newest);
  const name = newest.slice(folder.length).replace(/^[/\\]/, '');
  for (const other of await namesIn(fs, folder)) {
    if (other !== name && foldCase(other) === foldCase(name)) {
      throw notAllowed(location.path, `${other} stands there, and some systems take both names for one`);
    }
  }
}

function nowhere(path: string, folder: string, names: readonly string[]): Location {
  const way = names.map((_, index) => join(folder, ...names.slice(0, index + 1)));
  const entry = way.at(-1) ?? folder;
  return { path, entry, file: entry, stats: null, missing: way.slice(0, -1) };
}

async function leadsTo(fs: FileSystemPort, root: string, path: string, link: string): Promise<string> {
  const real = await unless(fs.realpath(link), ['ENOENT', 'ENOTDIR', 'ELOOP'], null);
  if (real === null) throw notAllowed(path, 'a link in it leads nowhere');
  if (!isWithin(root, real)) throw notAllowed(path, 'a link in it leads out of the project');
  try {
    checkReadablePath(relativeTo(root, real));
  } catch (error) {
    if (!(error instanceof IdsError)) throw error;
    throw notAllowed(
      path,
      `a link in it leads to what may not be touched (${String(error.details['reason'])})`,
    );
  }
  return real;
}
