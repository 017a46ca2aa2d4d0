#!/usr/bin/env node
// The entrance of `npm run demo`, `npm start`, `npm test`, `npm run test:corpus` and `npm run bench`. Plain JavaScript
// that needs no package: it brings a fresh clone to where the command can run, then runs it on the Node.js of the
// lockfile.
import { join } from 'node:path';
import { build } from './lib/build.mjs';
import './lib/lifetime.mjs';
import { installPackages, findNode } from './lib/packages.mjs';
import { ROOT } from './lib/paths.mjs';
import { releaseLock, takeLock } from './lib/process-lock.mjs';
import { checkRequirements } from './lib/requirements.mjs';
import { runForeground } from './lib/run-foreground.mjs';
import { say, Refusal } from './lib/say.mjs';
import { withSetupLock } from './lib/setup-lock.mjs';
import { ensureTools, redisUrl } from './lib/tools.mjs';

/** What each command runs in the end, and the programs of the machine that it cannot do without. */
const COMMANDS = {
  demo: { tools: ['redis'], script: 'dist/apps/cli/src/launcher/main.js', args: ['demo'] },
  start: { tools: ['redis'], script: 'dist/apps/cli/src/launcher/main.js', args: ['start'] },
  test: { tools: ['redis-server', 'mypy', 'bubblewrap', 'pytest'], script: 'scripts/test.mjs', args: [] },
  'test:corpus': { tools: [], script: 'scripts/corpus.mjs', args: [] },
  bench: { tools: ['redis-server', 'mypy'], script: 'scripts/bench.mjs', args: [] },
};

/** Two private servers on the same files would destroy them. */
function claimRedisFolder() {
  if (redisUrl() !== undefined) return;
  const lock = join(ROOT, '.ids/start.lock');
  const holder = takeLock(lock);
  if (holder !== undefined) {
    throw new Refusal(
      `npm start runs in this checkout already (process ${holder}); stop it first, or set REDIS_URL and PORT for a second one.`,
    );
  }
  process.once('exit', () => releaseLock(lock));
}

async function main() {
  const [name, ...rest] = process.argv.slice(2);
  const command = Object.hasOwn(COMMANDS, name ?? '') ? COMMANDS[name] : undefined;
  if (command === undefined)
    throw new Refusal(`Usage: node scripts/run.mjs ${Object.keys(COMMANDS).join('|')}`);
  checkRequirements();
  const node = await withSetupLock(async () => {
    await installPackages();
    const found = findNode();
    await build(found);
    await ensureTools(command.tools);
    return found;
  });
  if (name === 'start') claimRedisFolder();
  process.exitCode = await runForeground(node, [join(ROOT, command.script), ...command.args, ...rest]);
}

try {
  await main();
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  say(error.message);
  process.exitCode = 1;
}
