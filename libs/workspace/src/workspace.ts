import type { ChangeSet } from '@ids/contracts';
import { IdsError, isoTime, isSessionId, systemClock, type Clock, type SessionId } from '@ids/kernel';
import { resolve } from 'node:path';
import { Apply } from './apply.js';
import { nodeFileSystem, type FileSystemPort } from './file-system.port.js';
import { sha256, unless } from './files.js';
import { IdsFolder } from './ids-folder.js';
import { listFiles } from './listing.js';
import { locate } from './location.js';
import { checkReadablePath, notAllowed } from './path-rules.js';
import { retainBackups } from './retention.js';
import type { Site } from './sight.js';
import { explain } from './system-errors.js';
import type {
  ApplyOutcome,
  FileListing,
  RetentionRules,
  SourceFile,
  UndoOutcome,
  WriteGuard,
} from './types.js';
import { Undo } from './undo.js';

export interface WorkspaceOptions {
  /** The largest file that is read. */
  readonly maxFileBytes: number;
  readonly fs?: FileSystemPort;
  readonly clock?: Clock;
}

/**
 * A project's folder (absolute, with links resolved): the only place from which its files are read and changed.
 * It holds no state of its own: any process may go on from what another left on disk.
 */
export class Workspace {
  private readonly root: string;
  private readonly fs: FileSystemPort;
  private readonly clock: Clock;
  private readonly site: Site;

  constructor(
    root: string,
    private readonly options: WorkspaceOptions,
  ) {
    this.root = resolve(root);
    this.fs = options.fs ?? nodeFileSystem;
    this.clock = options.clock ?? systemClock;
    const ids = new IdsFolder(this.fs, this.root);
    this.site = { fs: this.fs, root: this.root, ids, now: () => isoTime(this.clock.now()) };
  }

  /** Throws IdsError `project_vanished` unless the folder is there, and not a link in its place. */
  async ensurePresent(): Promise<void> {
    const real = await unless(this.fs.realpath(this.root), ['ENOENT', 'ENOTDIR', 'ELOOP'], null);
    if (real !== this.root || !(await this.fs.lstat(real)).isDirectory()) {
      throw new IdsError('project_vanished', { path: this.root });
    }
  }

  /** Throws IdsError `path_not_allowed`, `file_not_found`, `file_too_large` or `project_vanished`. */
  read(path: string): Promise<SourceFile> {
    return this.guarded(async () => {
      const normal = checkReadablePath(path);
      const { file, stats } = await locate(this.fs, this.root, normal, true);
      if (stats === null) throw new IdsError('file_not_found', { path: normal });
      if (!stats.isFile()) throw notAllowed(normal, 'it is not a regular file');
      const { maxFileBytes } = this.options;
      const limit = `${maxFileBytes} bytes`;
      if (stats.size > maxFileBytes) throw new IdsError('file_too_large', { path: normal, limit });
      const bytes = await this.fs.readFile(file);
      return { path: normal, bytes, hash: sha256(bytes) };
    });
  }

  /** At most `limit` of the files that may be edited, sorted by path, without those of tools and environments. */
  list(limit: number): Promise<FileListing> {
    return this.guarded(() => listFiles(this.fs, this.root, limit));
  }

  /**
   * Applies a change set whole or not at all, with its manifest and backups on the disk before the first byte
   * changes. After a death at any point, calling it again finishes the work. `changed` means that files differ
   * from what the change set starts from; then nothing of it is in the project. Throws IdsError
   * `path_not_allowed`, `disk_full`, `project_read_only` or `project_vanished`; `lock_lost` if somebody else has
   * taken the session up; and `apply_mismatch` if the disk does not hold what was written: then undo.
   */
  apply(sessionId: SessionId, changes: ChangeSet, guard: WriteGuard): Promise<ApplyOutcome> {
    return this.guarded(() => new Apply(this.site, sessionId, changes, guard).run());
  }

  /**
   * Returns every file to its state before the session, from the manifest alone; can be called again after a
   * death at any point and after it is done. Throws IdsError `manifest_invalid`, `rollback_failed` if a backup is
   * missing or damaged, and the system's errors as `apply` does.
   */
  undo(sessionId: SessionId, guard: WriteGuard): Promise<UndoOutcome> {
    return this.guarded(async () => {
      const manifest = await this.site.ids.readManifest(sessionId);
      if (manifest !== null) return await new Undo(this.site, manifest, guard).all();
      await guard.check();
      await this.site.ids.removeSession(sessionId);
      return { kind: 'nothing' };
    });
  }

  /** What `undo` would say now; touches nothing. */
  previewUndo(sessionId: SessionId): Promise<UndoOutcome> {
    return this.guarded(async () => {
      const manifest = await this.site.ids.readManifest(sessionId);
      return manifest === null ? { kind: 'nothing' } : await new Undo(this.site, manifest, NOBODY).preview();
    });
  }

  /** The sessions whose apply or undo has begun and is not known to have ended. */
  unfinished(): Promise<SessionId[]> {
    return this.guarded(async () => {
      const found: SessionId[] = [];
      for (const name of (await this.site.ids.backupNames()).filter(isSessionId)) {
        // A manifest that cannot be read is for a person; it must not hide the others.
        const manifest = await this.site.ids.readManifest(name).catch(() => null);
        if (manifest?.state === 'applying' || manifest?.state === 'undoing') found.push(name);
      }
      return found;
    });
  }

  /**
   * Removes the backups of finished sessions that are too old or too much, oldest first, but never one that is
   * needed. Gives the sessions whose backups were removed.
   */
  retainBackups(rules: RetentionRules, isNeeded: (sessionId: string) => Promise<boolean>): Promise<string[]> {
    return this.guarded(() => retainBackups(this.fs, this.site.ids, this.clock.now(), rules, isNeeded));
  }

  private async guarded<T>(work: () => Promise<T>): Promise<T> {
    await this.ensurePresent();
    try {
      return await work();
    } catch (error) {
      // A folder that goes away makes for all kinds of errors.
      if (!(error instanceof IdsError)) await this.ensurePresent();
      throw explain(this.root, error);
    }
  }
}

const NOBODY: WriteGuard = { check: () => Promise.resolve() };
