import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The top of the checkout. */
export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** The environment for children, without the `node_modules/.bin` that npm puts first in PATH: what runs on a
 * user's project must find the user's programs. */
export function cleanEnvironment() {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const own = folders.filter((folder) => !/node_modules[\\/]\.bin[\\/]?$|node-gyp-bin[\\/]?$/.test(folder));
  return { ...process.env, PATH: own.join(delimiter) };
}

/** The full path of a program on PATH, or undefined. */
export function which(program) {
  for (const folder of cleanEnvironment().PATH.split(delimiter)) {
    const file = join(folder, program);
    try {
      accessSync(file, constants.X_OK);
      if (statSync(file).isFile()) return file;
    } catch {
      // Not here: the next folder.
    }
  }
  return undefined;
}
