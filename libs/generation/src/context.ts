import { isVote, type ContextFile, type ProjectContext, type Round } from '@ids/contracts';
import { IdsError, type ErrorCode } from '@ids/kernel';
import { tokenCounter } from '@ids/llm';
import { decodeSource } from '@ids/python';
import { repositoryMap } from './map/repository-map.js';
import type { Survey } from './map/survey.js';
import { mentionsIn, normalize, resolveMention } from './mentions.js';
import type { ProjectReader } from './project-reader.js';

/** How many files of a project are known by name, so that agents can ask for them. */
export const LISTED_FILES = 5_000;
const PYTHON_FILE = /\.py[iw]?$/;
const MAX_FILES = 24;
/** Of all files together, in characters; the first file is shown however long it is. */
const MAX_CHARS = 240_000;
/** Of the map of the project. */
const MAP_TOKENS = 4_000;
/** Python files that are read for the map. */
const SURVEYED_FILES = 2_000;
const MAX_RELATED = 20;
const MAX_NAMED = 12;

export interface ContextInput {
  readonly project: string;
  readonly task: string;
  /** Files that the request names. */
  readonly files: readonly string[];
  /** Files that agents named in earlier rounds. */
  readonly named: readonly string[];
  readonly guidance: readonly string[];
}

/** `request` and `text` were named by the person, `agent` by a model. */
type Source = 'request' | 'text' | 'agent';
interface Wish {
  readonly path: string;
  readonly source: Source;
}

/**
 * What the agents see of the project: the files named in the request, in the task, in the guidance and by agents,
 * and a map of the rest, ranked by the task. What is not there or not shown is said.
 * @throws IdsError `file_too_large`, `not_utf8`, … for a file that the person named; `path_not_allowed` for one in
 * `files`.
 */
export async function gatherContext(input: ContextInput, reader: ProjectReader): Promise<ProjectContext> {
  const { files: listed } = await reader.list(LISTED_FILES);
  const known = listed.map((file) => file.path).sort();
  const gathering = new Gathering(reader, known);
  for (const wish of wishesOf(input)) await gathering.add(wish);
  const shown = gathering.files.map(({ path }) => path);
  const python = known.filter((path) => PYTHON_FILE.test(path));
  // What is shown goes first, so that a large project is never surveyed without it.
  const paths = [...new Set([...shown.filter((path) => PYTHON_FILE.test(path)), ...python])];
  const survey = await surveyOf(reader, paths.slice(0, SURVEYED_FILES));
  const surveyed = new Set(survey.files.map(({ path }) => path));
  return {
    project: input.project,
    files: gathering.files,
    missing: gathering.missing,
    omitted: gathering.omitted,
    related: relatedTo(shown, survey),
    outline: repositoryMap({
      survey,
      others: known.filter((path) => !surveyed.has(path)),
      shown,
      text: [input.task, ...input.guidance].join('\n'),
      budget: MAP_TOKENS,
      count: await tokenCounter(),
    }),
  };
}

/** Without a Python file nothing is asked, so that a project without any needs no Python here. */
async function surveyOf(reader: ProjectReader, paths: readonly string[]): Promise<Survey> {
  return paths.length === 0 ? { files: [], edges: [] } : await reader.survey(paths);
}

/** Files that import what is shown, those that import most of it first. */
function relatedTo(shown: readonly string[], { edges }: Survey): string[] {
  const counts = new Map<string, number>();
  for (const { from, to } of edges) {
    if (shown.includes(to) && !shown.includes(from)) counts.set(from, (counts.get(from) ?? 0) + 1);
  }
  return [...counts]
    .sort(([one, a], [other, b]) => b - a || (one < other ? -1 : 1))
    .map(([path]) => path)
    .slice(0, MAX_RELATED);
}

/** Files of the project that agents name in their approaches and concerns, the first named first. */
export function namedFiles(rounds: readonly Round[], known: readonly string[]): string[] {
  const texts = rounds
    .flatMap((round) => [round.synthesis, ...round.opinions])
    .flatMap((opinion) => (isVote(opinion) ? [opinion.approach, ...opinion.concerns] : []));
  const found = texts.flatMap(mentionsIn).flatMap((mention) => {
    const resolved = resolveMention(mention, known);
    return resolved.kind === 'known' ? [resolved.path] : [];
  });
  return [...new Set(found)].slice(0, MAX_NAMED);
}

function wishesOf(input: ContextInput): Wish[] {
  const texts = [input.task, ...input.guidance].flatMap(mentionsIn);
  return [
    ...input.files.map((path): Wish => ({ path: normalize(path), source: 'request' })),
    ...texts.map((path): Wish => ({ path, source: 'text' })),
    ...input.named.map((path): Wish => ({ path: normalize(path), source: 'agent' })),
  ];
}

class Gathering {
  readonly files: ContextFile[] = [];
  readonly missing: string[] = [];
  readonly omitted: { path: string; reason: string }[] = [];
  private readonly seen = new Set<string>();
  private chars = 0;

  constructor(
    private readonly reader: ProjectReader,
    private readonly known: readonly string[],
  ) {}

  async add(wish: Wish): Promise<void> {
    const resolved = resolveMention(wish.path, this.known);
    const path = resolved.kind === 'known' ? resolved.path : wish.path;
    if (this.seen.has(path)) return;
    this.seen.add(path);
    if (resolved.kind === 'ambiguous') {
      this.omit(path, `several files have this name: ${resolved.candidates.slice(0, 10).join(', ')}`);
    } else if (this.files.length >= MAX_FILES) {
      this.omit(path, `only ${MAX_FILES} files are shown at once`);
    } else {
      await this.show(path, wish.source);
    }
  }

  private async show(path: string, source: Source): Promise<void> {
    try {
      const file = await this.reader.read(path);
      const { text } = decodeSource(file.path, file.bytes);
      if (this.files.length > 0 && this.chars + text.length > MAX_CHARS)
        return this.omit(path, 'there is no room left beside the other files');
      this.chars += text.length;
      this.files.push({ path: file.path, hash: file.hash, text });
    } catch (error) {
      this.refused(path, source, error);
    }
  }

  private refused(path: string, source: Source, error: unknown): void {
    if (!(error instanceof IdsError)) throw error;
    if (error.code === 'file_not_found') {
      if (source !== 'agent') this.missing.push(path);
    } else if (mustStop(error.code, source)) {
      throw error;
    } else {
      this.omit(path, error.message);
    }
  }

  private omit(path: string, reason: string): void {
    this.omitted.push({ path, reason });
  }
}

/** A file that the person named and that cannot be read ends the session; a model's wish does not. */
function mustStop(code: ErrorCode, source: Source): boolean {
  if (code === 'path_not_allowed') return source === 'request';
  const ofTheFile: readonly ErrorCode[] = ['file_too_large', 'not_utf8', 'encoding_unsupported'];
  return source !== 'agent' || !ofTheFile.includes(code);
}
