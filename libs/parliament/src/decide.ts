import {
  isVote,
  type Merged,
  type Opinion,
  type Round,
  type SessionKind,
  type Thresholds,
  type Vote,
} from '@ids/contracts';
import type { DeadEndRules, ParliamentConfig } from './config.js';

/** A round whose votes are in. */
export interface VotedRound {
  readonly kind: SessionKind;
  /** From 1 in its series. */
  readonly round: number;
  readonly maxRounds: number;
  readonly opinions: readonly Opinion[];
  readonly merged: Merged;
  /** The rounds before in this series, oldest first. */
  readonly previous: readonly Round[];
}

export interface RoundDecision {
  readonly decision: Round['decision'];
  /** For people: which numbers decided. */
  readonly reasoning: string;
}

/**
 * Consensus if the merged votes reach the round's thresholds, else a dead end if a rule says that going on is in
 * vain, else another round. An `ask` has no dead end: its last round, or one that repeats the one before, gives the
 * answer, and the reasoning says that not all agreed.
 */
export function decideRound(
  rules: Pick<ParliamentConfig, 'rounds' | 'deadEnd'>,
  voted: VotedRound,
): RoundDecision {
  const missed = missedThresholds(thresholdsOf(rules.rounds, voted.round), voted.merged);
  if (missed.length === 0) {
    return { decision: 'consensus', reasoning: `${numbers(voted.merged)}: within all thresholds.` };
  }
  const open = `${numbers(voted.merged)}: ${missed.join(', ')}`;
  const last = voted.round >= voted.maxRounds;
  const repeats = repeatsLast(voted, rules.deadEnd.repeatEpsilon);
  if (voted.kind === 'ask') {
    if (!last && !repeats) return { decision: 'continue', reasoning: `${open}; another round.` };
    const why = last ? `round ${voted.round} was the last` : 'the round repeats the one before';
    return { decision: 'consensus', reasoning: `${open}; ${why}, so the answer stands with these doubts.` };
  }
  const reason = deadEnd(rules.deadEnd, voted, repeats) ?? (last ? lastRound(voted) : undefined);
  if (reason !== undefined) return { decision: 'dead_end', reasoning: `${open}; ${reason}.` };
  return { decision: 'continue', reasoning: `${open}; another round.` };
}

/** The thresholds of a round; the last ones hold beyond. */
export function thresholdsOf(rounds: readonly Thresholds[], round: number): Thresholds {
  const found = rounds[Math.min(round, rounds.length) - 1];
  if (found === undefined) throw new RangeError(`there are no thresholds for round ${round}`);
  return found;
}

function missedThresholds(limits: Thresholds, merged: Merged): string[] {
  const missed: string[] = [];
  if (merged.avgConfidence < limits.minConfidence) missed.push(`confidence is below ${limits.minConfidence}`);
  if (merged.maxRisk > limits.maxRisk) missed.push(`risk is above ${limits.maxRisk}`);
  if (merged.avgOutcome < limits.minOutcome) missed.push(`outcome is below ${limits.minOutcome}`);
  if (merged.stdConfidence > limits.maxConfidenceSpread)
    missed.push(`the spread of confidence is above ${limits.maxConfidenceSpread}`);
  return missed;
}

function deadEnd(rules: DeadEndRules, voted: VotedRound, repeats: boolean): string | undefined {
  const before = voted.previous.at(-1);
  if (before === undefined) return undefined;
  const drop = before.merged.avgConfidence - voted.merged.avgConfidence;
  if (drop > rules.confidenceDrop) return `confidence fell by ${show(drop)} since the round before`;
  const risks = [...voted.previous.map((round) => round.merged.maxRisk), voted.merged.maxRisk];
  const recent = risks.slice(-rules.highRiskRounds);
  if (recent.length === rules.highRiskRounds && recent.every((risk) => risk > rules.highRisk))
    return `risk stayed above ${rules.highRisk} for ${rules.highRiskRounds} rounds`;
  return repeats ? 'the round repeats the one before' : undefined;
}

function lastRound(voted: VotedRound): string {
  return voted.maxRounds === 1
    ? 'only one round was allowed'
    : `${voted.maxRounds} rounds brought no consensus`;
}

/** Whether the same agents voted as in the round before, with the same approaches and nearly the same scores. */
function repeatsLast(voted: VotedRound, epsilon: number): boolean {
  const before = voted.previous.at(-1)?.opinions.filter(isVote);
  const now = voted.opinions.filter(isVote);
  if (before === undefined || before.length !== now.length) return false;
  return now.every((vote) => {
    const old = before.find((one) => one.role === vote.role);
    return old !== undefined && nearlyEqual(old, vote, epsilon);
  });
}

function nearlyEqual(one: Vote, other: Vote, epsilon: number): boolean {
  const near = (['confidence', 'risk', 'outcome'] as const).every(
    (key) => Math.abs(one[key] - other[key]) <= epsilon,
  );
  return near && plain(one.approach) === plain(other.approach);
}

function plain(text: string): string {
  return text.toLowerCase().replace(/\s+/g, ' ').trim();
}

function numbers(merged: Merged): string {
  return `Confidence ${show(merged.avgConfidence)} (spread ${show(merged.stdConfidence)}), risk ${show(merged.maxRisk)}, outcome ${show(merged.avgOutcome)}`;
}

function show(number: number): string {
  return String(Math.round(number * 10) / 10);
}
