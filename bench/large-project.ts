import { makeProject, type TestProject } from '@ids/testing';

const PACKAGES = 10;
const MODULES = 20;
/** The module that is changed: others import it, and it imports others. */
const CHANGED = 100;

/** A typed project of 200 files without a finding, and a change of one of them. */
export interface LargeProject extends TestProject {
  readonly files: number;
  /** The file that changes, and those that import it. */
  readonly changed: string;
  readonly importers: readonly string[];
  /** The file's text before the change. */
  readonly before: string;
  /** Its text after a change; each number gives another one. */
  readonly after: (turn: number) => string;
}

/** Each module imports three that come before it, from its own package or another. */
export async function largeProject(): Promise<LargeProject> {
  const count = PACKAGES * (MODULES - 1);
  const files: Record<string, string> = {};
  for (let at = 0; at < PACKAGES; at += 1) files[`p${at}/__init__.py`] = `"""Package ${at}."""\n`;
  for (let at = 0; at < count; at += 1) files[pathOf(at)] = textOf(at);
  const project = await makeProject(files);
  const importers = Array.from({ length: count }, (_, at) => at).filter((at) =>
    imported(at).includes(CHANGED),
  );
  return {
    ...project,
    files: Object.keys(files).length,
    changed: pathOf(CHANGED),
    importers: importers.map(pathOf),
    before: textOf(CHANGED),
    after: (turn) =>
      `${textOf(CHANGED)}\n\ndef added_${turn}(value: int) -> int:\n    return double(value) + ${turn}\n`,
  };
}

function imported(at: number): number[] {
  return [at - 1, at - 7, at - 31].filter((other) => other >= 0);
}

function nameOf(at: number): string {
  return `p${at % PACKAGES}.m${at}`;
}

function pathOf(at: number): string {
  return `${nameOf(at).replace('.', '/')}.py`;
}

function textOf(at: number): string {
  const others = imported(at);
  const imports = others.map(
    (other) => `from ${nameOf(other)} import Record${other}, double as double_${other}`,
  );
  const uses = others.map((other) => `        total += double_${other}(Record${other}("a", self.size).size)`);
  return [
    `"""Module ${at}."""`,
    '',
    'from __future__ import annotations',
    '',
    'from dataclasses import dataclass, field',
    ...(imports.length === 0 ? [] : ['', ...imports]),
    '',
    '',
    '@dataclass',
    `class Record${at}:`,
    '    name: str',
    '    size: int = 0',
    '    tags: list[str] = field(default_factory=list)',
    '',
    '    def total(self) -> int:',
    '        total = self.size',
    ...uses,
    '        return total',
    '',
    '    def named(self, prefix: str = "") -> dict[str, int]:',
    '        return {f"{prefix}{tag}": len(tag) for tag in self.tags}',
    '',
    '',
    'def double(value: int) -> int:',
    '    return value * 2',
    '',
  ].join('\n');
}
