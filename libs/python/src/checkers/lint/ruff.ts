import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { IdsError, messageOf } from '@ids/kernel';
import { newFindings, type Judgement, type LocatedFinding, type NoJudgement } from '../../findings.js';
import type { ProjectPython } from '../../project-python.js';
import { decodeSource } from '../../source.js';
import { buildOverlay } from '../overlay.js';
import { pathBefore, placeOf, type CheckRequest } from '../request.js';
import { locatedUnder } from '../severities.js';
import { ConfigurationFinder, type Configuration } from './configuration.js';
import { isExcluded } from './file-rules.js';
import { firstPartyModules } from './first-party.js';
import type { Linter, LintMessage } from './linter.js';
import { NativeRuff, ruffOfEnvironment, ruffOfPath } from './native.js';
import { RulesInUse } from './rules-in-use.js';
import { FATAL, means } from './selectors.js';
import type { ReadSettings } from './settings.js';
import { settingsChangeNote } from './settings-change.js';
import { WasmRuff } from './wasm.js';

const STUB = /\.pyi$/;

/** Judges by the ruff of the project's environment, else that of PATH, else the one that npm brings. */
export class RuffChecker {
  private readonly wasm = new WasmRuff();

  constructor(private readonly readSettings: ReadSettings) {}

  /** New findings under the project's settings; those that mean that the code cannot work are errors. */
  async check(request: CheckRequest): Promise<Judgement | NoJudgement> {
    try {
      const native = await findRuff(request.python);
      const linter = native === undefined ? this.wasm : new NativeRuff(native, request.folder);
      return await new Run(request, linter, this.readSettings).judge();
    } catch (error) {
      request.signal?.throwIfAborted();
      return { unavailable: `ruff failed: ${messageOf(error)}` };
    }
  }

  async close(): Promise<void> {
    await this.wasm.close();
  }
}

/** The native ruff that judges a project; undefined where the one that npm brings does. */
export async function findRuff(
  python: Pick<ProjectPython, 'trusted' | 'environment'>,
): Promise<{ readonly executable: string; readonly version: string } | undefined> {
  const { trusted, environment } = python;
  const own = trusted && environment !== undefined ? await ruffOfEnvironment(environment) : undefined;
  return own ?? (await ruffOfPath());
}

/** One judgement of one change. */
class Run {
  private readonly configurations: ConfigurationFinder;
  private readonly rules = new Map<Configuration, RulesInUse>();
  private readonly firstParty = new Map<string, Promise<readonly string[]>>();
  private readonly before: LocatedFinding[] = [];
  private readonly after: LocatedFinding[] = [];
  private readonly excluded: string[] = [];
  private tree: string;

  constructor(
    private readonly request: CheckRequest,
    private readonly linter: Linter,
    private readonly readSettings: ReadSettings,
  ) {
    this.configurations = new ConfigurationFinder(request.root, readSettings, request.signal);
    this.tree = request.root;
  }

  async judge(): Promise<Judgement> {
    const { paths, root, folder, staged, severities, signal } = this.request;
    const { knowsPaths, width } = this.linter;
    if (knowsPaths && staged !== undefined) {
      // What is beside a file decides some rules: whether it lies in a package, whether a module is the project's.
      this.tree = join(folder, 'tree');
      await buildOverlay(this.tree, root, staged);
    }
    const linted = paths.filter((path) => knowsPaths || !STUB.test(path));
    for (let at = 0; at < linted.length; at += width) {
      await Promise.all(linted.slice(at, at + width).map((path) => this.judgeFile(path)));
    }
    const notes = [
      ...(await settingsChangeNote(root, staged, this.readSettings, signal)),
      ...[...this.rules.values()].flatMap((rules) => rules.notes),
      ...this.leftOut(paths.length - linted.length),
    ];
    const note = [...new Set(notes)].join('; ');
    return {
      ...newFindings(this.before, locatedUnder(this.after, severities)),
      tool: await this.linter.name(),
      ...(note === '' ? {} : { note }),
    };
  }

  private leftOut(stubs: number): string[] {
    const { excluded } = this;
    const shown = excluded.slice(0, 3).join(', ') + (excluded.length > 3 ? ', …' : '');
    return [
      ...(excluded.length === 0 ? [] : [`excluded by the project and not linted: ${shown}`]),
      ...(stubs === 0 ? [] : ['stub files (.pyi) were not linted: only a native ruff can']),
    ];
  }

  private async judgeFile(path: string): Promise<void> {
    const rules = this.rulesOf(await this.configurations.of(path));
    if (isExcluded(rules.options, path)) {
      this.excluded.push(path);
      return;
    }
    const found = await this.lint(rules, path, placeOf(this.request, path), this.tree, path);
    this.after.push(...found);
    // Without a finding there is nothing to compare.
    if (this.request.staged === undefined || found.length === 0) return;
    const old = await pathBefore(this.request, path);
    if (old !== undefined) this.before.push(...(await this.lintBefore(rules, path, old)));
  }

  private async lintBefore(rules: RulesInUse, path: string, old: string): Promise<LocatedFinding[]> {
    const { root } = this.request;
    try {
      return await this.lint(rules, path, join(root, old), root, old);
    } catch (error) {
      // What could not be read before cannot have had findings; a linter that fails is told as ever.
      if (error instanceof IdsError) return [];
      throw error;
    }
  }

  private async lint(
    rules: RulesInUse,
    path: string,
    file: string,
    tree: string,
    name: string,
  ): Promise<LocatedFinding[]> {
    const { staged, signal } = this.request;
    const { text } = decodeSource(name, await readFile(file));
    try {
      const messages = await rules.lint({ path, tree, name, text, staged: staged !== undefined, signal });
      return locate(path, text, messages);
    } catch (error) {
      signal?.throwIfAborted();
      throw new Error(`${path}: ${messageOf(error)}`, { cause: error });
    }
  }

  private rulesOf(configuration: Configuration): RulesInUse {
    const known = this.rules.get(configuration);
    if (known !== undefined) return known;
    const { version } = this.request.python.interpreter;
    const rules = new RulesInUse(configuration, version, this.linter, ({ src, standard }) =>
      this.firstPartyOf(src, standard),
    );
    this.rules.set(configuration, rules);
    return rules;
  }

  private firstPartyOf(src: readonly string[], standard: readonly string[]): Promise<readonly string[]> {
    const key = JSON.stringify(src);
    const { root, staged } = this.request;
    const names = this.firstParty.get(key) ?? firstPartyModules(root, src, staged, standard);
    this.firstParty.set(key, names);
    return names;
  }
}

function locate(path: string, text: string, messages: readonly LintMessage[]): LocatedFinding[] {
  const lines = text.split('\n');
  const near = (line: number): string => (lines[line - 1] ?? '').trim();
  return messages.map((message) => ({
    finding: { path, ...message, severity: isFatal(message.code) ? 'error' : 'warning' },
    lineText: lines[message.line - 1] ?? '',
    around: `${near(message.line - 1)}\n${near(message.line + 1)}`,
  }));
}

function isFatal(code: string): boolean {
  return FATAL.some((selector) => means(selector, code));
}
