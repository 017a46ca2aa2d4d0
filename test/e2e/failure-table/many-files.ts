import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { editBlock, until, type TestProject } from '@ids/testing';
import { setValue, writes } from './models.js';

const COUNT = 200;
const nameOf = (index: number): string => `pkg/f${String(index).padStart(3, '0')}.py`;

/** Environment of programs to which writing those files takes six seconds: long enough to be disturbed, also under load. */
export const SLOW_DISK = {
  NODE_OPTIONS: `--import=${new URL('../../support/slow-disk.mjs', import.meta.url).href}`,
};

/** A change of many files. */
export const writesManyFiles = writes(
  setValue(1, 2),
  ...Array.from({ length: COUNT }, (_, index) => editBlock(nameOf(index), '', `NUMBER = ${index}\n`)),
);

/** What is there once the change is applied. */
export const MANY_FILES: Readonly<Record<string, string>> = {
  'a.py': 'VALUE = 2\n',
  ...Object.fromEntries(Array.from({ length: COUNT }, (_, index) => [nameOf(index), `NUMBER = ${index}\n`])),
};

/** Returns as soon as the first of the files is there; throws if the last is there, too. */
export async function untilHalfApplied({ path }: TestProject): Promise<void> {
  await until(() => existsSync(join(path, nameOf(0))), 120_000, 'the first of many files');
  if (existsSync(join(path, nameOf(COUNT - 1)))) throw new Error('applying was over too soon');
}
