import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './paths.mjs';
import { isAtLeast } from './requirements.mjs';
import { runQuiet } from './run-quiet.mjs';
import { Refusal, step } from './say.mjs';

const OLDEST_RUNTIME = [22, 15];
const STAMP = join(ROOT, 'node_modules/.ids-lock');

/** Installs the packages of the lockfile unless exactly those are installed already. */
export async function installPackages() {
  const lock = readFileSync(join(ROOT, 'package-lock.json'));
  const wanted = createHash('sha256').update(lock).digest('hex');
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted) return;
  await step('Installing the packages of package-lock.json (npm ci)', () =>
    // Both kinds are named since NODE_ENV=production or a user's npm settings would leave them out.
    runQuiet('npm', ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund'], {
      what: 'The installation',
    }),
  );
  writeFileSync(STAMP, wanted);
}

/** The Node.js that IDS runs on: the one that the lockfile brings, else this one if it is new enough. */
export function findNode() {
  const packaged = join(ROOT, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin/node');
  // It is tried, since it may be there and not run (a C library that differs).
  if (existsSync(packaged) && spawnSync(packaged, ['--version']).status === 0) return packaged;
  if (isAtLeast(process.versions.node, OLDEST_RUNTIME)) return process.execPath;
  throw new Refusal(
    `IDS runs on Node.js >= ${OLDEST_RUNTIME.join('.')}. None comes with its packages for ${process.platform}-${process.arch}, and this is ${process.versions.node}: install a newer one.`,
  );
}
