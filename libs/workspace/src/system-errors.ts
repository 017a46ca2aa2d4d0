import { IdsError } from '@ids/kernel';
import { isAbsolute, join, sep } from 'node:path';
import { codeOf } from './files.js';
import { relativeTo } from './location.js';
import { isWithin } from './project-folder.js';

const DISK_FULL = new Set(['ENOSPC', 'EDQUOT']);
const READ_ONLY = new Set(['EROFS', 'EACCES', 'EPERM']);

/** An error of the system in the project's words; anything else as it is. */
export function explain(root: string, thrown: unknown): unknown {
  const code = codeOf(thrown);
  const path = pathOf(thrown);
  if (DISK_FULL.has(code)) return new IdsError('disk_full', {}, { cause: thrown });
  if (READ_ONLY.has(code)) {
    const shown = path !== null && isWithin(root, path) ? relativeTo(root, path) : root;
    return new IdsError('project_read_only', { path: shown }, { cause: thrown });
  }
  // The stage or the backups went away under this run: somebody else has taken the session up.
  if (code === 'ENOENT' && path?.startsWith(join(root, '.ids') + sep) === true) {
    return new IdsError('lock_lost', {}, { cause: thrown });
  }
  return thrown;
}

function pathOf(thrown: unknown): string | null {
  if (typeof thrown !== 'object' || thrown === null || !('path' in thrown)) return null;
  return typeof thrown.path === 'string' && isAbsolute(thrown.path) ? thrown.path : null;
}
