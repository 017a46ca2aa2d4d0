import { describe, expect, it } from '@jest/globals';
import type { Merged, Opinion, Round, Vote } from '@ids/contracts';
import { decideRound, thresholdsOf, type VotedRound } from './decide.js';
import { mergeVotes } from './merge.js';

const rules = {
  rounds: [
    { minConfidence: 80, maxRisk: 35, minOutcome: 75, maxConfidenceSpread: 15 },
    { minConfidence: 70, maxRisk: 45, minOutcome: 70, maxConfidenceSpread: 20 },
  ],
  deadEnd: { confidenceDrop: 15, highRisk: 70, highRiskRounds: 2, repeatEpsilon: 2 },
};

function vote(confidence: number, risk: number, outcome: number, approach = 'same'): Vote {
  return { role: 'sre_critic', name: 'V', confidence, risk, outcome, approach, concerns: [] };
}

function roundOf(opinions: Opinion[], merged: Merged): Round {
  const synthesis = { ...vote(1, 1, 1), role: 'generalist' as const };
  return { number: 1, opinions, synthesis, merged, decision: 'continue', reasoning: '' };
}

function voted(now: Vote, before: Vote[], extra: Partial<VotedRound> = {}): VotedRound {
  const previous = before.map((one) => roundOf([one], mergeVotes([one])));
  const base = { kind: 'code' as const, round: before.length + 1, maxRounds: 4 };
  return { ...base, opinions: [now], merged: mergeVotes([now]), previous, ...extra };
}

describe('mergeVotes', () => {
  it('takes means, the highest risk and sample deviations', () => {
    const merged = mergeVotes([vote(80, 10, 70), vote(90, 40, 80), vote(100, 20, 90)]);
    expect(merged).toEqual({
      avgConfidence: 90,
      maxRisk: 40,
      avgOutcome: 80,
      stdConfidence: 10,
      stdOutcome: 10,
    });
  });

  it('has no deviation for one vote and no result for none', () => {
    expect(mergeVotes([vote(80, 10, 70)])).toMatchObject({ stdConfidence: 0, stdOutcome: 0 });
    expect(() => mergeVotes([])).toThrow(RangeError);
  });
});

describe('decideRound', () => {
  const table: [string, VotedRound, Round['decision'], RegExp][] = [
    ['all within the thresholds', voted(vote(80, 35, 75), []), 'consensus', /within all thresholds/],
    ['confidence too low', voted(vote(79.9, 35, 75), []), 'continue', /confidence is below 80/],
    ['risk too high', voted(vote(80, 36, 75), []), 'continue', /risk is above 35/],
    ['outcome too low', voted(vote(80, 35, 74), []), 'continue', /outcome is below 75/],
    ['later thresholds', voted(vote(70, 45, 70), [vote(70, 45, 60)]), 'consensus', /all thresholds/],
    [
      'the last thresholds beyond',
      voted(vote(70, 45, 70), [vote(60, 45, 60), vote(65, 45, 60)]),
      'consensus',
      /all/,
    ],
    ['confidence fell', voted(vote(50, 40, 60), [vote(66, 40, 60)]), 'dead_end', /fell by 16/],
    [
      'confidence fell as far as it may',
      voted(vote(51, 40, 60), [vote(66, 40, 60)]),
      'continue',
      /another round/,
    ],
    ['risk stays high', voted(vote(60, 71, 60), [vote(50, 90, 60)]), 'dead_end', /risk stayed above 70/],
    ['risk comes down', voted(vote(60, 70, 60), [vote(50, 90, 60)]), 'continue', /another round/],
    ['a repeated round', voted(vote(60, 50, 60), [vote(62, 49, 58)]), 'dead_end', /repeats/],
    [
      'the same words, other spacing',
      voted(vote(60, 50, 60, 'Do  It\n'), [vote(60, 50, 60, 'do it')]),
      'dead_end',
      /repeats/,
    ],
    [
      'new arguments with the same numbers',
      voted(vote(60, 50, 60, 'new'), [vote(60, 50, 60)]),
      'continue',
      /another/,
    ],
    [
      'the same arguments with new numbers',
      voted(vote(60, 50, 60), [vote(63, 50, 60)]),
      'continue',
      /another/,
    ],
    [
      'the last round',
      voted(vote(60, 50, 60, 'x'), [vote(60, 50, 60)], { maxRounds: 2 }),
      'dead_end',
      /2 rounds/,
    ],
    ['the only round', voted(vote(60, 50, 60), [], { maxRounds: 1 }), 'dead_end', /only one round/],
    ['a question goes on', voted(vote(60, 50, 60), [], { kind: 'ask' }), 'continue', /another round/],
    ['a question agreed on', voted(vote(90, 10, 90), [], { kind: 'ask' }), 'consensus', /all thresholds/],
    [
      'the last round of a question',
      voted(vote(60, 90, 60), [], { kind: 'ask', maxRounds: 1 }),
      'consensus',
      /was the last/,
    ],
    [
      'a question that repeats',
      voted(vote(60, 50, 60), [vote(60, 50, 60)], { kind: 'ask' }),
      'consensus',
      /repeats/,
    ],
    [
      'a question whose confidence fell',
      voted(vote(40, 50, 60), [vote(70, 50, 60)], { kind: 'ask' }),
      'continue',
      /another/,
    ],
  ];
  it.each(table)('%s', (_name, round, decision, reasoning) => {
    const decided = decideRound(rules, round);
    expect(decided.decision).toBe(decision);
    expect(decided.reasoning).toMatch(reasoning);
  });

  it('asks for more when the agents are far apart', () => {
    const merged = { ...mergeVotes([vote(90, 10, 90)]), stdConfidence: 15.1 };
    expect(decideRound(rules, voted(vote(90, 10, 90), [], { merged })).reasoning).toMatch(
      /spread of confidence is above 15/,
    );
  });

  it('sees no repetition when other agents voted', () => {
    const other: Vote = { ...vote(60, 50, 60), role: 'developer_critic' };
    expect(decideRound(rules, voted(vote(60, 50, 60), [other])).decision).toBe('continue');
  });

  it('has thresholds for every round', () => {
    expect(thresholdsOf(rules.rounds, 9)).toBe(rules.rounds[1]);
  });
});
