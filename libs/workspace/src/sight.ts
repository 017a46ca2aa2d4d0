import { IdsError } from '@ids/kernel';
import { join } from 'node:path';
import type { FileSystemPort } from './file-system.port.js';
import { readOrNull, sha256 } from './files.js';
import type { IdsFolder } from './ids-folder.js';
import { locate, type Location } from './location.js';
import type { Touch } from './manifest.js';
import { proofIn } from './stage.js';

/** What applying and undoing work on. */
export interface Site {
  readonly fs: FileSystemPort;
  readonly root: string;
  readonly ids: IdsFolder;
  /** The time as it stands in manifests. */
  readonly now: () => string;
}

/** What stands at a touched path, in the words of `Touch`; `other` for what is no file, link or free place. */
export interface Sight {
  readonly content: string | null;
  /** Null if the path leads to where it may not. */
  readonly location: Location | null;
}

export async function look(site: Site, touch: Touch): Promise<Sight> {
  const location = await locateTouch(site, touch);
  if (location === null) return { content: 'other', location };
  return { content: await contentAt(site.fs, location), location };
}

/** Whether the path is one that this session moves, or was changed by somebody else. */
export function isOurs(touch: Touch, sight: Sight): boolean {
  return sight.content === touch.before || sight.content === touch.after;
}

/**
 * Whether the file is one that was being written in place when the process was killed: a stage proves that this
 * had begun, and each byte is the old or the new one.
 */
export async function isTorn(site: Site, touch: Touch, sight: Sight): Promise<boolean> {
  if (sight.location?.stats?.isFile() !== true) return false;
  const after = await provenAfter(site, touch);
  if (after === null) return false;
  const old = await contentBefore(site, touch);
  const now = await readOrNull(site.fs, sight.location.file);
  return old !== null && now !== null && isMixture(now, old, after);
}

/** The new contents of a touch as they were kept before its file was written in place. */
export async function provenAfter({ fs, ids }: Site, touch: Touch): Promise<Uint8Array | null> {
  for (const stage of await ids.stagesOf(touch.sessionId)) {
    const bytes = await readOrNull(fs, proofIn(stage, touch));
    if (bytes !== null && sha256(bytes) === touch.after) return bytes;
  }
  return null;
}

async function contentBefore({ fs, root }: Site, { before, entry }: Touch): Promise<Uint8Array | null> {
  if (before === null) return new Uint8Array();
  return entry.backup === null ? null : await readOrNull(fs, join(root, entry.backup));
}

function isMixture(now: Uint8Array, old: Uint8Array, fresh: Uint8Array): boolean {
  if (now.length < Math.min(old.length, fresh.length)) return false;
  return (
    now.length <= Math.max(old.length, fresh.length) &&
    now.every((byte, index) => byte === old[index] || byte === fresh[index])
  );
}

async function locateTouch(site: Site, touch: Touch): Promise<Location | null> {
  try {
    return await locate(site.fs, site.root, touch.path, touch.follow);
  } catch (error) {
    if (error instanceof IdsError && error.code === 'path_not_allowed') return null;
    throw error;
  }
}

async function contentAt(fs: FileSystemPort, { file, stats }: Location): Promise<string | null> {
  if (stats === null) return null;
  if (stats.isSymbolicLink()) return `link:${await fs.readlink(file)}`;
  if (!stats.isFile()) return 'other';
  const bytes = await readOrNull(fs, file);
  return bytes === null ? null : sha256(bytes);
}
