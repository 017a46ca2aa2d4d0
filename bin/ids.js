#!/usr/bin/env node
// `npx ids`: runs the built client on the Node.js that the lockfile brings. Plain JavaScript for Node.js >= 20.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findNode } from '../scripts/lib/packages.mjs';
import { ROOT } from '../scripts/lib/paths.mjs';
import { runForeground } from '../scripts/lib/run-foreground.mjs';
import { Refusal, say } from '../scripts/lib/say.mjs';

const client = join(ROOT, 'dist/apps/cli/src/main.js');

try {
  if (!existsSync(client)) {
    throw new Refusal(`IDS is not built yet. Run "npm run demo" or "npm start" in ${ROOT}: both do so.`);
  }
  process.exitCode = await runForeground(findNode(), [client, ...process.argv.slice(2)], process.cwd());
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  say(error.message);
  process.exitCode = 1;
}
