import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, type Stats } from 'node:fs';
import { systemCode } from '@ids/kernel';
import { Turn } from './turn.js';

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
const CHUNK = 1_024 * 1_024;
/** Two writes within a tick of the file system's clock leave the same time. */
const CLOCK_TICK_MS = 20;

/** What a file held when it was read. */
export interface Fingerprint {
  readonly bytes: number;
  /** SHA-256 of the content, in hexadecimal digits. */
  readonly hash: string;
  /** Tells whether the file is still as it was read; null if it was written so lately that nothing can tell. */
  readonly stamp: string | null;
}

export type Unreadable = { readonly unreadable: 'too_large' | 'gone' | 'denied' };

/**
 * Reads and hashes files that are not links, at most `maxBytes` of each; hashes of larger ones are not made.
 * Reading small files without waiting takes a third of the time; in between others get their turn.
 */
export async function fingerprints(
  files: readonly string[],
  maxBytes: number,
): Promise<(Fingerprint | Unreadable)[]> {
  const found: (Fingerprint | Unreadable)[] = [];
  const turn = new Turn();
  for (const file of files) {
    await turn.next();
    found.push(fingerprint(file, maxBytes));
  }
  return found;
}

function fingerprint(file: string, maxBytes: number): Fingerprint | Unreadable {
  let descriptor: number;
  try {
    // Without waiting: something else than a file might never open.
    descriptor = openSync(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    return { unreadable: systemCode(error) === 'EACCES' ? 'denied' : 'gone' };
  }
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) return { unreadable: 'gone' };
    if (stats.size > maxBytes) return { unreadable: 'too_large' };
    const { hash, bytes } = hashOf(descriptor, Math.min(stats.size + 1, CHUNK));
    return { bytes, hash, stamp: Date.now() - stats.ctimeMs > CLOCK_TICK_MS ? stampOf(stats) : null };
  } finally {
    closeSync(descriptor);
  }
}

function hashOf(descriptor: number, chunk: number): { hash: string; bytes: number } {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(chunk);
  let bytes = 0;
  for (let read = -1; read !== 0;) {
    read = readSync(descriptor, buffer, 0, chunk, null);
    bytes += read;
    hash.update(buffer.subarray(0, read));
  }
  return { hash: hash.digest('hex'), bytes };
}

/** Whether a file is as it was when its fingerprint was taken. */
export function isUnchanged(file: string, { stamp }: Fingerprint): boolean {
  const stats = lstatSync(file, { throwIfNoEntry: false });
  return stamp !== null && stats !== undefined && stampOf(stats) === stamp;
}

function stampOf({ ino, size, mtimeMs, ctimeMs }: Stats): string {
  return [ino, size, mtimeMs, ctimeMs].join(' ');
}
