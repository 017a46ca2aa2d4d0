import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { FileStats, FileSystemPort, OpenFile } from './file-system.port.js';

export const PERMISSIONS = 0o7777;

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/**
 * The code of a system error, empty for anything else. It is not asked whether it is an `Error`: where a program
 * runs in a context of its own (as under jest), the system's errors are of another realm.
 */
export function codeOf(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null || !('code' in thrown)) return '';
  return typeof thrown.code === 'string' ? thrown.code : '';
}

/** What `call` gives, or `otherwise` if it fails with one of these system codes. */
export async function unless<T, U>(call: Promise<T>, codes: readonly string[], otherwise: U): Promise<T | U> {
  try {
    return await call;
  } catch (error) {
    if (codes.includes(codeOf(error))) return otherwise;
    throw error;
  }
}

const ABSENT = ['ENOENT', 'ENOTDIR'];

export function statOrNull(fs: FileSystemPort, path: string): Promise<FileStats | null> {
  return unless(fs.lstat(path), ABSENT, null);
}

export function readOrNull(fs: FileSystemPort, path: string): Promise<Uint8Array | null> {
  return unless(fs.readFile(path), ABSENT, null);
}

/** The sorted names in a folder; none if it is not there. */
export async function namesIn(fs: FileSystemPort, folder: string): Promise<string[]> {
  const names: string[] = await unless(fs.readdir(folder), ABSENT, []);
  return names.sort((a, b) => (a < b ? -1 : 1));
}

/** Makes a new file whose bytes are on the disk when this returns; `finish` may set its mode and owner. */
export async function writeNew(
  fs: FileSystemPort,
  path: string,
  bytes: Uint8Array,
  finish?: (file: OpenFile) => Promise<void>,
): Promise<void> {
  await withFile(fs.open(path, 'create'), async (file) => {
    await file.write(bytes);
    await finish?.(file);
    await file.sync();
  });
}

export async function withFile<T>(
  opening: Promise<OpenFile>,
  use: (file: OpenFile) => Promise<T>,
): Promise<T> {
  const file = await opening;
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}

/** Removes a file or folder with all below it, if it is there; never follows a link. */
export async function removeTree(fs: FileSystemPort, path: string): Promise<void> {
  const stats = await statOrNull(fs, path);
  if (stats === null) return;
  if (!stats.isDirectory()) return await unless(fs.unlink(path), ABSENT, undefined);
  for (const name of await namesIn(fs, path)) await removeTree(fs, join(path, name));
  const removed = unless(fs.rmdir(path), ABSENT, undefined).then(() => true);
  // A process that does not know yet that it is out of the game may have added a file meanwhile.
  if (!(await unless(removed, ['ENOTEMPTY', 'EEXIST'], false))) await removeTree(fs, path);
}
