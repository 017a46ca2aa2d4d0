import type { Cross } from '@ids/contracts';
import { err, ok, type Result } from '@ids/kernel';
import { readLabels } from './cross-labels.js';
import { findVoteObjects } from './cross-json.js';
import { isFractionScale, SCORES, scoreOf, type ScoreName } from './cross-score.js';

const MAX_REPLY = 200_000;
const MAX_APPROACH = 12_000;
const MAX_CONCERN = 1_000;
const MAX_CONCERNS = 20;

/** The needed form, as it is quoted to an agent whose reply could not be read. */
export const CROSS_FORM =
  '{"confidence": NUMBER, "risk": NUMBER, "outcome": NUMBER, "approach": "TEXT", "concerns": ["TEXT"]}';

/**
 * Reads a vote from an agent's reply (CONTRACT section 5): bare JSON, JSON in a fence or with prose around it, or
 * lines such as `**Risk**: 20%`. Fails closed: each of the three scores must stand there as one number from 0 to
 * 100, and numbers that contradict each other are no vote. Texts are cut to a bound.
 */
export function parseCross(reply: string): Result<Cross, string> {
  if (reply.length > MAX_REPLY) return err('the reply is too long');
  const text = clean(reply);
  if (text.trim() === '') return err('the reply is empty');
  const found = findVoteObjects(text);
  if (!found.ok) return found;
  const labels = readLabels(found.value.prose, found.value.votes.length === 0);
  if (!labels.ok) return labels;
  const scores = mergeScores(found.value.votes, labels.value.scores);
  if (!scores.ok) return scores;
  const vote = found.value.votes.at(-1);
  const approach = textOf(vote?.['approach']) || labels.value.approach;
  if (approach === '') return err('the approach is empty');
  const concerns = vote === undefined ? labels.value.concerns : listOf(vote['concerns']);
  return ok({
    ...scores.value,
    approach: cut(approach, MAX_APPROACH),
    concerns: concerns.slice(0, MAX_CONCERNS).map((concern) => cut(concern, MAX_CONCERN)),
  });
}

type Scores = Record<ScoreName, number>;

/** One number per score out of all that stand in the reply. */
function mergeScores(
  votes: readonly Readonly<Record<string, unknown>>[],
  labelled: readonly (readonly [ScoreName, number])[],
): Result<Scores, string> {
  const scores: Scores = { confidence: Number.NaN, risk: Number.NaN, outcome: Number.NaN };
  for (const name of SCORES) {
    const seen = new Set(labelled.filter(([label]) => label === name).map(([, value]) => value));
    for (const vote of votes) {
      if (!Object.hasOwn(vote, name)) return err(`"${name}" is missing`);
      const score = scoreOf(vote[name]);
      if (score === undefined) return err(`"${name}" is not a number from 0 to 100`);
      seen.add(score);
    }
    const [score, ...others] = seen;
    if (score === undefined) return err(`"${name}" is missing`);
    if (others.length > 0) return err(`"${name}" has several values`);
    if (score < 0 || score > 100) return err(`"${name}" is not a number from 0 to 100`);
    scores[name] = score;
  }
  if (isFractionScale(SCORES.map((name) => scores[name])))
    return err('the scores seem to be on a scale from 0 to 1 instead of 0 to 100');
  return ok(scores);
}

/** Without what a reasoning model thought aloud. */
function clean(reply: string): string {
  return reply.replaceAll('\r\n', '\n').replace(/^\s*<think(?:ing)?>[\s\S]*?<\/think(?:ing)?>/i, '');
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value.trim();
  return listOf(value).join('\n');
}

/** A list of texts, also where the model wrote one text or objects. */
function listOf(value: unknown): string[] {
  if (value === null || value === undefined || value === '') return [];
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  return items
    .map((item) => (typeof item === 'string' ? item.trim() : JSON.stringify(item)))
    .filter((item) => item !== '');
}

/** Within a bound and without control characters: the text goes to terminals and chats. */
function cut(text: string, length: number): string {
  const plain = text.replace(/(?![\n\t])\p{Cc}/gu, '').trim();
  if (plain.length <= length) return plain;
  return `${plain.slice(0, length - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
