import { realpath } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import type { ProjectPython } from '@ids/python';

/** What belongs to an interpreter or an environment below its folder; whatever else lies there stays unseen. */
const PARTS = ['bin', 'lib', 'lib64', 'libexec', 'include', 'share', 'etc', 'ssl', 'pyvenv.cfg'];

/**
 * What the tests have to see of the machine besides the system's own: the interpreter, the project's environment,
 * and packages that were installed for the worker's user.
 */
export async function readableFor(python: ProjectPython): Promise<string[]> {
  const { interpreter, environment } = python;
  const prefixes = [prefixOf(interpreter.executable), prefixOf(await realpath(interpreter.executable))];
  const found = new Set<string>();
  for (const prefix of prefixes) await addParts(found, prefix, [prefix, ...prefixes]);
  if (environment !== undefined) {
    // An environment may have come with the project: a link in it must not show what lies elsewhere.
    const real = await realpath(environment);
    for (const folder of [environment, real]) await addParts(found, folder, [real, ...prefixes]);
  }
  for (const folder of packagesElsewhere(python)) found.add(folder);
  return [...found];
}

/** Packages that the interpreter does not find by itself where its user's home is another. */
export function packagesElsewhere({ interpreter, environment, sitePackages }: ProjectPython): string[] {
  const own = ['/usr', prefixOf(interpreter.executable), ...(environment === undefined ? [] : [environment])];
  return sitePackages.filter((folder) => !own.some((each) => isWithin(folder, each)));
}

async function addParts(found: Set<string>, folder: string, allowed: readonly string[]): Promise<void> {
  if (dirname(folder) === folder) return;
  for (const part of PARTS) {
    const path = join(folder, part);
    const real = await realpath(path).catch(() => undefined);
    if (real !== undefined && ['/usr', ...allowed].some((each) => isWithin(real, each))) found.add(path);
  }
}

/** The folder of an interpreter: `/opt/python` for `/opt/python/bin/python3`. */
function prefixOf(executable: string): string {
  return dirname(dirname(executable));
}

export function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}
