import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { IdsError, messageOf } from '@ids/kernel';
import { resolveInside } from '../../files.js';
import { newFindings, type Judgement, type LocatedFinding, type NoJudgement } from '../../findings.js';
import { buildOverlay } from '../overlay.js';
import { pathBefore, type CheckRequest } from '../request.js';
import { locatedUnder } from '../severities.js';
import { ProjectFolders } from './folders.js';
import { moduleNames } from './module-names.js';
import { MypyFinder } from './mypy-finder.js';
import { Pyright } from './pyright.js';
import type { TypeQuestion, TypeSettings } from './settings.js';
import { TYPE_LIMITS, type TypeAnswer, type TypeJob, type TypeLimits, type TypeTool } from './tool.js';

/** What the types layer asks of Python. */
export interface TypeSources {
  /** The interpreter of this machine. */
  interpreter(): Promise<string>;
  settings(question: TypeQuestion, signal?: AbortSignal): Promise<TypeSettings>;
}

type Verdict = Judgement | NoJudgement | { readonly cannot: string };

const IMPORTERS = 200;
/** pyright keeps no cache: of more files the nearest are judged. */
const PYRIGHT_FILES = 60;

/**
 * New type errors: by mypy, of the project's environment or of this machine; by the pyright that npm brings
 * where there is no mypy or it cannot read the project. Files that import the changed ones are judged with them.
 */
export class TypesChecker {
  private readonly folders: ProjectFolders;
  private readonly finder: MypyFinder;
  private readonly pyright: Promise<Pyright | undefined>;

  constructor(
    private readonly sources: TypeSources,
    options: { readonly limits?: Partial<TypeLimits>; readonly temporary?: string } = {},
  ) {
    const limits = { ...TYPE_LIMITS, ...options.limits };
    this.folders = new ProjectFolders(options.temporary);
    this.finder = new MypyFinder(() => sources.interpreter(), limits);
    this.pyright = Pyright.find(limits);
  }

  async check(request: CheckRequest): Promise<Judgement | NoJudgement> {
    const { root, signal } = request;
    try {
      const settings = await this.settingsOf(request);
      return await this.folders.use(root, signal, (folder) =>
        this.judge(new Subject(request, settings, folder)),
      );
    } catch (error) {
      signal?.throwIfAborted();
      return { unavailable: `the layer types failed: ${messageOf(error)}` };
    }
  }

  /** The project's settings, without those of a file that is a link out of the project. */
  private async settingsOf({ root, paths, staged, signal }: CheckRequest): Promise<TypeSettings> {
    const { added, removed } = staged ?? { added: {}, removed: [] };
    const importers = staged === undefined ? 0 : IMPORTERS;
    const read = await this.sources.settings({ root, paths, added, removed, importers }, signal);
    const outside: string[] = [];
    for (const source of new Set([read.mypy?.source, read.pyright?.source])) {
      if (source !== undefined && !(await isInside(root, source))) outside.push(source);
    }
    if (outside.length === 0) return read;
    const own = <T extends { source: string }>(settings: T | null): T | null =>
      settings === null || outside.includes(settings.source) ? null : settings;
    const note = joined([read.note, `not read, since it leads out of the project: ${outside.join(', ')}`]);
    return { ...read, mypy: own(read.mypy), pyright: own(read.pyright), excluded: [], note: note ?? null };
  }

  async close(): Promise<void> {
    await this.folders.close();
  }

  private async judge(subject: Subject): Promise<Judgement | NoJudgement> {
    const mypy = await this.finder.find(subject.request.python);
    const verdict = mypy === undefined ? { cannot: 'mypy was not found' } : await subject.judgeBy(mypy);
    if (!('cannot' in verdict)) return verdict;
    const pyright = await this.pyright;
    if (pyright === undefined) return { unavailable: `${verdict.cannot}, and pyright is not installed` };
    const second = await subject.judgeBy(pyright, PYRIGHT_FILES);
    if ('cannot' in second) return { unavailable: `${verdict.cannot}; ${second.cannot}` };
    if ('unavailable' in second) return { unavailable: `${verdict.cannot}; ${second.unavailable}` };
    return { ...second, note: joined([`pyright judged: ${verdict.cannot}`, second.note]) };
  }
}

/** One change, or files as they stand, before a tool. */
class Subject {
  private readonly tree: string;

  constructor(
    readonly request: CheckRequest,
    private readonly settings: TypeSettings,
    private readonly folder: string,
  ) {
    // No module can be imported by this name from beside the tree.
    this.tree = join(folder, 'project-tree');
  }

