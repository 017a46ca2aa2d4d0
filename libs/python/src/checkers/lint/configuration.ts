import { posix } from 'node:path';
import { IdsError, messageOf } from '@ids/kernel';
import { resolveInside } from '../../files.js';
import { isTable, type ReadSettings, type Table } from './settings.js';

/** One file with settings of ruff. */
export interface Level {
  /** The file, relative to the project. */
  readonly source: string;
  /** Its folder; empty for the project's own. */
  readonly folder: string;
  readonly table: Table;
}

/** The settings that hold for a file, as they are written. */
export interface Configuration {
  /** The nearest file first, then what it extends; empty if the project has no settings of ruff. */
  readonly levels: readonly Level[];
  readonly requiresPython: string | undefined;
  readonly standard: readonly string[];
  /** What was refused or could not be read. */
  readonly notes: readonly string[];
  /** Settings are there and could not be read, so that ruff's usual rules hold. */
  readonly broken: boolean;
}

/** In each folder ruff takes the first of these that has settings of it. */
export const SETTINGS_FILES = ['.ruff.toml', 'ruff.toml', 'pyproject.toml'] as const;
const DEEPEST = 8;

type Found =
  | {
      readonly level?: Level;
      readonly requiresPython: string | undefined;
      readonly standard: readonly string[];
    }
  | { readonly problem: string };

/** Finds the settings of ruff in a project's files, and reads them as data. */
export class ConfigurationFinder {
  private readonly folders = new Map<string, Promise<Configuration>>();

  constructor(
    private readonly root: string,
    private readonly readSettings: ReadSettings,
    private readonly signal: AbortSignal | undefined,
  ) {}

  /** As ruff does: the nearest file decides alone, those further up do not add to it; never above the project. */
  of(path: string): Promise<Configuration> {
    return this.ofFolder(folderOf(path));
  }

  private ofFolder(folder: string): Promise<Configuration> {
    const known = this.folders.get(folder) ?? this.search(folder);
    this.folders.set(folder, known);
    return known;
  }

  private async search(folder: string): Promise<Configuration> {
    let requiresPython: string | undefined;
    const notes: string[] = [];
    for (const name of SETTINGS_FILES) {
      const source = posix.join(folder, name);
      const found = await this.read(source);
      if (found === undefined) continue;
      if ('problem' in found) {
        notes.push(`${source} could not be read (${found.problem})`);
        return { levels: [], requiresPython, standard: [], notes, broken: true };
      }
      requiresPython ??= found.requiresPython;
      if (found.level !== undefined) return await this.complete(found.level, requiresPython, found.standard);
    }
    if (folder === '') return { levels: [], requiresPython, standard: [], notes, broken: false };
    const above = await this.ofFolder(folderOf(folder));
    // With settings it is the file beside or above them that names the Python.
    if (requiresPython === undefined || above.levels.length > 0) return above;
    return { ...above, requiresPython };
  }

  /** Follows `extend`, as far as it stays in the project. */
  private async complete(
    first: Level,
    requires: string | undefined,
    standard: readonly string[],
  ): Promise<Configuration> {
    const levels = [first];
    const notes: string[] = [];
    for (let last: Level | undefined = first; last?.table['extend'] !== undefined;) {
      const next = await this.extended(last, levels);
      if ('refused' in next) notes.push(next.refused);
      else levels.push(next.level);
      last = 'refused' in next ? undefined : next.level;
    }
    const requiresPython = requires ?? (await this.requiresAbove(first.folder));
    return { levels, requiresPython, standard, notes, broken: false };
  }

  private async extended(
    { source, folder, table }: Level,
    seen: readonly Level[],
  ): Promise<{ level: Level } | { refused: string }> {
    const refuse = (reason: string): { refused: string } => ({
      refused: `${source} extends ${JSON.stringify(table['extend']).slice(0, 80)}, which ${reason}`,
    });
    const written = table['extend'];
    if (typeof written !== 'string' || /[~$\0]/.test(written)) return refuse('is no plain path');
    const path = posix.join(folder, written);
    if (posix.isAbsolute(written) || path.startsWith('..')) return refuse('leads out of the project');
    if (seen.length === DEEPEST || seen.some((level) => level.source === path)) return refuse('has no end');
    const found = await this.read(path);
    if (found === undefined) return refuse('is not there');
    if ('problem' in found) return refuse(`could not be read (${found.problem})`);
    return found.level === undefined ? refuse('has no settings of ruff') : { level: found.level };
  }

  /** Beside or above the settings there may be a `pyproject.toml` that names the Python. */
  private async requiresAbove(folder: string): Promise<string | undefined> {
    for (let at = folder; ; at = folderOf(at)) {
      const found = await this.read(posix.join(at, 'pyproject.toml'));
      if (found !== undefined && 'requiresPython' in found && found.requiresPython !== undefined) {
        return found.requiresPython;
      }
      if (at === '') return undefined;
    }
  }

  /** Undefined if there is no such file. */
  private async read(path: string): Promise<Found | undefined> {
    try {
      const { file, kind } = await resolveInside(this.root, path);
      if (kind === 'folder') return undefined;
      const { table, requiresPython, problem, standard } = await this.readSettings(file, this.signal);
      if (problem !== null) return { problem };
      return {
        ...(isTable(table) ? { level: { source: path, folder: folderOf(path), table } } : {}),
        requiresPython: requiresPython ?? undefined,
        standard,
      };
    } catch (error) {
      this.signal?.throwIfAborted();
      if (!(error instanceof IdsError)) throw error;
      return error.code === 'file_not_found' ? undefined : { problem: messageOf(error) };
    }
  }
}

/** Empty for what lies in the project's own folder. */
function folderOf(path: string): string {
  const folder = posix.dirname(path);
  return folder === '.' ? '' : folder;
}
