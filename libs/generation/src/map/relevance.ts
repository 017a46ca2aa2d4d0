import type { ImportEdge } from '@ids/contracts';
import { partsOf, type TaskWords } from './task-words.js';
import type { MapSymbol } from './survey.js';

/** By the number of imports between a file and one that is shown: what that one uses counts more than who uses it. */
const IMPORTED = [4, 1.5, 0.5];
const IMPORTING = [3, 1, 0.3];
const EXACT_NAME = 5;
const NAME_PART = 1;
const PATH_PART = 1.5;
const DOC_PART = 0.3;
const NESTED = -0.5;
const PRIVATE = -1;

/** How much each file has to do with those that are shown, by the imports between them, in both directions. */
export function nearness(edges: readonly ImportEdge[], shown: readonly string[]): Map<string, number> {
  const scores = new Map<string, number>();
  const forward = neighbours(edges, ({ from, to }) => [from, to]);
  const backward = neighbours(edges, ({ from, to }) => [to, from]);
  for (const [graph, weights] of [
    [forward, IMPORTED],
    [backward, IMPORTING],
  ] as const) {
    for (const [path, distance] of distances(graph, shown, weights.length)) {
      scores.set(path, (scores.get(path) ?? 0) + (weights[distance - 1] ?? 0));
    }
  }
  return scores;
}

function neighbours(
  edges: readonly ImportEdge[],
  ends: (edge: ImportEdge) => readonly [string, string],
): Map<string, Set<string>> {
  const graph = new Map<string, Set<string>>();
  for (const edge of edges) {
    const [from, to] = ends(edge);
    const known = graph.get(from);
    if (known === undefined) graph.set(from, new Set([to]));
    else known.add(to);
  }
  return graph;
}

/** The files within `most` steps of the given ones, with the number of steps; those themselves are left out. */
function distances(
  graph: ReadonlyMap<string, ReadonlySet<string>>,
  from: readonly string[],
  most: number,
): Map<string, number> {
  const found = new Map<string, number>(from.map((path) => [path, 0]));
  let edge = [...from];
  for (let distance = 1; distance <= most; distance++) {
    edge = edge.flatMap((path) => [...(graph.get(path) ?? [])]).filter((path) => !found.has(path));
    for (const path of edge) found.set(path, distance);
  }
  for (const path of from) found.delete(path);
  return found;
}

/** How much a name and its docstring have to do with the words of a task. */
export function symbolScore(symbol: MapSymbol, words: TaskWords): number {
  const named = words.identifiers.has(symbol.name) ? EXACT_NAME : 0;
  return (
    named +
    NAME_PART * common(symbol.name, words) +
    DOC_PART * common(symbol.doc ?? '', words) +
    NESTED * symbol.depth +
    (/^_(?!_.*__$)/.test(symbol.name) ? PRIVATE : 0)
  );
}

export function pathScore(path: string, words: TaskWords): number {
  return PATH_PART * common(path.replace(/\.pyi?$/, ''), words);
}

function common(text: string, { parts }: TaskWords): number {
  return new Set(partsOf(text).filter((part) => parts.has(part))).size;
}
