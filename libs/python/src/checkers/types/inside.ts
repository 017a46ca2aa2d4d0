import { posix } from 'node:path';

/** A path of a setting, relative to the project; undefined if it leads out of it or depends on a variable. */
export function insideProject(written: string): string | undefined {
  const text = written.trim().replace(/^\$\{?(?:MYPY_CONFIG_FILE_DIR|workspaceFolder)\}?\/?/, '');
  if (/[$~:\0\n\r]/.test(text) || posix.isAbsolute(text)) return undefined;
  const path = posix.normalize(text === '' ? '.' : text).replace(/\/$/, '');
  return path === '..' || path.startsWith('../') ? undefined : path;
}
