import type { ChangeSet, PlannedChange } from '@ids/contracts';
import { decodeSource, encodeSource, newSource, type DecodedSource } from '@ids/python';
import type { Draft, DraftFile } from './apply-edits.js';

/** A file as it is on disk now. */
export interface Original {
  readonly path: string;
  readonly bytes: Uint8Array;
  /** SHA-256 of the bytes. */
  readonly hash: string;
  readonly source: DecodedSource;
}
export type Originals = ReadonlyMap<string, Original>;

/** @throws IdsError `not_utf8` or `encoding_unsupported` */
export function toOriginal(file: { path: string; bytes: Uint8Array; hash: string }): Original {
  return { ...file, source: decodeSource(file.path, file.bytes) };
}

/**
 * What turns the files on disk into the draft, in the order of the paths; files that end as they began are left out.
 * Encoding, line ends, byte order mark and final line end of a file stay as they were.
 * @throws IdsError `encoding_unsupported` for a character that a file's encoding does not have.
 */
export function changesBetween(originals: Originals, draft: Draft): ChangeSet {
  const changes: PlannedChange[] = [];
  const moved = new Set<string>();
  for (const [path, file] of draft) {
    const change = changeOf(originals, draft, path, file);
    if (change === undefined) continue;
    if (change.operation === 'rename') moved.add(change.from);
    changes.push(change);
  }
  for (const original of originals.values()) {
    if (draft.has(original.path) || moved.has(original.path)) continue;
    const { path, hash: baseHash } = original;
    changes.push({ operation: 'delete', path, baseHash, before: base64(original.bytes) });
  }
  return changes.toSorted((one, other) => (one.path < other.path ? -1 : 1));
}

function changeOf(
  originals: Originals,
  draft: Draft,
  path: string,
  file: DraftFile,
): PlannedChange | undefined {
  const there = originals.get(path);
  if (there !== undefined) {
    const after = encode(file.text, there);
    if (Buffer.from(there.bytes).equals(after)) return undefined;
    const { hash: baseHash, bytes } = there;
    return { operation: 'modify', path, baseHash, before: base64(bytes), after: base64(after) };
  }
  const origin = file.origin === undefined ? undefined : originals.get(file.origin);
  // A file whose old path is taken again was not renamed: the old path is modified and this one is new.
  if (origin === undefined || draft.has(origin.path))
    return { operation: 'create', path, after: base64(encodeSource(file.text, newSource(path))) };
  const { path: from, hash: baseHash, bytes } = origin;
  const after = base64(encode(file.text, origin));
  return { operation: 'rename', path, from, baseHash, before: base64(bytes), after };
}

/** The text in the form of the file it came from, final line end included. */
function encode(text: string, like: Original): Uint8Array {
  if (text === '' || like.source.text === '') return encodeSource(text, like.source);
  const bare = text.endsWith('\n') ? text.slice(0, -1) : text;
  return encodeSource(like.source.finalNewline ? `${bare}\n` : bare, like.source);
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
