import { createHash } from 'node:crypto';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ChangeSet, JudgingSettings, LayerSwitch, PlannedChange } from '@ids/contracts';
import type { ProjectPython } from '@ids/python';
import type { Outcome } from '../src/layer.js';
import { stage, withPrivateFolder } from '../src/staging.js';
import { DEFAULT_TEST_LIMITS, type TestLimits } from '../src/tests/limits.js';
import { runTests } from '../src/tests-layer.js';

/** The system's Python: it has the pytest that `npm test` brings. */
export const SYSTEM: ProjectPython = {
  interpreter: { version: '3', executable: '/usr/bin/python3' },
  environment: undefined,
  sitePackages: [],
  trusted: false,
  note: null,
};

/** An environment of the system's Python that has nothing but the standard library, and so no pytest. */
export async function bareEnvironment(root: string): Promise<ProjectPython> {
  const environment = join(root, '.venv');
  await mkdir(join(environment, 'bin'), { recursive: true });
  await symlink('/usr/bin/python3', join(environment, 'bin/python'));
  await writeFile(join(environment, 'pyvenv.cfg'), 'home = /usr/bin\ninclude-system-site-packages = false\n');
  return { ...SYSTEM, environment };
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const hash = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** A change set that leads from the files of a project to these; null removes one. */
export async function changesTo(
  root: string,
  files: Readonly<Record<string, string | null>>,
): Promise<ChangeSet> {
  const changes: PlannedChange[] = [];
  for (const [path, text] of Object.entries(files)) {
    const old = await readFile(join(root, path)).catch(() => undefined);
    if (old === undefined) {
      if (text !== null) changes.push({ operation: 'create', path, after: base64(text) });
      continue;
    }
    const was = { path, baseHash: hash(old), before: old.toString('base64') };
    if (text === null) changes.push({ operation: 'delete', ...was });
    else changes.push({ operation: 'modify', ...was, after: base64(text) });
  }
  return changes;
}

export interface LayerOptions {
  readonly python?: ProjectPython;
  readonly wanted?: LayerSwitch;
  readonly settings?: Pick<JudgingSettings, 'testCommand' | 'testSandbox'>;
  readonly limits?: Partial<TestLimits>;
  readonly signal?: AbortSignal;
  /** Where the private folder is made. */
  readonly temp?: string;
}

/** Runs the layer of tests alone; `changes` undefined: on the project as it stands. */
export async function runLayer(
  root: string,
  changes: ChangeSet | undefined,
  options: LayerOptions = {},
): Promise<Outcome> {
  const { python = SYSTEM, wanted = true, settings = {}, limits, temp } = options;
  return await withPrivateFolder(temp, async (folder) => {
    const staged = changes === undefined ? undefined : await stage(folder, changes);
    const own = join(folder, 'tests');
    await mkdir(own);
    return await runTests({
      root,
      folder: own,
      python,
      wanted,
      settings,
      limits: { ...DEFAULT_TEST_LIMITS, seconds: 60, ...limits },
      signal: options.signal ?? new AbortController().signal,
      ...(staged === undefined ? {} : { staged }),
    });
  });
}

export const brief = ({ findings }: Outcome): string[] =>
  findings.map(({ path, line, code, severity }) => `${path}:${line} ${code} ${severity}`);
export const messages = ({ findings }: Outcome): string => findings.map(({ message }) => message).join('\n');