  async judgeBy(tool: TypeTool, most = Infinity): Promise<Verdict> {
    const { request, settings } = this;
    const excluded = new Set(settings.excluded);
    const paths = request.paths.filter((path) => !excluded.has(path));
    if (paths.length === 0) {
      return {
        findings: [],
        existing: 0,
        tool: tool.name,
        note: "the project's exclude leaves no file to judge",
      };
    }
    const importers = settings.importers.filter((path) => !excluded.has(path)).slice(0, most);
    const after = await this.run(tool, 'after', [...paths, ...importers]);
    if (!('located' in after)) return verdictOf(after);
    const located = locatedUnder(this.counted(after.located), request.severities);
    // Without a finding there is nothing to compare.
    const compare = request.staged !== undefined && located.length > 0;
    const before = compare ? await this.runBefore(tool, [...paths, ...importers], located) : NOTHING;
    if (!('located' in before)) return verdictOf(before);
    const note = joined([
      settings.note,
      ...after.notes,
      leftOut(request.paths.filter((path) => excluded.has(path))),
    ]);
    return {
      ...newFindings(before.located, located),
      tool: tool.name,
      ...(note === undefined ? {} : { note }),
    };
  }

  /** Of files as they stand only those asked for; a change answers for whatever it breaks. */
  private counted(located: readonly LocatedFinding[]): readonly LocatedFinding[] {
    if (this.request.staged !== undefined) return located;
    const asked = new Set(this.request.paths);
    return located.filter(({ finding }) => asked.has(finding.path));
  }

  /** The findings on the files before the change, under the names they have after it. */
  private async runBefore(
    tool: TypeTool,
    paths: readonly string[],
    after: readonly LocatedFinding[],
  ): Promise<TypeAnswer> {
    // A file may have been moved and another one put in its place: both are compared with it.
    const now = new Map<string, string[]>();
    // Errors are also found in files that the judged ones import: those are compared as well.
    for (const path of new Set([...paths, ...after.map(({ finding }) => finding.path)])) {
      const before = await pathBefore(this.request, path);
      if (before !== undefined) now.set(before, [...(now.get(before) ?? []), path]);
    }
    if (now.size === 0) return NOTHING;
    const answer = await this.run(tool, 'before', [...now.keys()]);
    if (!('located' in answer)) return answer;
    const rename = this.renamer(after);
    const located = answer.located.flatMap(({ finding, ...text }) =>
      (now.get(finding.path) ?? [finding.path]).map((path) => ({
        ...text,
        finding: { ...finding, path, message: rename(finding.message) },
      })),
    );
    return { ...answer, located };
  }

  /** Messages name modules: those of renamed files are named as they are now, if the message is not there as it was. */
  private renamer(after: readonly LocatedFinding[]): (message: string) => string {
    const { roots } = this.settings;
    const messages = new Set(after.map(({ finding }) => finding.message));
    const names = Object.entries(this.request.renamed ?? {}).flatMap(([path, before]) => {
      const [now] = moduleNames(path, roots).slice(-1);
      const [old] = moduleNames(before, roots).slice(-1);
      return now === undefined || old === undefined ? [] : [[nameOf(old), now] as const];
    });
    return (message) =>
      messages.has(message)
        ? message
        : names.reduce((text, [old, now]) => text.replaceAll(old, () => now), message);
  }

  private async run(tool: TypeTool, state: TypeJob['state'], paths: readonly string[]): Promise<TypeAnswer> {
    const { request, settings, tree, folder } = this;
    const staged = state === 'after' ? request.staged : undefined;
    await rm(tree, { recursive: true, force: true });
    await mkdir(tree, { recursive: true });
    await buildOverlay(tree, request.root, staged ?? { added: {}, removed: [] });
    const { python, signal } = request;
    return await tool.run({ folder, tree, state, paths, settings, python, signal });
  }
}

async function isInside(root: string, path: string): Promise<boolean> {
  try {
    await resolveInside(root, path);
    return true;
  } catch (error) {
    if (!(error instanceof IdsError)) throw error;
    return false;
  }
}

function leftOut(excluded: readonly string[]): string | undefined {
  if (excluded.length === 0) return undefined;
  const shown = excluded.slice(0, 3).join(', ') + (excluded.length > 3 ? ', …' : '');
  return `excluded by the project and not judged: ${shown}`;
}

/** A module's name where it stands alone, or before one of its own. */
function nameOf(module: string): RegExp {
  return new RegExp(String.raw`(?<![\w.])${module.replaceAll(/\W/g, String.raw`\$&`)}(?!\w)`, 'gu');
}

const NOTHING: TypeAnswer = { located: [], notes: [] };

function verdictOf(answer: Exclude<TypeAnswer, { located: unknown }>): NoJudgement | { cannot: string } {
  return 'cannot' in answer ? answer : { unavailable: answer.failed };
}

function joined(notes: readonly (string | null | undefined)[]): string | undefined {
  const text = notes.filter((note) => note !== null && note !== undefined && note !== '').join('; ');
  return text === '' ? undefined : text;
}
