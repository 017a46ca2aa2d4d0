import { IdsError } from '@ids/kernel';
import { realpath, stat } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { unless } from './files.js';
import { notAllowed } from './path-rules.js';

/**
 * The folder of a project that somebody wants to register, absolute and with links resolved; a relative path
 * counts from `root`. Throws IdsError `path_not_allowed` unless it lies at or below `root` after links are
 * resolved, and `not_a_directory` if there is no such folder.
 */
export async function resolveProjectFolder(root: string, path: string): Promise<string> {
  if (path.includes('\0')) throw notAllowed(path, 'it holds a control or invisible character');
  const realRoot = await resolveLinks(root);
  if (realRoot === null) throw new IdsError('not_a_directory', { path: root });
  const wanted = resolve(root, path);
  const real = await resolveLinks(wanted);
  if (real === null) {
    // What stands outside is nobody's business, not even whether it exists.
    const inside = isWithin(resolve(root), wanted) || isWithin(realRoot, wanted);
    throw inside ? new IdsError('not_a_directory', { path }) : outside(path);
  }
  if (!isWithin(realRoot, real)) throw outside(path);
  if (!(await stat(real)).isDirectory()) throw new IdsError('not_a_directory', { path });
  return real;
}

/** Whether an absolute path is `root` or lies below it; both without links. */
export function isWithin(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

function outside(path: string): IdsError {
  return notAllowed(path, 'it lies outside of the folder for projects');
}

const NO_SUCH_FOLDER = ['ENOENT', 'ENOTDIR', 'ELOOP', 'EACCES', 'ENAMETOOLONG'];

function resolveLinks(path: string): Promise<string | null> {
  return unless(realpath(path), NO_SUCH_FOLDER, null);
}
