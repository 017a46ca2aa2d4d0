export const SCORES = ['confidence', 'risk', 'outcome'] as const;
export type ScoreName = (typeof SCORES)[number];

const WRITTEN = /^\s*([+-]?\d{1,6}(?:\.\d{1,6})?)\s*(?:%|\/\s*100|out of 100)?\s*$/i;

export function isScoreName(text: string): text is ScoreName {
  return (SCORES as readonly string[]).includes(text);
}

/** A score as a JSON value: a number, or a text such as "80", "80%" and "80/100". Undefined if it is none. */
export function scoreOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string') return undefined;
  const match = WRITTEN.exec(value);
  return match?.[1] === undefined ? undefined : Number(match[1]);
}

/** Whether the three look like 0.85, 0.2, 0.8: such a vote must be asked again, not counted as near zero. */
export function isFractionScale(scores: readonly number[]): boolean {
  return scores.every((score) => score <= 1) && scores.some((score) => !Number.isInteger(score));
}
