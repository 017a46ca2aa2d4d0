import { constants } from 'node:fs';
import { access, realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative } from 'node:path';
import { leavesRoot } from '../files.js';
import type { Installed } from '../interpreter.js';
import { PYTHON_NAME, type InstalledPythons } from './installed.js';
import type { VirtualEnvironment } from './virtual-environment.js';

const GROUP_OR_OTHERS_WRITE = 0o022;

/** Folders whose executables are as little trusted as the project's code. */
export interface Untrusted {
  /** The project; nothing in it is ever started. */
  readonly root: string;
  /** Other projects lie here. What is known as installed may be started all the same. */
  readonly projects: string | undefined;
}

/**
 * The interpreter that an environment was made with. A project's files only name it: what is started lies outside
 * of the project, is called a Python, and can be changed by nobody but its owner, who is root or ourselves.
 */
export async function baseInterpreter(
  environment: VirtualEnvironment,
  installed: InstalledPythons,
  untrusted: Untrusted,
): Promise<Installed | undefined> {
  for (const named of namedBy(environment)) {
    const file = await realpath(named).catch(() => undefined);
    if (file === undefined || !(await isAcceptable(file, installed, untrusted))) continue;
    const found = await installed.probe(file);
    if (found !== undefined) return found;
  }
  return undefined;
}

function namedBy({ folder, home, version }: VirtualEnvironment): string[] {
  const names = ['python3', 'python'];
  const exact = version === undefined ? [] : [`python${version.slice(0, 2).join('.')}`];
  const homes =
    home !== undefined && isAbsolute(home) ? [...exact, ...names].map((name) => join(home, name)) : [];
  return [...names.map((name) => join(folder, 'bin', name)), ...homes];
}

async function isAcceptable(
  file: string,
  installed: InstalledPythons,
  untrusted: Untrusted,
): Promise<boolean> {
  const root = await realpath(untrusted.root);
  if (!PYTHON_NAME.test(basename(file)) || !leavesRoot(relative(root, file))) return false;
  if (!(await isSafelyOwned(file)) || !(await isSafelyOwned(dirname(file)))) return false;
  try {
    await access(file, constants.X_OK);
  } catch {
    return false;
  }
  if (untrusted.projects === undefined) return true;
  const projects = await realpath(untrusted.projects).catch(() => undefined);
  if (projects === undefined || leavesRoot(relative(projects, file))) return true;
  const known = await Promise.all((await installed.all()).map(({ executable }) => realpath(executable)));
  return known.includes(file);
}

async function isSafelyOwned(path: string): Promise<boolean> {
  const { mode, uid } = await stat(path);
  return (mode & GROUP_OR_OTHERS_WRITE) === 0 && (uid === 0 || uid === process.getuid?.());
}
