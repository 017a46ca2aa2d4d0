import { IdsError, isSessionId, newId } from '@ids/kernel';
import { join } from 'node:path';
import type { FileSystemPort } from './file-system.port.js';
import { namesIn, readOrNull, removeTree, statOrNull, unless, writeNew } from './files.js';
import { manifestSchema, type Manifest } from './manifest.js';
import { notAllowed } from './path-rules.js';

/**
 * The folder `.ids` of a project: backups with their manifests, and while a session is at work a stage, which
 * is a folder of one run for the files that are to be moved into the project. Whoever takes a session up again
 * renames the stages of earlier runs, so that a process that still works in one can move nothing any more.
 */
export class IdsFolder {
  private readonly top: string;
  private readonly staging: string;
  readonly backups: string;

  constructor(
    private readonly fs: FileSystemPort,
    private readonly root: string,
  ) {
    this.top = join(root, '.ids');
    this.staging = join(this.top, 'staging');
    this.backups = join(this.top, 'backups');
  }

  backupsOf(sessionId: string): string {
    return join(this.backups, sessionId);
  }

  /** A fresh stage; makes `.ids` if need be. */
  async openStage(sessionId: string): Promise<string> {
    await this.makeFolder(this.root, '.ids');
    await this.makeFolder(this.top, 'backups');
    await this.makeFolder(this.top, 'staging');
    const stage = join(this.staging, `${sessionId}.${newId()}`);
    await this.fs.mkdir(stage);
    if ((await statOrNull(this.fs, join(this.top, '.gitignore'))) === null) {
      await writeNew(this.fs, join(stage, 'gitignore'), Buffer.from('*\n'), (file) => file.chmod(0o644));
      await this.fs.rename(join(stage, 'gitignore'), join(this.top, '.gitignore'));
    }
    return stage;
  }

  /** Makes a folder in one that exists, and its name durable. */
  async makeFolder(parent: string, name: string): Promise<string> {
    const folder = join(parent, name);
    const stats = await statOrNull(this.fs, folder);
    if (stats === null) {
      await unless(this.fs.mkdir(folder), ['EEXIST'], undefined);
      await this.fs.syncFolder(parent);
    } else if (!stats.isDirectory()) {
      throw notAllowed(folder.slice(this.root.length + 1), 'it must be a folder');
    }
    return folder;
  }

  /** The stages of earlier runs of a session, in no order. */
  async stagesOf(sessionId: string): Promise<string[]> {
    const names = await this.stageNames();
    return names.filter((name) => ownerOf(name) === sessionId).map((name) => join(this.staging, name));
  }

  /** Gives the stages of earlier runs new names: from now on those runs can move nothing. */
  async retireStages(sessionId: string): Promise<void> {
    for (const stage of await this.stagesOf(sessionId)) {
      await this.fs.rename(stage, join(this.staging, `${sessionId}.${newId()}`));
    }
  }

  /** Removes the stages of a session, and whatever sessions that are at an end left behind. */
  async removeStages(sessionId: string): Promise<void> {
    if (!(await this.holds('staging'))) return;
    for (const name of await this.stageNames()) {
      const owner = ownerOf(name);
      if (owner === sessionId || !(await this.isAtWork(owner))) {
        await removeTree(this.fs, join(this.staging, name));
      }
    }
    await unless(this.fs.rmdir(this.staging), ['ENOENT', 'ENOTEMPTY', 'EEXIST'], undefined);
  }

  /** Null if there is none. Throws IdsError `manifest_invalid` for one that cannot be read. */
  async readManifest(sessionId: string): Promise<Manifest | null> {
    const path = join(this.backupsOf(sessionId), 'manifest.json');
    const bytes = (await this.holds('backups', sessionId)) ? await readOrNull(this.fs, path) : null;
    if (bytes === null) return null;
    try {
      const manifest = manifestSchema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
      if (manifest.sessionId === sessionId) return manifest;
    } catch (cause) {
      throw new IdsError('manifest_invalid', { path: this.shown(path) }, { cause });
    }
    throw new IdsError('manifest_invalid', { path: this.shown(path) });
  }

  /** Replaces the manifest as a whole; it is on the disk when this returns. */
  async writeManifest(stage: string, manifest: Manifest): Promise<void> {
    const folder = this.backupsOf(manifest.sessionId);
    const fresh = join(stage, 'manifest.json');
    await writeNew(this.fs, fresh, Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`));
    await this.fs.rename(fresh, join(folder, 'manifest.json'));
    await this.fs.syncFolder(folder);
  }

  /** Removes all of a session; the manifest first, so that half of its backups never look like all of them. */
  async removeSession(sessionId: string): Promise<void> {
    await this.retireStages(sessionId);
    await this.removeStages(sessionId);
    if (!(await this.holds('backups', sessionId))) return;
    await removeTree(this.fs, join(this.backupsOf(sessionId), 'manifest.json'));
    await removeTree(this.fs, this.backupsOf(sessionId));
  }

  /** Relative to the project, with `/`. */
  shown(path: string): string {
    return path.slice(this.root.length + 1).replaceAll('\\', '/');
  }

  /** The names in `.ids/backups`; some may be no session's. */
  async backupNames(): Promise<string[]> {
    return (await this.holds('backups')) ? await namesIn(this.fs, this.backups) : [];
  }

  private async stageNames(): Promise<string[]> {
    return (await this.holds('staging')) ? await namesIn(this.fs, this.staging) : [];
  }

  /** Whether `.ids` has this folder; a link on the way, which a repository may bring along, does not count. */
  private async holds(...names: string[]): Promise<boolean> {
    let folder = this.top;
    for (const name of ['', ...names]) {
      folder = join(folder, name);
      if ((await statOrNull(this.fs, folder))?.isDirectory() !== true) return false;
    }
    return true;
  }

  private async isAtWork(sessionId: string): Promise<boolean> {
    try {
      const manifest = isSessionId(sessionId) ? await this.readManifest(sessionId) : null;
      return manifest?.state === 'applying' || manifest?.state === 'undoing';
    } catch {
      // Unreadable: a person will have to look at all there is.
      return true;
    }
  }
}

function ownerOf(stageName: string): string {
  return stageName.split('.', 1)[0] ?? '';
}
