import type { ModelScript } from './behaviour.js';
import { reply } from './behaviours.js';
import type { DoubleRequest } from './request.js';

export interface DoubleVote {
  readonly confidence: number;
  readonly risk: number;
  readonly outcome: number;
  readonly approach: string;
  readonly concerns: readonly string[];
}

/** An opinion or synthesis in the form of CONTRACT section 5, good enough for consensus unless told otherwise. */
export function voteJson(vote: Partial<DoubleVote> = {}): string {
  return JSON.stringify({
    confidence: 90,
    risk: 10,
    outcome: 90,
    approach: 'Do what the task says, and nothing else.',
    concerns: [],
    ...vote,
  });
}

/** What a coder answers: the same to all, or made of the request, for example of the task in its prompt. */
export type CoderReply = string | ((request: DoubleRequest) => string);

/** A parliament that agrees in round 1, and a coder. */
export function agreeingParliament(coderReply: CoderReply): ModelScript {
  return (request) => {
    if (request.role !== 'coder') return reply(voteJson());
    return reply(typeof coderReply === 'string' ? coderReply : coderReply(request));
  };
}

/** Follows the first script whose text is in the prompt, else `otherwise`. */
export function byPrompt(
  scripts: Readonly<Record<string, ModelScript>>,
  otherwise: ModelScript,
): ModelScript {
  return (request) => {
    const match = Object.entries(scripts).find(([text]) => request.prompt.includes(text));
    return (match?.[1] ?? otherwise)(request);
  };
}

/** Follows each script for one request of the same session, stage, role and round; the last one also for the rest. */
export function inTurn(...scripts: readonly [ModelScript, ...ModelScript[]]): ModelScript {
  return (request) => {
    const script = scripts[Math.min(request.occurrence, scripts.length) - 1] ?? scripts[0];
    return script(request);
  };
}

/** One SEARCH/REPLACE block in the edit format of CONTRACT section 5; an empty `search` creates the file. */
export function editBlock(path: string, search: string, replace: string): string {
  return `${path}\n<<<<<<< SEARCH\n${wholeLines(search)}=======\n${wholeLines(replace)}>>>>>>> REPLACE\n`;
}

function wholeLines(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}
