const QUOTED_LINES = 30;
const QUOTED_CHARS = 200;
const COMPARED_LINES = 8;
const AROUND = 2;

/** The lines of a file that come closest to what was searched, with their numbers; empty for an empty file. */
export function nearestLines(file: readonly string[], search: readonly string[]): string {
  if (file.length === 0) return '';
  const wanted = search.slice(0, COMPARED_LINES).map(wordsOf);
  const words = file.map(wordsOf);
  let best = 0;
  let bestScore = -1;
  for (let start = 0; start < file.length; start += 1) {
    const score = wanted.reduce((sum, line, index) => sum + likeness(line, words[start + index]), 0);
    if (score > bestScore) [best, bestScore] = [start, score];
  }
  return quoteLines(file, best - AROUND, best + search.length + AROUND);
}

/** Lines of a file with their numbers from 1, within a bound. */
export function quoteLines(file: readonly string[], from: number, to: number): string {
  const start = Math.max(0, from);
  const end = Math.min(file.length, to, start + QUOTED_LINES);
  return file
    .slice(start, end)
    .map((line, index) => `${String(start + index + 1).padStart(5)} | ${line.slice(0, QUOTED_CHARS)}`)
    .join('\n');
}

function wordsOf(line: string): ReadonlySet<string> {
  return new Set(
    line
      .slice(0, 500)
      .toLowerCase()
      .match(/[\p{L}\p{N}_]+/gu) ?? [],
  );
}

/** From 0 (no word in common) to 1 (the same words). */
function likeness(one: ReadonlySet<string>, other: ReadonlySet<string> | undefined): number {
  if (other === undefined || one.size === 0 || other.size === 0) return 0;
  let common = 0;
  for (const word of one) if (other.has(word)) common += 1;
  return (2 * common) / (one.size + other.size);
}
