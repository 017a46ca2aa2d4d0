import { realpath, stat } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { IdsError } from '@ids/kernel';
import { leavesRoot, readSmallText } from '../files.js';
import type { Installed } from '../interpreter.js';
import type { ProjectPython } from '../project-python.js';
import { baseInterpreter } from './base-interpreter.js';
import { chooseInterpreter, type Choice } from './choice.js';
import type { InstalledPythons } from './installed.js';
import { isUntracked } from './untracked.js';
import { fits, numbersOf, parseNamedVersion, type Requirement } from './versions.js';
import {
  ENVIRONMENT_NAMES,
  existing,
  readVirtualEnvironment,
  type VirtualEnvironment,
} from './virtual-environment.js';
import { SETTINGS_FILES, wishOfFiles, type Wish } from './wishes.js';

/** What was found is believed so long while its files are as they were. */
const FRESH_MS = 30_000;
const REMEMBERED = 200;

export interface FinderOptions {
  readonly installed: InstalledPythons;
  /** The interpreter where the project asks for none. @throws IdsError `python_missing` */
  readonly usual: () => Promise<Installed>;
  /** The folder that projects lie in. */
  readonly projectsRoot?: string | undefined;
}

interface Found {
  readonly usual: Installed;
  readonly environment: VirtualEnvironment | undefined;
  readonly wish: Wish | undefined;
  /** The version that the project's setting names. */
  readonly setting: Requirement | undefined;
}

interface Remembered {
  readonly at: number;
  readonly state: string;
  readonly python: Promise<ProjectPython>;
}

/** Finds the Python of projects by reading files: nothing of a project is started. */
export class PythonFinder {
  private readonly remembered = new Map<string, Remembered>();

  constructor(private readonly options: FinderOptions) {}

  async find(root: string, wanted?: string): Promise<ProjectPython> {
    const key = JSON.stringify([root, wanted]);
    const state = await stateOf(root, wanted);
    const known = this.remembered.get(key);
    if (known?.state === state && Date.now() - known.at < FRESH_MS) return await known.python;
    const python = this.look(root, wanted);
    this.remembered.delete(key);
    this.remembered.set(key, { at: Date.now(), state, python });
    const [oldest] = this.remembered.keys();
    if (this.remembered.size > REMEMBERED && oldest !== undefined) this.remembered.delete(oldest);
    python.catch(() => this.remembered.delete(key));
    return await python;
  }

  private async look(root: string, wanted: string | undefined): Promise<ProjectPython> {
    const usual = await this.usualFor(root);
    const version = wanted === undefined ? undefined : parseNamedVersion(wanted);
    const named =
      wanted === undefined || version !== undefined ? undefined : await environmentIn(root, wanted);
    const environment = named ?? (await usualEnvironment(root));
    const wish: Wish | undefined =
      version !== undefined && wanted !== undefined
        ? { requirement: version, text: wanted, source: 'its setting' }
        : (wishOfEnvironment(root, environment) ?? (await wishOfFiles((path) => readSmallText(root, path))));
    const { interpreter, note } = await this.choose(root, { usual, environment, wish, setting: version });
    const lost = wanted !== undefined && version === undefined && named === undefined;
    const notes = [
      ...(lost ? [`The setting names ${wanted}, which holds no virtual environment.`] : []),
      note,
    ];
    return {
      interpreter: { version: interpreter.version, executable: interpreter.executable },
      environment: environment?.folder,
      sitePackages: await sitePackagesOf(environment, interpreter),
      trusted:
        environment !== undefined && (named !== undefined || (await isUntracked(root, environment.folder))),
      note: notes.filter((each) => each !== null).join(' ') || null,
    };
  }

  /** The interpreter that the environment was made with, unless the setting names another; else by version. */
  private async choose(root: string, found: Found): Promise<Choice> {
    const { usual, environment, wish, setting } = found;
    const { installed, projectsRoot } = this.options;
    if (environment !== undefined) {
      const made = await baseInterpreter(environment, installed, { root, projects: projectsRoot });
      const fitting = setting === undefined || (made !== undefined && fits(setting, numbersOf(made.version)));
      if (made !== undefined && fitting) return { interpreter: made, note: null };
    }
    return await chooseInterpreter(wish, usual, async () => await this.outside(root, await installed.all()));
  }

  /** The usual interpreter, unless PATH leads into the very project. */
  private async usualFor(root: string): Promise<Installed> {
    const usual = await this.options.usual();
    if ((await this.outside(root, [usual])).length > 0) return usual;
    const [other] = await this.outside(root, await this.options.installed.all());
    if (other === undefined) throw new IdsError('python_missing');
    return other;
  }

  private async outside(root: string, found: readonly Installed[]): Promise<Installed[]> {
    const real = await realpath(root).catch(() => root);
    return found.filter(({ executable }) => leavesRoot(relative(real, executable)));
  }
}

/** The environment in a folder of the project that its setting names. */
async function environmentIn(root: string, path: string): Promise<VirtualEnvironment | undefined> {
  const folder = join(root, path);
  return leavesRoot(relative(root, folder)) ? undefined : await readVirtualEnvironment(folder);
}

async function usualEnvironment(root: string): Promise<VirtualEnvironment | undefined> {
  for (const name of ENVIRONMENT_NAMES) {
    const found = await readVirtualEnvironment(join(root, name));
    if (found !== undefined) return found;
  }
  return undefined;
}

function wishOfEnvironment(root: string, environment: VirtualEnvironment | undefined): Wish | undefined {
  if (environment?.version === undefined) return undefined;
  const { version, folder } = environment;
  return {
    requirement: { kind: 'version', version },
    text: version.join('.'),
    source: relative(root, folder),
  };
}

/** Those of the environment; else the interpreter's own, which may itself be one of an environment. */
async function sitePackagesOf(
  environment: VirtualEnvironment | undefined,
  interpreter: Installed,
): Promise<string[]> {
  const own = environment ?? (await readVirtualEnvironment(dirname(dirname(interpreter.executable))));
  if (own === undefined) return await existing(interpreter.sitePackages);
  return await existing([...own.sitePackages, ...(own.system ? interpreter.sitePackages : [])]);
}

/** Times and sizes of every file that decides. */
async function stateOf(root: string, wanted: string | undefined): Promise<string> {
  const folders = [...ENVIRONMENT_NAMES, ...(wanted === undefined ? [] : [wanted])];
  const files = [
    ...folders.map((name) => join(root, name, 'pyvenv.cfg')),
    ...SETTINGS_FILES.map((name) => join(root, name)),
    join(root, '.git', 'index'),
  ];
  const states = await Promise.all(
    files.map(async (file) => {
      const found = await stat(file).catch(() => undefined);
      return found === undefined ? null : [found.mtimeMs, found.size, found.ino];
    }),
  );
  return JSON.stringify(states);
}
