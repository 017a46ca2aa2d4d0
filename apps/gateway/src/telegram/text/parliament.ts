import type { ParliamentView } from '@ids/contracts';
import { own, prose, type Part } from './rich-text.js';
import { ROLE_WORDS, score, shortened } from './words.js';

const MAX_BRIEF = 200;

/** Who sits in the parliament, and when its votes suffice. */
export function parliamentParts({ members, rounds }: ParliamentView): Part[] {
  return [
    own('The parliament\n', 'bold'),
    ...members.flatMap(({ role, name, brief }) => [
      own('\n'),
      prose(shortened(name, 40)),
      own(`, ${ROLE_WORDS[role]}\n`, 'bold'),
      prose(shortened(inShort(brief), MAX_BRIEF)),
      own('\n'),
    ]),
    own('\nWhat a round must reach\n', 'bold'),
    ...rounds.map(({ minConfidence, maxRisk, minOutcome, maxConfidenceSpread }, index) =>
      own(
        `Round ${index + 1}${index === rounds.length - 1 ? ' and later' : ''}: confidence from ${score(minConfidence)} %, risk up to ${score(maxRisk)} %, outcome from ${score(minOutcome)} %, confidence spread up to ${score(maxConfidenceSpread)}\n`,
      ),
    ),
  ];
}

/** `You are the developer who gets the change done.` says who by its title already. */
function inShort(brief: string): string {
  const [, does] = /^You are (?:the|an?) [\w -]{1,40}? who (.+)$/.exec(brief) ?? [];
  return does === undefined ? brief : does.charAt(0).toUpperCase() + does.slice(1);
}
