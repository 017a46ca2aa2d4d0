import { sessionIdSchema } from '@ids/contracts';
import type { SessionId } from '@ids/kernel';
import { z } from 'zod';
import { checkReadablePath } from './path-rules.js';

const path = z.string().refine((value) => {
  try {
    return checkReadablePath(value) === value;
  } catch {
    return false;
  }
}, 'is not a path inside the project');
const hash = z.string().regex(/^[0-9a-f]{64}$/);

const entrySchema = z.strictObject({
  operation: z.enum(['create', 'modify', 'delete', 'rename']),
  path,
  /** Of a rename: the old path. */
  from: path.nullable(),
  /** Mode and owner that the file has and keeps, or gets. */
  mode: z.int().min(0).max(0o7777),
  uid: z.int().nonnegative(),
  gid: z.int().nonnegative(),
  hashBefore: hash.nullable(),
  hashAfter: hash.nullable(),
  /** Where a deleted link led to. */
  link: z.string().nullable(),
  /** Relative to the project. */
  backup: z.string().nullable(),
  /** A second name of a removed file that has others (hard links), so that undoing can join them again. */
  keep: z.string().nullable(),
});
export type ManifestEntry = z.infer<typeof entrySchema>;

export const manifestSchema = z
  .strictObject({
    version: z.literal(1),
    sessionId: sessionIdSchema,
    /** Written before the project is touched, and again when all is as the state says. */
    state: z.enum(['applying', 'applied', 'undoing', 'undone']),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    entries: z.array(entrySchema),
    /** The folders that are created, outermost first. */
    folders: z.array(path),
  })
  .refine(
    ({ sessionId, entries }) =>
      entries.every(({ backup, keep }) =>
        [backup, keep].every((file) => file === null || isOwnFile(sessionId, file)),
      ),
    'names a backup of something else',
  );
/** What a session does to the project, and how far it is: all that undoing needs to know. */
export type Manifest = z.infer<typeof manifestSchema>;

function isOwnFile(sessionId: SessionId, file: string): boolean {
  const names = file.split('/');
  return (
    names.slice(0, 3).join('/') === `.ids/backups/${sessionId}` &&
    names.length > 3 &&
    names.every((name) => name !== '' && name !== '.' && name !== '..')
  );
}

/** The two states between which a session moves a path. */
export type Side = 'before' | 'after';

/**
 * What happens at one path: its content before and after, each a hash, `link:` with a link's text, or null if
 * nothing stands there. A rename is two touches.
 */
export interface Touch {
  /** Its place in the manifest, which names its staged files. */
  readonly number: number;
  readonly sessionId: SessionId;
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
  /** Whether a link at the path stands for the file that it leads to. */
  readonly follow: boolean;
  readonly entry: ManifestEntry;
}

/** The touches of a manifest in the order in which they are applied. */
export function touchesOf(manifest: Manifest): Touch[] {
  return manifest.entries
    .flatMap((entry) => {
      const before = entry.link === null ? entry.hashBefore : `link:${entry.link}`;
      const touch = { path: entry.path, before, after: entry.hashAfter, follow: false, entry };
      if (entry.operation === 'modify') return [{ ...touch, follow: true }];
      if (entry.from === null) return [touch];
      return [
        { ...touch, before: null },
        { ...touch, path: entry.from, after: null },
      ];
    })
    .map((touch, number) => ({ ...touch, number, sessionId: manifest.sessionId }));
}
