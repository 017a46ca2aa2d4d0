import type { ChangeSet, PlannedChange } from '@ids/contracts';
import { dirname, extname, join } from 'node:path';
import { bytesAfter } from './change-set.js';
import type { FileStats } from './file-system.port.js';
import { namesIn, sha256, statOrNull } from './files.js';
import { locate, refuseCaseClash, relativeTo, type Location } from './location.js';
import type { ManifestEntry } from './manifest.js';
import { checkEditablePath, ENVIRONMENT_MARK, notAllowed } from './path-rules.js';
import type { Site } from './sight.js';
import { modeOf } from './stage.js';

/** One change with what was found on disk. */
export interface PlannedEntry {
  /** Without its backups, which are not made yet. */
  readonly entry: ManifestEntry;
  readonly after: Uint8Array | null;
  /** The old contents to back up. */
  readonly before: Uint8Array | null;
  /** The file that these contents are of, if it has other names and goes away. */
  readonly shared: string | null;
}

export interface Plan {
  readonly entries: readonly PlannedEntry[];
  /** The folders to create, outermost first. */
  readonly folders: readonly string[];
  /** Files that are not as the change set expects; if there are any, the rest is of no use. */
  readonly changed: readonly string[];
}

/** Looks at the project as a checked change set finds it. Throws IdsError `path_not_allowed`; touches nothing. */
export async function planChanges(site: Site, changes: ChangeSet): Promise<Plan> {
  const planner = new Planner(site);
  const entries: PlannedEntry[] = [];
  for (const change of changes) {
    const entry = await planner.plan(change);
    if (entry !== null) entries.push(entry);
  }
  return { entries, folders: [...planner.folders], changed: planner.changed };
}

const DEFAULT_MODE = 0o666;
const NEIGHBOURS = 50;

interface Found {
  readonly stats: FileStats;
  readonly before: Uint8Array;
  /** Itself, if it has other names (hard links). */
  readonly shared: string | null;
  /** Where the path leads to, if it is a link that goes away. */
  readonly link: string | null;
}

class Planner {
  readonly folders = new Set<string>();
  readonly changed: string[] = [];
  /** Files by device and number, since one file may be reached by two paths. */
  private readonly seen = new Map<string, PlannedChange>();

  constructor(private readonly site: Site) {}

  async plan(change: PlannedChange): Promise<PlannedEntry | null> {
    const found = change.operation === 'create' ? undefined : await this.find(change, change.baseHash);
    const makes = change.operation === 'create' || change.operation === 'rename';
    const place = makes ? await this.findPlace(change.path) : undefined;
    if (found === null || place === null) return null;
    const looks = found?.stats ?? (place && (await this.looksOfNew(place)));
    if (looks === undefined) return null;
    const after = bytesAfter(change);
    return {
      after,
      before: found?.before ?? null,
      shared: change.operation === 'modify' || found === undefined ? null : found.shared,
      entry: {
        operation: change.operation,
        path: change.path,
        from: change.operation === 'rename' ? change.from : null,
        mode: modeOf(looks),
        uid: looks.uid,
        gid: looks.gid,
        hashBefore: found === undefined ? null : sha256(found.before),
        hashAfter: after === null ? null : sha256(after),
        link: found?.link ?? null,
        backup: null,
        keep: null,
      },
    };
  }

  /** The file that a change starts from; null, and noted as changed, unless it is there with these contents. */
  private async find(change: PlannedChange, baseHash: string): Promise<Found | null> {
    const { fs, root } = this.site;
    const path = change.operation === 'rename' ? change.from : change.path;
    const target = await locate(fs, root, path, true);
    if (target.stats === null) return this.note(path);
    if (!target.stats.isFile()) throw notAllowed(path, 'it is not a regular file');
    checkEditablePath(relativeTo(root, target.file));
    await this.refuseEnvironment(path, target.file);
    const entry = change.operation === 'modify' ? target : await locate(fs, root, path, false);
    const stats = entry.stats ?? target.stats;
    if (change.operation === 'rename' && stats.isSymbolicLink()) {
      throw notAllowed(path, 'it is a link; rename the file that it leads to');
    }
    this.refuseSecondPath(change, path, stats);
    const before = await fs.readFile(target.file);
    if (sha256(before) !== baseHash) return this.note(path);
    const link = stats.isSymbolicLink() ? await fs.readlink(entry.entry) : null;
    return { stats, before, link, shared: link === null && stats.nlink > 1 ? entry.file : null };
  }

  /** An environment may have any name; a file in it is none of the project's own. */
  private async refuseEnvironment(path: string, file: string): Promise<void> {
    const { fs, root } = this.site;
    for (let folder = dirname(file); folder.length > root.length; folder = dirname(folder)) {
      if ((await statOrNull(fs, join(folder, ENVIRONMENT_MARK))) !== null) {
        throw notAllowed(path, 'it belongs to an environment of installed packages');
      }
    }
  }

  /** Two names of one file can both be removed, but not edited as if they were two files. */
  private refuseSecondPath(change: PlannedChange, path: string, stats: FileStats): void {
    const identity = `${stats.dev}:${stats.ino}`;
    const other = this.seen.get(identity);
    this.seen.set(identity, change);
    if (other !== undefined && [other.operation, change.operation].includes('modify')) {
      throw notAllowed(path, `it is the same file as ${other.path}`);
    }
  }

  private async findPlace(path: string): Promise<Location | null> {
    const { fs, root } = this.site;
    const location = await locate(fs, root, path, false);
    if (location.stats?.isFile() === true) return this.note(path);
    if (location.stats !== null) throw notAllowed(path, 'a folder or a link stands there');
    await refuseCaseClash(fs, location);
    checkEditablePath(relativeTo(root, location.entry));
    await this.refuseEnvironment(path, location.entry);
    for (const folder of location.missing) this.folders.add(relativeTo(root, folder));
    return location;
  }

  private note(path: string): null {
    this.changed.push(path);
    return null;
  }

  /** A new file looks like its neighbours of the same kind, else as the system would make it. */
  private async looksOfNew(place: Location): Promise<Pick<FileStats, 'mode' | 'uid' | 'gid'>> {
    const folder = dirname(place.missing[0] ?? place.entry);
    const parent = await statOrNull(this.site.fs, folder);
    const mode = (await this.usualMode(folder, extname(place.entry))) ?? DEFAULT_MODE & ~process.umask();
    const uid = process.geteuid?.() ?? 0;
    const gid = process.getegid?.() ?? 0;
    if (parent === null) return { mode, uid, gid };
    const sharesGroup = (parent.mode & 0o2000) !== 0;
    // Root works for whoever owns the project.
    return uid === 0
      ? { mode, uid: parent.uid, gid: parent.gid }
      : { mode, uid, gid: sharesGroup ? parent.gid : gid };
  }

  private async usualMode(folder: string, extension: string): Promise<number | null> {
    const { fs } = this.site;
    const names = (await namesIn(fs, folder)).filter((name) => extname(name) === extension);
    const counts = new Map<number, number>();
    for (const name of names.slice(0, NEIGHBOURS)) {
      const stats = await statOrNull(fs, join(folder, name));
      if (stats?.isFile() !== true) continue;
      const mode = stats.mode & DEFAULT_MODE;
      counts.set(mode, (counts.get(mode) ?? 0) + 1);
    }
    return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? null;
  }
}
