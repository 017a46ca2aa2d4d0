import { join } from 'node:path';
import { childEnvironment } from './environment.js';
import type { Finding } from '@ids/contracts';
import { afterAll, describe, expect, it, jest } from '@jest/globals';
import { makeProject } from '@ids/testing';
import { execa } from 'execa';
import { z } from 'zod';
import { CIRCLES } from './imports-faults/circles.js';
import { ELSEWHERE } from './imports-faults/elsewhere.js';
import { FLAT, type Fault, type Step } from './imports-faults/fault.js';
import { HIDDEN } from './imports-faults/hidden.js';
import { MODULES } from './imports-faults/modules.js';
import { NAMES } from './imports-faults/names.js';
import { PACKAGES } from './imports-faults/packages.js';
import { PythonService } from './index.js';

// Interpreters start slowly on a busy machine.
jest.setTimeout(120_000);

const LOADER = join(import.meta.dirname, '../../../test/corpus/imports/load_modules.py');
const TABLES = { MODULES, NAMES, ELSEWHERE, CIRCLES, HIDDEN, PACKAGES };
const ALL = Object.values(TABLES).flat();
const SITE = '.venv/Lib/site-packages';

const python = new PythonService({ processes: 1 });
afterAll(() => python.close());

/** What the layer says of a change, and what a real import says of the files as they would be. */
async function judge(fault: Fault, step: Step): Promise<{ findings: Finding[]; verdict: string }> {
  const base = { ...FLAT, ...fault.base, ...step.base };
  const removed = [...(step.removed ?? [])];
  await using project = await disposable(base);
  await using stage = await disposable(step.change);
  await using real = await disposable(
    Object.fromEntries(
      Object.entries({ ...base, ...step.change }).filter(([path]) => !removed.includes(path)),
    ),
  );
  const placed = Object.fromEntries(Object.keys(step.change).map((path) => [path, join(stage.path, path)]));
  const { findings } = await python.checkImports({
    root: project.path,
    python: await python.project(project.path),
    files: Object.entries(placed)
      .filter(([path]) => path.endsWith('.py'))
      .map(([path, file]) => ({ path, file })),
    staged: { added: placed, removed },
    ...(step.renamed === undefined ? {} : { renamed: step.renamed }),
  });
  const roots = ['', SITE, ...(fault.roots ?? [])].map((folder) => join(real.path, folder));
  return { findings, verdict: await load(step.load === undefined ? moduleOf(fault) : step.load, roots) };
}

async function disposable(files: Readonly<Record<string, string>>) {
  const project = await makeProject(files);
  return { path: project.path, [Symbol.asyncDispose]: () => project.remove() };
}

const verdictsSchema = z.array(z.string());

async function load(module: string | null, roots: readonly string[]): Promise<string> {
  if (module === null) return 'not tried';
  const { executable } = await python.info();
  const { stdout } = await execa(executable, ['-I', '-S', LOADER], {
    input: JSON.stringify([{ roots, module }]),
    env: childEnvironment(),
    extendEnv: false,
    cwd: roots[0] ?? '/',
    timeout: 60_000,
  });
  return verdictsSchema.parse(JSON.parse(stdout))[0] ?? '';
}

function moduleOf(fault: Fault): string {
  const path = fault.finds[0]?.[0] ?? '';
  return path.replace(/(?:\/__init__)?\.py$/, '').replaceAll('/', '.');
}

const REALLY_FAILS = /^(?:ImportError|ModuleNotFoundError|AttributeError): /;

it('plants at least sixty faults, each of its own kind', () => {
  expect(ALL.length).toBeGreaterThanOrEqual(60);
  expect(new Set(ALL.map(({ kind }) => kind)).size).toBe(ALL.length);
});

describe.each(Object.entries(TABLES))('%s', (_table, faults) => {
  it.each(faults.map((fault) => [fault.kind, fault] as const))('finds %s', async (_kind, fault) => {
    const { findings, verdict } = await judge(fault, fault);
    expect(findings).toEqual(
      fault.finds.map(([path, line, column, code, severity = 'error']) =>
        expect.objectContaining({ path, line, column, code, severity }),
      ),
    );
    expect(findings[0]?.message).toContain(fault.says ?? '');
    if (verdict !== 'not tried') expect(verdict).toMatch(REALLY_FAILS);
  });

  it.each(faults.map((fault) => [fault.kind, fault] as const))(
    'is silent: the twin of %s',
    async (_kind, fault) => {
      const { findings, verdict } = await judge(fault, fault.twin);
      expect(findings).toEqual([]);
      expect(['accepted', 'not tried']).toContain(verdict);
    },
  );
});
