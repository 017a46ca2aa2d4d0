// What `npm test` checks: format, lint, types, dependency rules, then every test. Each check counts as one test, all
// of them run even if one fails, and the last line says `N passed, N failed, N skipped`.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { bin, check, conclude, tests } from './lib/checks.mjs';
import { ROOT } from './lib/paths.mjs';

const MODULES = ['apps', 'libs', 'test', 'bench'].filter((folder) => existsSync(join(ROOT, folder)));
const JEST_LIMIT_MS = 20 * 60_000;

const CHECKS = [
  ['format (prettier)', [bin('prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', '.']],
  ['lint (oxlint)', [bin('oxlint/bin/oxlint'), '--quiet']],
  ['types (tsc)', [bin('typescript/bin/tsc'), '--noEmit']],
  [
    'dependency rules (dependency-cruiser)',
    [bin('dependency-cruiser/bin/dependency-cruiser.mjs'), '--no-progress', ...MODULES],
  ],
];

const results = [];
for (const each of CHECKS) results.push(await check(each));
results.push(await tests('tests (jest)', process.argv.slice(2), JEST_LIMIT_MS));
conclude(results);
