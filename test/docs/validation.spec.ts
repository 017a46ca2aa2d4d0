import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { judgingSettingsSchema, projectSettingsSchema } from '@ids/contracts';
import { CODE_RULES } from '@ids/python';
import { read, ROOT, section } from './documents.js';

const page = read('docs/validation.md');
const COUNTS = { error: 'error', warning: 'warning', either: 'error or warning' };
const SETTING = { any: 'changed', stricter: 'made stricter only', none: 'not changed' };

/** The codes that stand in sources, by what stands around them. */
function codesIn(folder: string, name: RegExp, code: RegExp): string[] {
  const files = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' });
  const texts = files.filter((file) => name.test(file)).map((file) => read(`${folder}/${file}`));
  const found = texts.flatMap((text) => [...text.matchAll(code)].map(([, each = '']) => each));
  return [...new Set(found)].sort();
}

const ofLayer = (...layers: string[]): string[] =>
  CODE_RULES.filter(({ layer }) => layers.includes(layer)).map(({ code }) => code);

describe('docs/validation.md', () => {
  it('has a row for each code, with what it counts as', () => {
    const rows = section(page, '## What fails and what asks')
      .split('\n')
      .filter((row) => row.startsWith('| `'));
    const expected = CODE_RULES.map(
      ({ layer, code, counts, setting }) =>
        `| \`${layer}\` | \`${code}\` | ${COUNTS[counts]} | ${SETTING[setting]} |`,
    );
    expect(rows).toEqual(expected);
  });

  it('leaves out no code that the worker of Python gives', () => {
    const given = codesIn(
      'libs/python/src/worker/idspy',
      /\.py$/,
      /(?:problem\(|"code": |code=)"([a-z]+(?:-[a-z]+)+)"/g,
    );
    expect(given).toContain('syntax-error');
    const own = ofLayer('syntax', 'imports').filter((code) => !code.startsWith('python-'));
    expect(own.sort()).toEqual(given);
  });

  it('leaves out no code that the tests give', () => {
    const given = codesIn('libs/validation/src/tests', /^findings\.ts$/, /'(tests?-[a-z]+)'/g);
    expect(ofLayer('tests').sort()).toEqual(given);
  });

  it('has a row for each setting of a project', () => {
    const table = section(page, '## Settings of a project');
    const names = Object.keys({ ...projectSettingsSchema.shape, ...judgingSettingsSchema.shape });
    expect(names.filter((name) => !table.includes(`\`${name}\``))).toEqual([]);
  });
});
