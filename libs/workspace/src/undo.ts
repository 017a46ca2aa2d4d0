import { IdsError } from '@ids/kernel';
import { join } from 'node:path';
import { bring, keptName, mismatches } from './bring.js';
import { readOrNull, sha256, unless } from './files.js';
import { locate } from './location.js';
import { touchesOf, type Manifest, type Touch } from './manifest.js';
import { isOurs, isTorn, look, provenAfter, type Sight, type Site } from './sight.js';
import { beforeIn, Stage } from './stage.js';
import type { UndoOutcome, WriteGuard } from './types.js';

/** One run of undoing a session, from its manifest and what stands on disk; idempotent, and may end at any call. */
export class Undo {
  private readonly touches: readonly Touch[];
  private readonly sessionId: Manifest['sessionId'];

  constructor(
    private readonly site: Site,
    private readonly manifest: Manifest,
    private readonly guard: WriteGuard,
  ) {
    this.touches = touchesOf(manifest);
    this.sessionId = manifest.sessionId;
  }

  /** What undoing would say; touches nothing. */
  async preview(): Promise<UndoOutcome> {
    const foreign = this.manifest.state === 'undone' ? [] : await this.foreignTouches();
    return foreign.length > 0 ? { kind: 'conflict', paths: pathsOf(foreign) } : this.undone();
  }

  /** Returns every file to its state before the session, or touches nothing if one was changed since. */
  async all(): Promise<UndoOutcome> {
    const { ids } = this.site;
    await this.guard.check();
    if (this.manifest.state !== 'undone') {
      // From here on a process that still applies this session can move nothing.
      await ids.retireStages(this.sessionId);
      const foreign = await this.foreignTouches();
      // What a run that was cut off left may still be needed to tell its torn files.
      if (foreign.length > 0 && this.manifest.state === 'applied') await ids.removeStages(this.sessionId);
      const late = foreign.length > 0 ? foreign : await this.restore(this.touches);
      if (late.length > 0) return { kind: 'conflict', paths: pathsOf(late) };
    }
    await ids.removeStages(this.sessionId);
    return this.undone();
  }

  /** The same, but leaves the files alone that somebody else changed; says which these are. */
  async around(): Promise<string[]> {
    const { ids } = this.site;
    await ids.retireStages(this.sessionId);
    const foreign = await this.foreignTouches();
    const late = await this.restore(this.touches.filter((touch) => !foreign.includes(touch)));
    if (late.length === 0) await ids.removeStages(this.sessionId);
    return pathsOf([...foreign, ...late]);
  }

  private undone(): UndoOutcome {
    return { kind: 'undone', paths: pathsOf(this.touches) };
  }

  private async foreignTouches(): Promise<Touch[]> {
    const foreign: Touch[] = [];
    for (const touch of this.touches) {
      const sight = await look(this.site, touch);
      if (!isOurs(touch, sight) && !(await this.isTorn(touch, sight))) foreign.push(touch);
    }
    return foreign;
  }

  /** Only while a session is at work can a strange content be a rewriting of ours that was cut off. */
  private async isTorn(touch: Touch, sight: Sight): Promise<boolean> {
    if (this.manifest.state === 'applied') return false;
    return await isTorn(this.site, touch, sight);
  }

  /** Stops at a file that somebody changes just now, and says which. */
  private async restore(touches: readonly Touch[]): Promise<Touch[]> {
    const { fs, ids } = this.site;
    await this.checkBackups(touches);
    const stage = new Stage(fs, await ids.openStage(this.sessionId), this.guard);
    await this.record(stage, 'undoing');
    for (const touch of touches.toReversed()) {
      const done = await bring(this.site, touch, {
        to: 'before',
        stage,
        source: (touch) => this.stageBackup(stage, touch),
        torn: (touch, sight) => this.isTorn(touch, sight),
        after: (touch, sight) => this.newBytes(touch, sight),
      });
      if (!done) return [touch];
    }
    await this.removeFolders(stage);
    await this.verify(touches);
    await stage.flush();
    for (const { keep } of this.manifest.entries) {
      if (keep !== null) await unless(fs.unlink(join(this.site.root, keep)), ['ENOENT'], undefined);
    }
    await this.record(stage, 'undone');
    return [];
  }

  private async record(stage: Stage, state: Manifest['state']): Promise<void> {
    const { ids, now } = this.site;
    await ids.writeManifest(stage.folder, { ...this.manifest, state, updatedAt: now() });
  }

  /** The staged old contents of a touch; a file that had other names gets to be one of them again. */
  private async stageBackup(stage: Stage, touch: Touch): Promise<string> {
    const kept = await keptName(this.site, touch);
    if (kept !== null) return kept;
    const path = beforeIn(stage.folder, touch);
    await stage.add(path, await this.backupOf(touch), touch.entry);
    return path;
  }

  private async backupOf(touch: Touch): Promise<Uint8Array> {
    const { root, fs, ids } = this.site;
    const { backup } = touch.entry;
    const bytes = backup === null ? null : await readOrNull(fs, join(root, backup));
    if (bytes !== null && sha256(bytes) === touch.entry.hashBefore) return bytes;
    throw new IdsError('rollback_failed', {
      reason: `the backup of ${touch.path} is missing or damaged`,
      backups: ids.shown(ids.backupsOf(this.sessionId)),
    });
  }

  /** Before anything is touched: all that will be needed is there. */
  private async checkBackups(touches: readonly Touch[]): Promise<void> {
    for (const touch of touches) {
      if (touch.before === null || touch.before.startsWith('link:')) continue;
      if ((await look(this.site, touch)).content !== touch.before) await this.backupOf(touch);
    }
  }

  /** The new contents: what stands there, or if that is torn, what was kept of them. */
  private async newBytes(touch: Touch, { location }: Sight): Promise<Uint8Array> {
    const proven = await provenAfter(this.site, touch);
    if (proven !== null) return proven;
    return location?.stats?.isFile() === true ? await this.site.fs.readFile(location.file) : new Uint8Array();
  }

  private async removeFolders(stage: Stage): Promise<void> {
    const { fs, root } = this.site;
    for (const folder of this.manifest.folders.toReversed()) {
      const location = await unlessRefused(locate(fs, root, folder, false));
      if (location?.stats?.isDirectory() === true) await stage.removeFolder(location);
    }
  }

  private async verify(touches: readonly Touch[]): Promise<void> {
    const wrong = await mismatches(this.site, touches, 'before');
    if (wrong.length === 0) return;
    throw new IdsError('rollback_failed', {
      reason: `after undoing, ${wrong.join(', ')} was not as before`,
      backups: this.site.ids.shown(this.site.ids.backupsOf(this.sessionId)),
    });
  }
}

async function unlessRefused<T>(call: Promise<T>): Promise<T | null> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof IdsError && error.code === 'path_not_allowed') return null;
    throw error;
  }
}

function pathsOf(touches: readonly Touch[]): string[] {
  return [...new Set(touches.map(({ path }) => path))];
}
