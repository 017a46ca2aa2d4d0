import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PythonService } from '@ids/python';
import { compareAnalyses, type Comparison } from './support/comparison.js';
import { standardLibrary, type StandardLibrary } from './support/standard-library.js';

/** Enough to see what is wrong. */
const SHOWN = 20;
/** Of anything; every standard library has more. */
const MANY = 400;

describe('analysis over the standard library of the interpreter', () => {
  let python: PythonService;
  let library: StandardLibrary;
  let compared: Comparison;

  beforeAll(async () => {
    python = new PythonService();
    library = await standardLibrary((await python.info()).executable);
    compared = await compareAnalyses(python, library.root, library.paths);
  });
  afterAll(() => python.close());

  it('looks at every file of it', () => {
    expect(compared.count.files + compared.failed.length).toBe(library.paths.length);
    for (const found of Object.values(compared.count)) expect(found).toBeGreaterThan(MANY);
  });

  it('agrees with the reference in every field of every file', () => {
    expect(compared.differences.slice(0, SHOWN)).toEqual([]);
  });

  it('sums it up as the analyses of its files do', async () => {
    const summary = await python.analyzeFolder(library.root, '', { files: 10 * library.paths.length });
    expect(summary.truncated).toBe(false);
    const { files, functions, classes } = compared.count;
    expect([summary.files - summary.failed.length, summary.functions, summary.classes]).toEqual([
      files,
      functions,
      classes,
    ]);
  });

  it('fails on the same files, with the same message and position', () => {
    expect(compared.failed.map(({ path, found }) => ({ path, found }))).toEqual(
      compared.failed.map(({ path, expected }) => ({ path, found: expected })),
    );
  });
});
