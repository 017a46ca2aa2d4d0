import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { read, section } from './documents.js';

const { scripts } = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(read('package.json')));

describe('the commands that test', () => {
  it('are all run by CI, in the order of their length', () => {
    const run = read('.ci/run').match(/^npm (test|run .*)$/gm);
    expect(run).toEqual(['npm test', 'npm run test:corpus']);
  });

  it('are commands of the launcher, as is every script of package.json', () => {
    const launcher = read('scripts/run.mjs');
    for (const [name, command] of Object.entries(scripts)) {
      expect(command).toBe(`node scripts/run.mjs ${name}`);
      expect(launcher).toMatch(new RegExp(`^  '?${name}'?: \\{`, 'm'));
    }
  });

  it('stand in CONTRIBUTING, with the line that each ends with', () => {
    const kinds = section(read('CONTRIBUTING.md'), '## Kinds of test');
    expect(kinds).toContain('`npm test` ends with `N passed, N failed, N skipped`');
    expect(kinds).toContain('`npm run test:corpus`');
  });
});
