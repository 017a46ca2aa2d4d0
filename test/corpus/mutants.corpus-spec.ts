import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PythonService } from '@ids/python';
import { z } from 'zod';
import { askScript } from './support/json-lines.js';
import { standardLibrary } from './support/standard-library.js';
import { checked, compiled, type Verdict } from './support/verdicts.js';

const GENERATOR = join(import.meta.dirname, 'mutants.py');
const MUTANTS = 300;
/** Any other seed should do as well. */
const SEED = 20_261_125;
/** So many at least must be accepted, and as many refused, for the comparison to mean something. */
const OF_EACH = 40;
const SHOWN = 20;

const mutantSchema = z.object({ name: z.string(), made: z.string() });

describe('the verdict on mutants of the standard library', () => {
  let python: PythonService;
  let folder: string;
  let mutants: Map<string, string>;
  let expected: Map<string, Verdict>;
  let found: Awaited<ReturnType<typeof checked>>;

  beforeAll(async () => {
    python = new PythonService();
    folder = await mkdtemp(join(tmpdir(), 'ids-mutants-'));
    mutants = await makeMutants((await python.info()).executable, folder);
    expected = await compiled(python, folder, [...mutants.keys()]);
    found = await checked(python, folder, [...mutants.keys()]);
  });
  afterAll(async () => {
    await python.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('meets accepted and refused ones in good number', () => {
    expect(mutants.size).toBe(MUTANTS);
    const accepted = [...expected.values()].filter((verdict) => verdict === null).length;
    expect(Math.min(accepted, MUTANTS - accepted)).toBeGreaterThanOrEqual(OF_EACH);
  });

  it('equals what compile() says, in message, line and column', () => {
    const wrong = [...mutants].flatMap(([name, made]) => {
      const [said, wanted] = [found, expected].map((verdicts) => JSON.stringify(verdicts.get(name)));
      return said === wanted ? [] : [`${made}: ${said} instead of ${wanted}`];
    });
    expect(wrong.slice(0, SHOWN)).toEqual([]);
  });
});

/** How each mutant was made, by its name. */
async function makeMutants(executable: string, folder: string): Promise<Map<string, string>> {
  const { root, paths } = await standardLibrary(executable);
  const mutants = new Map<string, string>();
  const script = [GENERATOR, root, folder, `${SEED}`, `${MUTANTS}`];
  for await (const line of askScript(executable, script, paths, MUTANTS)) {
    const { name, made } = mutantSchema.parse(line);
    mutants.set(name, made);
  }
  return mutants;
}
