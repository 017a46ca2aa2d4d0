import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

const BUILDS = join(ROOT, '.ids/test-builds');
const SOURCES = ['apps', 'libs', '.swcrc', 'package-lock.json'];
const OLD_MS = 3_600_000;

export interface Built {
  /** The program of the gateway, and of a worker, to be run with `process.execPath`. */
  readonly gateway: string;
  readonly worker: string;
}

let building: Promise<Built> | undefined;

/**
 * The programs as they are in the sources now, compiled once for each state of the sources: spec files share the
 * build, at the same time and over runs.
 */
export function built(): Promise<Built> {
  building ??= build();
  return building;
}

async function build(): Promise<Built> {
  const folder = join(BUILDS, await hashOfSources());
  if (!existsSync(folder)) {
    await removeOldBuilds();
    await compileTo(folder);
  }
  const program = (app: string): string => join(folder, 'apps', app, 'src/main.js');
  return { gateway: program('gateway'), worker: program('worker') };
}

/** Made aside and moved into place whole, so that of two that build at once the first wins and nobody sees a half. */
async function compileTo(folder: string): Promise<void> {
  const aside = `${folder}.${process.pid}`;
  await mkdir(BUILDS, { recursive: true });
  const swc = join(ROOT, 'node_modules/@swc/cli/bin/swc.js');
  const options = ['-d', aside, '--copy-files', '--ignore', '**/*spec.ts', '--quiet'];
  try {
    await promisify(execFile)(process.execPath, [swc, 'apps', 'libs', ...options], { cwd: ROOT });
    await rename(aside, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

async function removeOldBuilds(): Promise<void> {
  for (const name of await readdir(BUILDS).catch(() => [])) {
    const path = join(BUILDS, name);
    const made = await stat(path).catch(() => undefined);
    if (made !== undefined && Date.now() - made.mtimeMs > OLD_MS)
      await rm(path, { recursive: true, force: true });
  }
}

async function hashOfSources(): Promise<string> {
  const hash = createHash('sha256');
  for (const source of SOURCES) {
    for (const path of await filesIn(source)) {
      hash
        .update(`${path}\0`)
        .update(await readFile(join(ROOT, path)))
        .update('\0');
    }
  }
  return hash.digest('hex').slice(0, 16);
}

async function filesIn(path: string): Promise<string[]> {
  if (!(await stat(join(ROOT, path))).isDirectory()) return [path];
  const entries = await readdir(join(ROOT, path), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && !entry.name.endsWith('spec.ts') && !entry.name.endsWith('.pyc'))
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length + 1))
    .sort();
}
