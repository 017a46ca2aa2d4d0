import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { IdsError, systemCode } from '@ids/kernel';

const PYTHON_FILE = /\.pyw?$/;
/** Folders that hold no code of the project's own. */
const SKIPPED = new Set(['__pycache__', 'node_modules', 'site-packages', '__pypackages__']);

export interface InsideFile {
  /** Relative to the root, with `/`; empty for the root itself. */
  readonly path: string;
  /** Absolute. */
  readonly file: string;
  readonly kind: 'file' | 'folder';
  readonly bytes: number;
}

/**
 * A path of a project, with links followed.
 * @throws IdsError `path_not_allowed` if it leads out of the root, `file_not_found`, `project_vanished`
 */
export async function resolveInside(root: string, path: string): Promise<InsideFile> {
  const file = resolve(root, path);
  const shown = relative(root, file);
  if (isAbsolute(path) || path.includes('\0') || leavesRoot(shown)) throw outside(path);
  const real = await realpath(root).catch(() => {
    throw new IdsError('project_vanished', { path: root });
  });
  try {
    if (leavesRoot(relative(real, await realpath(file)))) throw outside(path);
    const found = await stat(file);
    if (!found.isFile() && !found.isDirectory()) throw new IdsError('file_not_found', { path });
    const kind = found.isFile() ? 'file' : 'folder';
    return { path: shown.split(sep).join('/'), file, kind, bytes: found.size };
  } catch (error) {
    if (error instanceof IdsError) throw error;
    if (systemCode(error) === 'EACCES') throw outside(path, 'it may not be read', error);
    throw new IdsError('file_not_found', { path }, { cause: error });
  }
}

/** Settings files are small; a larger one is left alone. */
const SETTINGS_BYTES = 1_000_000;

/** A settings file of a project; undefined where there is none, it may not be read, or it is too large. */
export async function readSmallText(root: string, path: string): Promise<string | undefined> {
  try {
    const found = await resolveInside(root, path);
    if (found.kind !== 'file' || found.bytes > SETTINGS_BYTES) return undefined;
    return await readFile(found.file, 'utf8');
  } catch {
    // Then it says nothing.
    return undefined;
  }
}

/** Whether a relative path leads out of the folder that it is relative to. */
export function leavesRoot(path: string): boolean {
  return path === '..' || path.startsWith(`..${sep}`) || isAbsolute(path);
}

function outside(path: string, reason = 'it lies outside of the project', cause?: unknown): IdsError {
  return new IdsError('path_not_allowed', { path, reason }, { cause });
}

/**
 * The Python files below a folder of a project, in order, at most `limit`; hidden folders, virtual
 * environments and links to folders are left out.
 */
export async function listPythonFiles(
  root: string,
  folder: string,
  limit: number,
): Promise<{ paths: string[]; truncated: boolean }> {
  const paths: string[] = [];
  const waiting = [folder];
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const entries = await readdir(join(root, next), { withFileTypes: true }).catch(() => []);
    if (entries.some((entry) => entry.name === 'pyvenv.cfg')) continue;
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      const path = next === '' ? entry.name : `${next}/${entry.name}`;
      if (entry.isDirectory() && !entry.name.startsWith('.') && !SKIPPED.has(entry.name)) waiting.push(path);
      if (!entry.isFile() || !PYTHON_FILE.test(entry.name)) continue;
      if (paths.length === limit) return { paths, truncated: true };
      paths.push(path);
    }
  }
  return { paths, truncated: false };
}
