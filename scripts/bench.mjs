// The benchmarks: compiled with the rest by scripts/lib/build.mjs, run from dist/.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runForeground } from './lib/run-foreground.mjs';
import { ROOT } from './lib/paths.mjs';
import { say } from './lib/say.mjs';

const script = join(ROOT, 'dist/bench/main.js');
if (existsSync(script)) {
  process.exitCode = await runForeground(process.execPath, [script, ...process.argv.slice(2)]);
} else {
  say('There are no benchmarks in bench/main.ts.');
  process.exitCode = 1;
}
