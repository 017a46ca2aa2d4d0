import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The top of the installation, where package.json, `.env` and `dist` lie: the same from source and from `dist`. */
export function installationRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    if (folder === dirname(folder)) throw new Error('IDS runs outside of its installation');
    folder = dirname(folder);
  }
  return folder;
}
