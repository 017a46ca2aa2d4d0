import type { FileAnalysis, ImportEdge } from '@ids/contracts';
import type { CountTokens } from '@ids/llm';
import { nearness, pathScore, symbolScore } from './relevance.js';
import { symbolsOf, type MapSymbol, type Survey, type SurveyedFile } from './survey.js';
import { wordsOf, type TaskWords } from './task-words.js';

export interface MapInput {
  readonly survey: Survey;
  /** Files of the project that are no Python: they have a name and nothing more to say. */
  readonly others: readonly string[];
  /** Files whose text is shown anyway. */
  readonly shown: readonly string[];
  /** The task, and what else a person said of it. */
  readonly text: string;
  readonly budget: number;
  readonly count: CountTokens;
}

/** A line of the map, and the line that must stand above it. */
interface Entry {
  readonly text: string;
  readonly score: number;
  readonly above: Entry | undefined;
}

interface MappedFile {
  readonly header: Entry;
  readonly lines: readonly Entry[];
}

const MAX_LINE = 240;
/** The part of the budget that names of files may take before any signature has its turn. */
const FILES_SHARE = 0.3;
/** Lines that are weighed at most: far more than any budget holds. */
const MOST_LINES = 4_000;

/**
 * A map of a project in at most `budget` tokens: its files with the signatures in them, the most relevant first, by
 * the names in the task and by imports towards and from the files that are shown. What is left out is counted.
 */
export function repositoryMap(input: MapInput): string {
  const words = wordsOf(input.text);
  const near = nearness(input.survey.edges, input.shown);
  const files = [
    ...input.survey.files.map((file) => mapFile(file, words, near.get(file.path) ?? 0, input)),
    ...input.others.map((path) => nameOnly(path, words)),
  ].sort((a, b) => b.header.score - a.header.score);
  if (files.length === 0) return '';
  const chosen = choose(files, input);
  const text = files
    .flatMap(({ header, lines }) => [header, ...lines])
    .filter((entry) => chosen.has(entry))
    .map((entry) => `${entry.text}\n`);
  const left = leftOut(files, chosen);
  return [...text, ...(left === undefined ? [] : [left])].join('');
}

function choose(files: readonly MappedFile[], { budget, count }: MapInput): Set<Entry> {
  const chosen = new Set<Entry>();
  // Room for the last line, which counts what is left out.
  let room = budget - count(`${lastLine(999_999, 999_999)}\n`);
  const take = (entry: Entry, limit: number): void => {
    const needed = withThoseAbove(entry).filter((each) => !chosen.has(each));
    const cost = needed.reduce((sum, each) => sum + count(`${each.text}\n`), 0);
    if (cost > Math.min(limit, room)) return;
    for (const each of needed) chosen.add(each);
    room -= cost;
  };
  const forNames = room * (1 - FILES_SHARE);
  for (const { header } of files.slice(0, MOST_LINES)) take(header, room - forNames);
  const lines = files.flatMap((file) => file.lines).sort((a, b) => b.score - a.score);
  for (const line of lines.slice(0, MOST_LINES)) take(line, room);
  return chosen;
}

function withThoseAbove(entry: Entry): Entry[] {
  return entry.above === undefined ? [entry] : [...withThoseAbove(entry.above), entry];
}

function leftOut(files: readonly MappedFile[], chosen: ReadonlySet<Entry>): string | undefined {
  const names = files.filter(({ header }) => !chosen.has(header)).length;
  const lines = files.flatMap((file) => file.lines).filter((line) => !chosen.has(line)).length;
  return names + lines === 0 ? undefined : `${lastLine(names, lines)}\n`;
}

function lastLine(files: number, definitions: number): string {
  return `… ${files} more files, ${definitions} more definitions`;
}

function nameOnly(path: string, words: TaskWords): MappedFile {
  return { header: entry(shortened(path), pathScore(path, words) - 1, undefined), lines: [] };
}

function mapFile(
  file: SurveyedFile,
  words: TaskWords,
  near: number,
  { shown, survey }: MapInput,
): MappedFile {
  const { path } = file;
  const base = near + pathScore(path, words);
  if ('failure' in file) {
    return {
      header: entry(shortened(`${path} (cannot be parsed: ${file.failure.message})`), base, undefined),
      lines: [],
    };
  }
  if (shown.includes(path)) {
    return { header: entry(shortened(`${path} (shown in full)`), base + 10, undefined), lines: [] };
  }
  const symbols = symbolsOf(file);
  const best = Math.max(0, ...symbols.map((symbol) => symbolScore(symbol, words)));
  const header = entry(headerOf(file, survey.edges, shown), base + best, undefined);
  return { header, lines: linesOf(symbols, header, base, words) };
}

function linesOf(symbols: readonly MapSymbol[], header: Entry, base: number, words: TaskWords): Entry[] {
  const known = new Map<string, Entry>();
  return symbols.map((symbol) => {
    const above = known.get(symbol.owner) ?? header;
    const line = entry(
      shortened(
        `${'  '.repeat(symbol.depth + 1)}${symbol.text}${symbol.doc === null ? '' : `  # ${symbol.doc}`}`,
      ),
      base + symbolScore(symbol, words),
      above,
    );
    known.set(symbol.owner === '' ? symbol.name : `${symbol.owner}.${symbol.name}`, line);
    return line;
  });
}

/** How a file hangs together with those that are shown is said with its name. */
function headerOf(
  { path, lines }: FileAnalysis,
  edges: readonly ImportEdge[],
  shown: readonly string[],
): string {
  const to = unique(
    edges.filter((edge) => edge.from === path && shown.includes(edge.to)).map((edge) => edge.to),
  );
  const from = unique(
    edges.filter((edge) => edge.to === path && shown.includes(edge.from)).map((edge) => edge.from),
  );
  const parts = [
    `${lines} lines`,
    ...(to.length > 0 ? [`imports ${to.join(', ')}`] : []),
    ...(from.length > 0 ? [`imported by ${from.join(', ')}`] : []),
  ];
  return shortened(`${path} (${parts.join('; ')})`);
}

function entry(text: string, score: number, above: Entry | undefined): Entry {
  return { text, score, above };
}

function unique(paths: readonly string[]): string[] {
  return [...new Set(paths)];
}

/** One line whatever a repository put into it, and short enough that one line cannot take the room of all others. */
function shortened(text: string): string {
  const line = text.replaceAll(/\s*[\n\r\u2028\u2029]\s*/g, ' ');
  return line.length > MAX_LINE ? `${line.slice(0, MAX_LINE - 1)}…` : line;
}
