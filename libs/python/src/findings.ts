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
  const known = new Map<string, LocatedFinding[]>();
  for (const located of before) known.set(keyOf(located), [...(known.get(keyOf(located)) ?? []), located]);
  const unmoved = after.filter(
    (located) => !takeFrom(known, located, (old) => old.around === located.around),
  );
  const fresh = unmoved.filter((located) => !takeFrom(known, located, () => true));
  return {
    findings: fresh.map(({ finding }) => finding).sort(byPlace),
    existing: after.length - fresh.length,
  };
}

/** Whether a known finding matches; it is taken away, since it explains one finding only. */
function takeFrom(
  known: Map<string, LocatedFinding[]>,
  located: LocatedFinding,
  matches: (old: LocatedFinding) => boolean,
): boolean {
  const olds = known.get(keyOf(located)) ?? [];
  const index = olds.findIndex(matches);
  if (index === -1) return false;
  olds.splice(index, 1);
  return true;
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
