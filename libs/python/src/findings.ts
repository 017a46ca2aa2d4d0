import type { Finding } from '@ids/contracts';

/** What a layer's tool has to say. */
export interface Judgement {
  readonly findings: Finding[];
  /** Findings that were there before the change. */
  readonly existing: number;
  /** The tool that judged, with its version. */
  readonly tool: string;
  /** What else is to be known, such as settings that were not understood. */
  readonly note?: string;
}

/** A tool that is not there or died: its layer is skipped, never passed. */
export interface NoJudgement {
  readonly unavailable: string;
}

/** A finding and the text of its line: both say whether it is one that was there before. */
export interface LocatedFinding {
  readonly finding: Finding;
  readonly lineText: string;
  /** The lines beside it: they tell an old line from a copy of it that the change adds. */
  readonly around?: string;
}

/**
 * Those of `after` that were not there before: matched by path, code, message and the line's text, not its number
 * or indentation. Of equal ones those in the same surroundings are the old ones.
 */
export function newFindings(
  before: readonly LocatedFinding[],
  after: readonly LocatedFinding[],
): { findings: Finding[]; existing: number } {
  const alike = new Counter();
  const same = new Counter();
  for (const old of before) {
    alike.add(keyOf(old));
    same.add(exactKeyOf(old));
  }
  const moved = after.filter((located) => {
    if (!same.take(exactKeyOf(located))) return true;
    alike.take(keyOf(located));
    return false;
  });
  const fresh = moved.filter((located) => !alike.take(keyOf(located)));
  return {
    findings: fresh.map(({ finding }) => finding).sort(byPlace),
    existing: after.length - fresh.length,
  };
}

/** An old finding explains one finding only, and there may be many equal ones. */
class Counter {
  private readonly counts = new Map<string, number>();

  add(key: string): void {
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
  }

  /** Whether there was one left. */
  take(key: string): boolean {
    const count = this.counts.get(key) ?? 0;
    if (count > 0) this.counts.set(key, count - 1);
    return count > 0;
  }
}

function exactKeyOf(located: LocatedFinding): string {
  return JSON.stringify([keyOf(located), located.around]);
}

/** Messages that name another line ("already defined on line 12") stay the same when that line moves. */
function keyOf({ finding, lineText }: LocatedFinding): string {
  const message = finding.message.replaceAll(/\bline \d+/g, 'line N');
  return JSON.stringify([finding.path, finding.code, message, lineText.trim()]);
}

/** Findings in the order of their places. */
export function byPlace(a: Finding, b: Finding): number {
  if (a.path !== b.path) return a.path < b.path ? -1 : 1;
  return a.line - b.line || a.column - b.column;
}
