import { newId } from '@ids/kernel';
import { dirname, join } from 'node:path';
import type { FileSystemPort, OpenFile } from './file-system.port.js';
import { codeOf, PERMISSIONS, unless, withFile, writeNew } from './files.js';
import type { Location } from './location.js';
import type { ManifestEntry, Touch } from './manifest.js';
import type { WriteGuard } from './types.js';

/** Systems that have no hard links, or not between these folders. */
const NO_LINK = ['EXDEV', 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'];

const NOT_EMPTY = ['ENOTEMPTY', 'EEXIST'];
const SET_GROUP = 0o2000;

/** Where the staged new contents of a touch lie. */
export function afterIn(stage: string, touch: Touch): string {
  return join(stage, `${touch.number}.after`);
}

/** Where the staged old contents of a touch lie. */
export function beforeIn(stage: string, touch: Touch): string {
  return join(stage, `${touch.number}.before`);
}

/** Where a copy of the new contents lies while a file is written in place: without it, no file counts as torn. */
export function proofIn(stage: string, touch: Touch): string {
  return join(stage, `${touch.number}.proof`);
}

/**
 * The hands of one run: each method is one step in the project, done by moving a staged file in or an old one
 * out wherever the system can, so that it is done or not done, and cannot be done once the stage is renamed.
 */
export class Stage {
  /** Staged files that could not get the owner of the file that they are to replace. */
  private readonly strangers = new Set<string>();
  /** Folders of the project whose names are not surely on the disk yet. */
  private readonly unsynced = new Set<string>();

  constructor(
    private readonly fs: FileSystemPort,
    readonly folder: string,
    private readonly guard: WriteGuard,
  ) {}

  /** Writes a staged file with the mode and owner that it will have in the project. */
  async add(path: string, bytes: Uint8Array, entry: ManifestEntry): Promise<void> {
    await writeNew(this.fs, path, bytes, async (file) => {
      if (!(await giveOwner(file, entry))) this.strangers.add(path);
      await file.chmod(entry.mode);
    });
  }

  /** Puts a file where none is; throws EEXIST if one has appeared. For `prove` see `replace`. */
  async place(
    location: Location,
    source: string,
    entry: ManifestEntry,
    prove: () => Promise<void>,
  ): Promise<void> {
    await this.makeFolders(location);
    await this.guard.check();
    const linked = await unless(
      this.fs.link(source, location.entry).then(() => true),
      NO_LINK,
      false,
    );
    if (!linked) {
      await prove();
      const bytes = await this.fs.readFile(source);
      await writeNew(this.fs, location.entry, bytes, async (file) => {
        await giveOwner(file, entry);
        await file.chmod(entry.mode);
      });
    }
    this.unsynced.add(dirname(location.entry));
  }

  async placeLink(location: Location, text: string): Promise<void> {
    await this.makeFolders(location);
    await this.guard.check();
    await this.fs.symlink(text, location.entry);
    this.unsynced.add(dirname(location.entry));
  }

  /**
   * Gives a file new contents. One that has other names, or an owner that this process cannot give away, is
   * written in place; `prove` is called first and leaves a proof, since that can be cut off halfway.
   */
  async replace(
    location: Location,
    source: string,
    entry: ManifestEntry,
    prove: () => Promise<void>,
  ): Promise<void> {
    const movable = (location.stats?.nlink ?? 1) === 1 && !this.strangers.has(source);
    if (movable) {
      await this.guard.check();
      const moved = this.fs.rename(source, location.file).then(() => true);
      if (await unless(moved, ['EXDEV'], false)) {
        this.unsynced.add(dirname(location.file));
        return;
      }
    }
    await prove();
    await this.guard.check();
    // Read from the stage, not from memory: once somebody undoes this session it is gone, and nothing is written.
    const bytes = await this.fs.readFile(source);
    await withFile(this.fs.open(location.file, 'update'), async (file) => {
      await file.write(bytes);
      await file.truncate(bytes.length);
      await file.chmod(entry.mode);
      await file.sync();
    });
  }

  async remove(location: Location, touch: Touch): Promise<void> {
    await this.guard.check();
    const moved = this.fs.rename(location.entry, join(this.folder, `${touch.number}.gone`)).then(() => true);
    if (!(await unless(moved, ['EXDEV'], false))) await this.fs.unlink(location.entry);
    this.unsynced.add(dirname(location.entry));
  }

  async setMode(location: Location, mode: number): Promise<void> {
    await this.guard.check();
    await withFile(this.fs.open(location.file, 'inspect'), (file) => file.chmod(mode));
  }

  /** Unless something is in it. */
  async removeFolder(location: Location): Promise<void> {
    await this.guard.check();
    await unless(this.fs.rmdir(location.entry), ['ENOENT', 'ENOTDIR', ...NOT_EMPTY], undefined);
    this.unsynced.delete(location.entry);
    this.unsynced.add(dirname(location.entry));
  }

  /** Returns when all that was done is on the disk. */
  async flush(): Promise<void> {
    for (const folder of this.unsynced) await unless(this.fs.syncFolder(folder), ['ENOENT'], undefined);
    this.unsynced.clear();
  }

  /** Folders are made in the stage and moved too, with the owner and the group rule of the folder around them. */
  private async makeFolders({ missing }: Location): Promise<void> {
    for (const folder of missing) {
      const around = dirname(folder);
      const { uid, gid, mode } = await this.fs.lstat(around);
      const made = join(this.folder, `${newId()}.folder`);
      await this.fs.mkdir(made);
      await withFile(this.fs.open(made, 'inspect'), async (file) => {
        await giveOwner(file, { uid, gid });
        if ((mode & SET_GROUP) !== 0) await file.chmod(modeOf(await file.stat()) | SET_GROUP);
      });
      await this.guard.check();
      const moved = this.fs.rename(made, folder).then(() => true);
      // Where something stands by now it is a folder, or else the next step fails.
      if (!(await unless(moved, ['EXDEV', ...NOT_EMPTY], false))) {
        await unless(this.fs.mkdir(folder), ['EEXIST'], undefined);
      }
      this.unsynced.add(around);
    }
  }
}

/** False if the system does not let this process do it. */
async function giveOwner(file: OpenFile, owner: { uid: number; gid: number }): Promise<boolean> {
  const { uid, gid } = await file.stat();
  if (uid === owner.uid && gid === owner.gid) return true;
  try {
    await file.chown(owner.uid, owner.gid);
    return true;
  } catch (error) {
    if (['EPERM', 'EINVAL'].includes(codeOf(error))) return false;
    throw error;
  }
}

export function modeOf(stats: { mode: number }): number {
  return stats.mode & PERMISSIONS;
}
