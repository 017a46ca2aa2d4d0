import type { ImportEdge } from '@ids/contracts';

type Graph = ReadonlyMap<string, readonly string[]>;

/**
 * Modules that import each other when they are loaded: of each group of them the shortest circle through the one
 * that is first in the alphabet, in the order of the imports; at most `limit`.
 */
export function importCircles(edges: readonly ImportEdge[], limit: number): string[][] {
  const graph = new Map<string, string[]>();
  for (const { from, to, when } of edges) {
    if (when !== 'load') continue;
    const known = graph.get(from);
    if (known === undefined) graph.set(from, [to]);
    else known.push(to);
  }
  return groupsOf(graph)
    .map((group) => [...group].sort())
    .sort(([a = ''], [b = '']) => (a < b ? -1 : 1))
    .slice(0, limit)
    .map((group) => shortestCircle(graph, group));
}

interface Visit {
  readonly node: string;
  readonly order: number;
  low: number;
  next: number;
}

/** Strongly connected components of more than one module (Tarjan), without recursion: chains may be long. */
function groupsOf(graph: Graph): string[][] {
  const visits = new Map<string, Visit>();
  const open: string[] = [];
  const isOpen = new Set<string>();
  const groups: string[][] = [];
  const enter = (node: string): Visit => {
    const visit = { node, order: visits.size, low: visits.size, next: 0 };
    visits.set(node, visit);
    open.push(node);
    isOpen.add(node);
    return visit;
  };
  for (const start of graph.keys()) {
    const path = visits.has(start) ? [] : [enter(start)];
    for (let visit = path.at(-1); visit !== undefined; visit = path.at(-1)) {
      const to = graph.get(visit.node)?.[visit.next++];
      if (to !== undefined) {
        const seen = visits.get(to);
        if (seen === undefined) path.push(enter(to));
        else if (isOpen.has(to)) visit.low = Math.min(visit.low, seen.order);
        continue;
      }
      path.pop();
      const above = path.at(-1);
      if (above !== undefined) above.low = Math.min(above.low, visit.low);
      if (visit.low !== visit.order) continue;
      const group = open.splice(open.lastIndexOf(visit.node));
      for (const node of group) isOpen.delete(node);
      if (group.length > 1) groups.push(group);
    }
  }
  return groups;
}

/** By breadth from the first of a group back to it, within the group. */
function shortestCircle(graph: Graph, group: readonly string[]): string[] {
  const [start = ''] = group;
  const inside = new Set(group);
  const cameFrom = new Map<string, string>();
  const waiting = [start];
  for (const node of waiting) {
    for (const to of graph.get(node) ?? []) {
      if (to === start) return pathTo(node, start, cameFrom);
      if (!inside.has(to) || cameFrom.has(to)) continue;
      cameFrom.set(to, node);
      waiting.push(to);
    }
  }
  return [...group];
}

function pathTo(end: string, start: string, cameFrom: ReadonlyMap<string, string>): string[] {
  const path = [end];
  for (let node = end; node !== start;) {
    node = cameFrom.get(node) ?? start;
    path.unshift(node);
  }
  return path;
}
