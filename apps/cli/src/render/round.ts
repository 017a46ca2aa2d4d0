import { isVote, type Merged, type Opinion, type Round } from '@ids/contracts';
import type { Style } from './style.js';
import { cleanLine, padEnd, padStart, truncate, wrap } from './text.js';

const NAME = 34;
const NUMBER = 12;

const percent = (value: number): string => `${Math.round(value * 10) / 10}`;

/** The titles of a round's table, whose rows come one by one as the agents answer. */
export function roundTitle(number: number, style: Style): string[] {
  const numbers = ['confidence', 'risk', 'outcome'].map((title) => padStart(title, NUMBER)).join('');
  return [style.colors.bold(padEnd(`  Round ${number}`, NAME + 4)) + style.colors.dim(numbers)];
}

/** One agent's vote, or why it has none. */
export function opinionRow(opinion: Opinion, style: Style): string {
  const who = `${cleanLine(opinion.name)} (${opinion.role.replaceAll('_', ', ')})`;
  const name = padEnd(truncate(who, NAME), NAME);
  if (!isVote(opinion)) {
    return `  ${style.colors.red('✗')} ${name} ${cleanLine(`no vote: ${opinion.error.code}`)}`;
  }
  const numbers = [opinion.confidence, opinion.risk, opinion.outcome]
    .map((value) => padStart(percent(value), NUMBER))
    .join('');
  return `  ${style.colors.green('✓')} ${name}${numbers}`;
}

function mergedRow(merged: Merged, style: Style): string {
  const cells = [
    percent(merged.avgConfidence),
    `max ${percent(merged.maxRisk)}`,
    percent(merged.avgOutcome),
  ].map((cell) => padStart(cell, NUMBER));
  return `    ${padEnd('Merged', NAME)}${style.colors.bold(cells.join(''))}`;
}

/** What the round came to: the generalist's synthesis, the merged scores and the decision with its reason. */
export function roundEnd(round: Round, style: Style): string[] {
  const words = { consensus: 'consensus', continue: 'another round', dead_end: 'dead end' };
  const color = round.decision === 'dead_end' ? style.colors.yellow : style.colors.green;
  const reason = `${words[round.decision]}. ${cleanLine(round.reasoning)}`;
  const [first = '', ...rest] = wrap(reason, style.width, '    ');
  return [
    opinionRow(round.synthesis, style),
    mergedRow(round.merged, style),
    `  ${color('→')} ${first.trimStart()}`,
    ...rest,
  ];
}

/** A whole round as a table. */
export function renderRound(round: Round, style: Style): string[] {
  return [
    ...roundTitle(round.number, style),
    ...round.opinions.map((opinion) => opinionRow(opinion, style)),
    ...roundEnd(round, style),
  ];
}
