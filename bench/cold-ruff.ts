import { readFileSync } from 'node:fs';
import { PositionEncoding, Workspace } from '@astral-sh/ruff-wasm-nodejs';

/** ruff's WebAssembly build, started by hand for the files that are named: prints how many findings they have. */
const options = { lint: { select: ['E4', 'E7', 'E9', 'F'] } };
const workspace = new Workspace(options, PositionEncoding.Utf32);
const counts = process.argv.slice(2).map((file) => {
  const found: unknown = workspace.check(readFileSync(file, 'utf8'));
  return Array.isArray(found) ? found.length : Number.NaN;
});
process.stdout.write(`${counts.reduce((sum, each) => sum + each, 0)}\n`);
