import { execFile } from 'node:child_process';
import { copyFile, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeProject, type TestProject } from '@ids/testing';
import { z } from 'zod';

const run = promisify(execFile);
const ROOT = resolve(import.meta.dirname, '../..');
const CRUISER = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');

const reportSchema = z.object({
  summary: z.object({
    violations: z.array(z.object({ from: z.string(), rule: z.object({ name: z.string() }) })),
  }),
});

/** Every way around the house's rules, each planted in a file of its own: the rule that must refuse it. */
const PLANTED: [file: string, rule: string, source: string][] = [
  ['libs/kernel/src/a.ts', 'kernel-imports-only-what-it-may', "import '@ids/contracts';"],
  ['libs/contracts/src/a.ts', 'contracts-imports-only-what-it-may', "import '@ids/config';"],
  ['libs/store/src/a.ts', 'store-imports-only-what-it-may', "import '@ids/queue';"],
  ['libs/parliament/src/a.ts', 'parliament-imports-only-what-it-may', "import '@ids/store';"],
  ['libs/generation/src/a.ts', 'generation-imports-only-what-it-may', "import '@ids/parliament';"],
  ['libs/validation/src/a.ts', 'validation-imports-only-what-it-may', "import '@ids/generation';"],
  ['libs/saga/src/a.ts', 'saga-imports-only-what-it-may', "export type * from '@ids/workspace';"],
  ['libs/queue/src/a.ts', 'queue-imports-only-what-it-may', "import '../../../apps/worker/src/b.js';"],
  ['libs/llm/src/a.spec.ts', 'llm-specs-import-only-what-they-may', "import '@ids/python';"],
  ['apps/gateway/src/a.ts', 'gateway-imports-only-what-it-may', "import '@ids/validation';"],
  ['apps/gateway/src/c.ts', 'gateway-imports-only-what-it-may', "import '../../worker/src/b.js';"],
  ['apps/cli/src/a.ts', 'cli-imports-only-what-it-may', "import '@ids/store';"],
  ['apps/worker/src/a.ts', 'no-deep-imports', "import '../../../libs/store/src/deep.js';"],
  ['libs/saga/src/deep.ts', 'no-deep-imports', "import '../../store/src/deep.js';"],
  ['test/a.spec.ts', 'no-deep-imports', "import '../libs/store/src/deep.js';"],
  ['libs/python/src/a.ts', 'testing-is-for-specs', "import '@ids/testing';"],
  ['apps/worker/src/t.ts', 'testing-is-for-specs', "import '@ids/testing';"],
  ['libs/testing/src/a.ts', 'testing-imports-no-app', "import '../../../apps/worker/src/b.js';"],
  ['apps/gateway/src/q.ts', 'only-queue-imports-bullmq', "import { Queue } from 'bullmq';"],
  ['libs/saga/src/q.ts', 'only-queue-imports-bullmq', "import type { Job } from 'bullmq';"],
  ['apps/worker/src/n.ts', 'only-queue-imports-bullmq', "import '@nestjs/bullmq';"],
  ['libs/parliament/src/o.ts', 'only-llm-imports-openai', "import OpenAI from 'openai';"],
  ['apps/gateway/src/t.ts', 'only-telegram-imports-telegraf', "import { Telegraf } from 'telegraf';"],
  ['libs/store/src/one.ts', 'no-circle', "import './two.js'; export const one = 1;"],
  ['libs/store/src/lost.ts', 'resolvable', "import './nowhere.js';"],
  ['libs/store/src/dev.ts', 'no-development-packages-at-run-time', "import '@jest/globals';"],
  ['libs/store/src/pkg.ts', 'declared-packages', "import 'strip-ansi';"],
  ['libs/newcomer/src/a.ts', 'every-library-has-its-line', "import '@ids/kernel';"],
];

/** What the rules must let through. */
const ALLOWED: [file: string, source: string][] = [
  ['libs/kernel/src/one.ts', "import './two.js'; export const one = 1;"],
  ['libs/kernel/src/two.ts', "import type { one } from './one.js'; export type Two = typeof one;"],
  ['libs/queue/src/q.ts', "import { Queue } from 'bullmq';"],
  ['libs/llm/src/o.ts', "import OpenAI from 'openai';"],
  ['apps/gateway/src/telegram/api.ts', "import { Telegram } from 'telegraf';"],
  ['libs/validation/src/b.ts', "import '@ids/python'; import '@ids/kernel';"],
  ['libs/saga/src/b.int-spec.ts', "import '@ids/testing'; import '@ids/store'; import '@jest/globals';"],
  ['apps/worker/src/b.ts', "import '@ids/parliament'; import '@ids/workspace';"],
  ['test/b.spec.ts', "import '@ids/testing'; import '@ids/validation'; import 'bullmq';"],
];

const LIBRARIES =
  'kernel contracts config observability store queue llm python workspace parliament generation validation saga testing';

describe('the dependency rules', () => {
  let tree: TestProject;
  let refused: string[];

  beforeAll(async () => {
    const indexes = LIBRARIES.split(' ').map((name) => [`libs/${name}/src/index.ts`, 'export {};'] as const);
    tree = await makeProject({
      ...Object.fromEntries(indexes),
      ...Object.fromEntries(PLANTED.map(([file, , source]) => [file, source])),
      ...Object.fromEntries(ALLOWED),
      'libs/store/src/deep.ts': 'export {};',
      'libs/store/src/two.ts': "import { one } from './one.js'; export const two = one;",
    });
    for (const file of ['tsconfig.json', 'package.json', '.dependency-cruiser.cjs']) {
      await copyFile(join(ROOT, file), join(tree.path, file));
    }
    await symlink(join(ROOT, 'node_modules'), join(tree.path, 'node_modules'));
    refused = await violations(tree.path);
  }, 60_000);

  afterAll(() => tree.remove());

  it.each(PLANTED)('refuse %s by the rule %s', (file, rule) => {
    expect(refused).toContain(`${file}: ${rule}`);
  });

  it('let through what is allowed', () => {
    const allowed = new Set(ALLOWED.map(([file]) => file));
    expect(refused.filter((line) => allowed.has(line.split(':')[0] ?? ''))).toEqual([]);
  });
});

/** `FILE: RULE` for each violation below a folder. */
async function violations(folder: string): Promise<string[]> {
  const args = [CRUISER, '--no-progress', '--output-type', 'json', 'apps', 'libs', 'test'];
  const options = { cwd: folder, maxBuffer: 64 * 1_024 * 1_024 };
  // It ends with the number of violations as its exit code, so a failure still has the report.
  const { stdout } = await run(process.execPath, args, options).catch((error: { stdout: string }) => error);
  const { summary } = reportSchema.parse(JSON.parse(stdout));
  return summary.violations.map(({ from, rule }) => `${from}: ${rule.name}`);
}
