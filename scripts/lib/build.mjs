import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './paths.mjs';
import { runQuiet } from './run-quiet.mjs';
import { step } from './say.mjs';

const DIST = join(ROOT, 'dist');
const ASIDE = join(ROOT, '.ids/build');
const STAMP = '.ids-sources';
const SPECS = '**/*spec.ts';

/**
 * Compiles the sources to `dist/` if they changed since. The new build is made aside and moved into place whole,
 * so that a file that was removed leaves nothing behind and a program that runs from `dist/` never sees half of it.
 */
export async function build(node) {
  const folders = ['apps', 'libs', 'bench'].filter((folder) => existsSync(join(ROOT, folder)));
  const wanted = hashOf([...folders, '.swcrc', 'package-lock.json', 'scripts/lib/build.mjs']);
  const stamp = join(DIST, STAMP);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  // The set-up is locked, so what lies there is left over from a build that was interrupted.
  rmSync(ASIDE, { recursive: true, force: true });
  mkdirSync(join(ASIDE, 'new'), { recursive: true });
  await step('Building', () => compile(node, folders, join(ASIDE, 'new')));
  writeFileSync(join(ASIDE, 'new', STAMP), wanted);
  if (existsSync(DIST)) renameSync(DIST, join(ASIDE, 'old'));
  renameSync(join(ASIDE, 'new'), DIST);
  rmSync(ASIDE, { recursive: true, force: true });
}

function compile(node, folders, out) {
  const swc = join(ROOT, 'node_modules/@swc/cli/bin/swc.js');
  return runQuiet(node, [swc, ...folders, '-d', out, '--copy-files', '--ignore', SPECS, '--quiet'], {
    what: 'The build',
  });
}

function hashOf(paths) {
  const hash = createHash('sha256');
  const visit = (path) => {
    const file = join(ROOT, path);
    const entries = existsSync(file) ? list(file) : [];
    if (entries === undefined) hash.update(`${path}\0`).update(readFileSync(file)).update('\0');
    else for (const name of entries) visit(`${path}/${name}`);
  };
  paths.forEach(visit);
  return hash.digest('hex');
}

/** The sorted names in a folder, or undefined for a file. */
function list(path) {
  try {
    return readdirSync(path).sort();
  } catch (error) {
    if (error.code === 'ENOTDIR') return undefined;
    throw error;
  }
}
