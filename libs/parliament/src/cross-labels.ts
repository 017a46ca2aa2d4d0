import { err, ok, type Result } from '@ids/kernel';
import { isScoreName, type ScoreName } from './cross-score.js';

/** `- **Risk score** (0-100): 20% …`, also as a table's row. */
const SCORE_LINE =
  /^[\s>*+#_|•-]*(?:\d{1,2}[.)]\s*)?[*_`]*(confidence|risk|outcome)(?:\s+(?:score|scoring|level))?[*_`]*\s*(?:\([^)]{0,40}\)\s*)?[*_`]*\s*(?:[:=|]|\bis\b)[\s*_`]*(.*)$/i;
const CLEAN_VALUE =
  /^([+-]?\d{1,6}(?:\.\d{1,6})?)\s*(?:%|\/\s*100\b|out of 100\b)?[*_`]*((?:[\s.,;|(—–-].*)?)$/i;
const SECTION = /^[\s>*+#_-]*[*_`]*(approach|answer|concerns?)[*_`]*\s*[:=][\s*_`]*(.*)$/i;
const HEADING = /^#{1,6}\s*[*_`]*(approach|answer|concerns?)[*_`]*\s*$/i;
/** A label stands at a line's beginning; matching more of a hostile line would take quadratic time. */
const HEAD = 300;
/** Several scores on one line: `Confidence: 80, Risk: 20`. */
const BETWEEN_SCORES = /[,;|]\s*(?=[*_`]*(?:confidence|risk|outcome)\b)/i;

export interface Labels {
  readonly scores: readonly (readonly [ScoreName, number])[];
  readonly approach: string;
  readonly concerns: readonly string[];
}

/**
 * Reads labelled lines. With `strict` a score's line whose value is not one clean number (`80-90`, `8/10`, `80 or
 * 90`) is an error; without, there is a JSON vote beside it and the line counts as prose.
 */
export function readLabels(prose: string, strict: boolean): Result<Labels, string> {
  const scores: [ScoreName, number][] = [];
  const rest: string[] = [];
  for (const line of prose.split('\n')) {
    const parts = line.split(BETWEEN_SCORES).map(readScore);
    if (strict && parts.includes('unclear')) return err('a score is not one clear number');
    const read = parts.filter((part): part is [ScoreName, number] => Array.isArray(part));
    scores.push(...read);
    if (read.length === 0) rest.push(line);
  }
  return ok({ scores, ...readSections(rest) });
}

function readScore(text: string): [ScoreName, number] | 'unclear' | undefined {
  const match = SCORE_LINE.exec(text.slice(0, HEAD));
  const name = match?.[1]?.toLowerCase();
  const value = match?.[2];
  // Without a digit it is prose: "Risk: see below".
  if (name === undefined || value === undefined || !isScoreName(name) || !/\d/.test(value)) return undefined;
  const clean = CLEAN_VALUE.exec(value);
  if (clean === null || /\d/.test(clean[2] ?? '')) return 'unclear';
  return [name, Number(clean[1])];
}

function readSections(lines: readonly string[]): { approach: string; concerns: string[] } {
  const sections: Record<'before' | 'approach' | 'concerns', string[]> = {
    before: [],
    approach: [],
    concerns: [],
  };
  let current: keyof typeof sections = 'before';
  for (const line of lines) {
    const head = line.slice(0, HEAD);
    const match = SECTION.exec(head) ?? HEADING.exec(head);
    if (match === null) {
      sections[current].push(line);
      continue;
    }
    current = /^concern/i.test(match[1] ?? '') ? 'concerns' : 'approach';
    sections[current].push((match[2] ?? '') + line.slice(HEAD));
  }
  const approach = (sections.approach.length > 0 ? sections.approach : sections.before).join('\n').trim();
  const concerns = sections.concerns
    .map((line) => line.replace(/^[\s>*+•-]+|^\s*\d{1,2}[.)]\s*/, '').trim())
    .filter((line) => line !== '' && !/^(none|n\/a)\.?$/i.test(line));
  return { approach, concerns };
}
