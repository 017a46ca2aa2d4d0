import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { numbersOf, type Version } from './versions.js';

/** What the files of a virtual environment say of it. */
export interface VirtualEnvironment {
  /** Absolute. */
  readonly folder: string;
  readonly version: Version | undefined;
  /** The folder of the interpreter it was made with. */
  readonly home: string | undefined;
  /** Whether it also sees the site-packages of that interpreter. */
  readonly system: boolean;
  readonly sitePackages: readonly string[];
}

/** The usual names of a project's environment, in the order in which they are looked for. */
export const ENVIRONMENT_NAMES = ['.venv', 'venv', 'env'] as const;

/** The environment in a folder, read off its `pyvenv.cfg`; undefined if it is none. */
export async function readVirtualEnvironment(folder: string): Promise<VirtualEnvironment | undefined> {
  const text = await readFile(join(folder, 'pyvenv.cfg'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const settings = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const at = line.indexOf('=');
    if (at > 0) settings.set(line.slice(0, at).trim().toLowerCase(), line.slice(at + 1).trim());
  }
  const libraries = await libraryFolders(folder);
  const written = settings.get('version_info') ?? settings.get('version') ?? versionOf(libraries) ?? '';
  const numbers = /^\d+(?:\.\d+){1,2}/.exec(written)?.[0];
  const home = settings.get('home');
  return {
    folder,
    version: numbers === undefined ? undefined : numbersOf(numbers),
    home: home === undefined || home === '' ? undefined : home,
    system: settings.get('include-system-site-packages')?.toLowerCase() === 'true',
    sitePackages: await existing(libraries.map((library) => join(library, 'site-packages'))),
  };
}

function versionOf(libraries: readonly string[]): string | undefined {
  return libraries.map((library) => /^python(3\.\d+)$/.exec(basename(library))?.[1]).find((found) => found);
}

/** `lib/python3.X` and `lib64/python3.X`; `Lib` on Windows. */
async function libraryFolders(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const name of ['lib', 'lib64']) {
    const inside = await readdir(join(folder, name)).catch(() => []);
    found.push(
      ...inside.filter((each) => each.startsWith('python3.')).map((each) => join(folder, name, each)),
    );
  }
  return [...found, join(folder, 'Lib')];
}

/** Those that are folders, each once: `lib64` is often a link to `lib`. */
export async function existing(folders: readonly string[]): Promise<string[]> {
  const seen = new Map<string, string>();
  for (const folder of folders) {
    const real = await realpath(folder).catch(() => undefined);
    if (real === undefined || seen.has(real) || !(await stat(real)).isDirectory()) continue;
    seen.set(real, folder);
  }
  return [...seen.values()];
}
