import type { Merged, Vote } from '@ids/contracts';

/**
 * The votes as one: mean confidence, the highest risk, mean outcome, sample standard deviations (0 for one vote).
 * At least one vote is needed: the caller has failed the round before.
 */
export function mergeVotes(votes: readonly Vote[]): Merged {
  if (votes.length === 0) throw new RangeError('there is no vote to merge');
  const confidence = votes.map((vote) => vote.confidence);
  const outcome = votes.map((vote) => vote.outcome);
  return {
    avgConfidence: mean(confidence),
    maxRisk: Math.max(...votes.map((vote) => vote.risk)),
    avgOutcome: mean(outcome),
    stdConfidence: sampleDeviation(confidence),
    stdOutcome: sampleDeviation(outcome),
  };
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}

function sampleDeviation(numbers: readonly number[]): number {
  if (numbers.length < 2) return 0;
  const center = mean(numbers);
  const squares = numbers.reduce((sum, number) => sum + (number - center) ** 2, 0);
  return Math.sqrt(squares / (numbers.length - 1));
}
