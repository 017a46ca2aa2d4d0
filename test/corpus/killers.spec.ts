import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FileAnalysis, Finding } from '@ids/contracts';
import { IdsError } from '@ids/kernel';
import { DEFAULT_LIMITS, PythonService } from '@ids/python';
import { makeProject, until, type TestProject } from '@ids/testing';
import { childProcesses } from '../../bench/child-processes.js';
import { killers, LAST, type Killer } from './support/killers.js';

/** Processor time for one file. */
const FILE_SECONDS = 5;
/** For all of them together, on a busy machine. */
const BATCH_MS = 300_000;
const CLEAR = ['syntax_error', 'python_limit', 'python_failed', 'file_too_large'];
const ORDINARY = `"""An ordinary file."""\nimport os\n\n${LAST}\n`;

type Analyzed = FileAnalysis | IdsError;
interface Outcome {
  readonly analyzed: Analyzed;
  readonly findings: readonly Finding[];
  /** The same of the ordinary file that came after it in the same batch. */
  readonly next: { readonly analyzed: Analyzed; readonly findings: readonly Finding[] };
}

describe('files that are hard on the parser', () => {
  const all = killers();
  const outcomes = new Map<string, Outcome>();
  let python: PythonService;
  let project: TestProject;

  beforeAll(async () => {
    python = new PythonService({ limits: { fileSeconds: FILE_SECONDS } });
    project = await makeProject();
    const paths = all.flatMap((_, index) => [killerPath(index), nextPath(index)]);
    for (const [index, { content }] of all.entries()) {
      await writeFile(join(project.path, killerPath(index)), content());
      await writeFile(join(project.path, nextPath(index)), ORDINARY);
    }
    const analyzed = await Promise.all(paths.map((path) => analyze(python, project.path, path)));
    const findings = await python.checkSyntax(
      paths.map((path) => ({ path, file: join(project.path, path) })),
    );
    const of = (path: string): Outcome['next'] => ({
      analyzed: analyzed[paths.indexOf(path)] ?? new IdsError('internal_error'),
      findings: findings.filter((finding) => finding.path === path),
    });
    for (const [index, { name }] of all.entries()) {
      outcomes.set(name, { ...of(killerPath(index)), next: of(nextPath(index)) });
    }
  }, BATCH_MS);
  afterAll(async () => {
    await python.close();
    await project.remove();
  });

  const outcomeOf = (name: string): Outcome => {
    const outcome = outcomes.get(name);
    if (outcome === undefined) throw new Error(`${name} was not looked at`);
    return outcome;
  };

  it('are many', () => expect(outcomes.size).toBeGreaterThan(100));

  it.each(all)('end in a clear error or a right analysis: $name', ({ name, outcome }: Killer) => {
    const { analyzed, findings, next } = outcomeOf(name);
    if (analyzed instanceof IdsError) {
      expect(outcome).not.toBe('fine');
      expect(CLEAR).toContain(analyzed.code);
      expect(analyzed.message).toMatch(/\w.*\.$/s);
    } else {
      expect(outcome).not.toBe('refused');
      expectRight(analyzed);
    }
    expectClear(findings, outcome);
    expectOrdinary(next);
  });

  it('leave no process behind that has grown', async () => {
    // All may have ended by now; this one has not grown.
    await analyze(python, project.path, nextPath(0));
    // A process that has grown answers first, then ends.
    await until(noneHasGrown, 60_000, 'the end of every process that has grown');
  });
});

const killerPath = (index: number): string => `killer${index}.py`;
const nextPath = (index: number): string => `next${index}.py`;

async function analyze(python: PythonService, root: string, path: string): Promise<Analyzed> {
  try {
    return await python.analyzeFile(root, path);
  } catch (error) {
    if (error instanceof IdsError) return error;
    throw error;
  }
}

async function noneHasGrown(): Promise<boolean> {
  const children = await childProcesses();
  const pool = children.filter(({ command }) => command.some((word) => word.endsWith('/worker/main.py')));
  return pool.length > 0 && pool.every(({ peakMb }) => peakMb <= DEFAULT_LIMITS.recycleMb);
}

function expectRight(analyzed: FileAnalysis): void {
  const last = analyzed.functions.at(-1);
  expect(last).toMatchObject({
    name: 'last',
    signature: LAST.slice('def last'.length, -': pass'.length),
    kind: 'function',
    endLine: analyzed.lines,
  });
}

function expectClear(findings: readonly Finding[], outcome: Killer['outcome']): void {
  expect(findings.length).toBeLessThanOrEqual(1);
  if (outcome !== undefined) expect(findings).toHaveLength(outcome === 'fine' ? 0 : 1);
  for (const { code, severity, message, line, column } of findings) {
    expect(['syntax-error', 'python-limit', 'python-failed']).toContain(code);
    expect(severity).toBe('error');
    expect(message).toMatch(/\w/);
    expect(Math.min(line, column)).toBeGreaterThan(0);
  }
}

function expectOrdinary({ analyzed, findings }: Outcome['next']): void {
  expect(findings).toEqual([]);
  if (analyzed instanceof IdsError) throw analyzed;
  expect(analyzed).toMatchObject({ doc: 'An ordinary file.', lines: 4, imports: [{ module: 'os' }] });
  expectRight(analyzed);
}
