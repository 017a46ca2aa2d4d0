import { isSessionId } from '@ids/kernel';
import { join } from 'node:path';
import type { FileSystemPort } from './file-system.port.js';
import { namesIn, statOrNull } from './files.js';
import type { IdsFolder } from './ids-folder.js';
import type { RetentionRules } from './types.js';

const DAY_MS = 24 * 60 * 60 * 1_000;
const MEGABYTE = 1_024 * 1_024;

interface Backup {
  readonly sessionId: string;
  readonly finishedAt: number;
  readonly bytes: number;
}

/**
 * Removes the backups of finished sessions, oldest first, that are too old or too much; never one whose session
 * is at work in the project, or that `isNeeded` holds. Gives the sessions that lost theirs.
 */
export async function retainBackups(
  fs: FileSystemPort,
  ids: IdsFolder,
  now: number,
  rules: RetentionRules,
  isNeeded: (sessionId: string) => Promise<boolean>,
): Promise<string[]> {
  const { backups, total } = await survey(fs, ids);
  const removed: string[] = [];
  let bytes = total;
  for (const backup of backups.sort((a, b) => a.finishedAt - b.finishedAt)) {
    const tooOld = now - backup.finishedAt > rules.retentionDays * DAY_MS;
    const tooMuch = bytes > rules.maxSizeMb * MEGABYTE;
    if ((!tooOld && !tooMuch) || (await isNeeded(backup.sessionId))) continue;
    await ids.removeSession(backup.sessionId);
    removed.push(backup.sessionId);
    bytes -= backup.bytes;
  }
  return removed;
}

/** The backups that may go, and the size of all. */
async function survey(fs: FileSystemPort, ids: IdsFolder): Promise<{ backups: Backup[]; total: number }> {
  const backups: Backup[] = [];
  let total = 0;
  for (const sessionId of (await ids.backupNames()).filter(isSessionId)) {
    const bytes = await sizeOf(fs, ids.backupsOf(sessionId));
    total += bytes;
    const finishedAt = await finishOf(fs, ids, sessionId);
    if (finishedAt !== null) backups.push({ sessionId, finishedAt, bytes });
  }
  return { backups, total };
}

/** Null if the session is at work, or if only a person can tell. */
async function finishOf(fs: FileSystemPort, ids: IdsFolder, sessionId: string): Promise<number | null> {
  const manifest = await ids.readManifest(sessionId).catch(() => undefined);
  if (manifest === undefined) return null;
  // Without a manifest nothing had been touched: the leavings of a process that was killed early.
  if (manifest === null) return (await statOrNull(fs, ids.backupsOf(sessionId)))?.mtimeMs ?? null;
  return ['applied', 'undone'].includes(manifest.state) ? Date.parse(manifest.updatedAt) : null;
}

async function sizeOf(fs: FileSystemPort, path: string): Promise<number> {
  const stats = await statOrNull(fs, path);
  if (stats?.isDirectory() !== true) return stats?.size ?? 0;
  let bytes = 0;
  for (const name of await namesIn(fs, path)) bytes += await sizeOf(fs, join(path, name));
  return bytes;
}
