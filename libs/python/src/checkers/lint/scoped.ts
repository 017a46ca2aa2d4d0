import { posix } from 'node:path';
import { matchesGlob } from './glob.js';

/** A pattern with the folder of the settings it stands in, relative to the project. */
export interface Scoped {
  readonly folder: string;
  readonly pattern: string;
}

/** Whether a pattern means this file: by its path from the settings' folder, or without a slash by its name. */
export function meansFile({ folder, pattern }: Scoped, path: string): boolean {
  if (pattern.startsWith('!')) return !meansFile({ folder, pattern: pattern.slice(1) }, path);
  return meansStep(pattern, folder, path);
}

/** Whether a pattern of an `exclude` means the file or a folder that it lies in. */
export function excludes({ folder, pattern }: Scoped, path: string): boolean {
  const parts = path.split('/');
  return parts.some((_, index) => meansStep(pattern, folder, parts.slice(0, index + 1).join('/')));
}

function meansStep(pattern: string, folder: string, path: string): boolean {
  if (!pattern.includes('/') && matchesGlob(pattern, posix.basename(path))) return true;
  const whole = posix.normalize(posix.isAbsolute(pattern) ? pattern : posix.join(folder, pattern));
  return matchesGlob(whole.replace(/\/$/, ''), path);
}
