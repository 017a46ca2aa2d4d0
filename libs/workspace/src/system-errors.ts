import { IdsError } from '@ids/kernel';
import { join, sep } from 'node:path';
import { codeOf } from './files.js';
import { relativeTo } from './location.js';
import { isWithin } from './project-folder.js';

const DISK_FULL = new Set(['ENOSPC', 'EDQUOT']);
const READ_ONLY = new Set(['EROFS', 'EACCES', 'EPERM']);

/** An error of the system in the project's words; anything else as it is. */
export function explain(root: string, thrown: unknown): unknown {
  const code = codeOf(thrown);
  const paths = pathsOf(thrown);
  if (DISK_FULL.has(code)) return new IdsError('disk_full', {}, { cause: thrown });
  if (READ_ONLY.has(code)) {
    const path = paths.find((path) => isWithin(root, path));
    const shown = path === undefined ? root : relativeTo(root, path);
    return new IdsError('project_read_only', { path: shown }, { cause: thrown });
  }
  // The stage or the backups went away under this run: somebody else has taken the session up.
  if (code === 'ENOENT' && paths.some((path) => path.startsWith(join(root, '.ids') + sep))) {
    return new IdsError('lock_lost', {}, { cause: thrown });
  }
  return thrown;
}

/** The paths that a system error names: of a rename the old and the new one. */
function pathsOf(thrown: unknown): string[] {
  if (typeof thrown !== 'object' || thrown === null) return [];
  const paths = ['path' in thrown ? thrown.path : null, 'dest' in thrown ? thrown.dest : null];
  return paths.filter((path) => typeof path === 'string');
}
