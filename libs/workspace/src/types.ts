/** A file as it was read. */
export interface SourceFile {
  /** Relative to the project, with `/`. */
  readonly path: string;
  readonly bytes: Uint8Array;
  /** SHA-256 of the bytes, in hex. */
  readonly hash: string;
}

export interface FileListing {
  /** Sorted by path. */
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
  /** Whether there are more than were listed. */
  readonly truncated: boolean;
}

export type ApplyOutcome =
  | {
      readonly kind: 'applied';
      /** In the order of the change set; `backup` is relative to the project, null for a created file. */
      readonly changes: readonly { readonly path: string; readonly backup: string | null }[];
    }
  /** These files are not as the change set expects; the tree holds nothing of it. */
  | { readonly kind: 'changed'; readonly paths: readonly string[] };

export type UndoOutcome =
  /** There is no backup of this session: it never began, or its backup was removed. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'undone'; readonly paths: readonly string[] }
  /** These files were edited since; nothing was touched. */
  | { readonly kind: 'conflict'; readonly paths: readonly string[] };

/** The right to write, asked for before each step that changes the project. */
export interface WriteGuard {
  /** Throws (a lost lock, a session that has moved on) to stop at once. */
  check(): Promise<void>;
}

export interface RetentionRules {
  readonly retentionDays: number;
  readonly maxSizeMb: number;
}
