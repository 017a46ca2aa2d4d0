// The tests over large bodies of real code, for which `npm test` has no time: the last line says
// `N passed, N failed, N skipped`.
import { conclude, tests } from './lib/checks.mjs';

const LIMIT_MS = 15 * 60_000;

conclude([
  await tests('corpus (jest)', ['--config', 'jest.corpus.config.js', ...process.argv.slice(2)], LIMIT_MS),
]);
