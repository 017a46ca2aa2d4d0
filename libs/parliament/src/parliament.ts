import {
  isVote,
  SPECIALISTS,
  type AgentRole,
  type Cross,
  type Opinion,
  type ParliamentView,
  type Round,
  type Specialist,
  type Vote,
} from '@ids/contracts';
import { IdsError, type ErrorCode } from '@ids/kernel';
import type { ModelMessage, ModelPort, ModelRequest } from '@ids/llm';
import type { ParliamentConfig } from './config.js';
import { parseCross } from './cross.js';
import { decideRound } from './decide.js';
import { mergeVotes } from './merge.js';
import { repairPrompt, specialistPrompt, synthesisPrompt } from './prompts.js';
import { failedRound } from './round-failure.js';
import { roundNumber, type Sitting } from './sitting.js';

/** Half of the specialists; with fewer votes a round has failed. */
const QUORUM = SPECIALISTS.length / 2;
/** Of a reply that could not be read, this much is shown back. */
const QUOTED_REPLY = 8_000;
/** Of a persona's first sentence, this many characters are shown. */
const MAX_BRIEF = 300;

/** Failures of one agent's model call: they cost its vote, not the session. */
const LOST_VOTE: readonly ErrorCode[] = [
  'model_unreachable',
  'model_unauthorized',
  'model_refused',
  'model_timeout',
  'model_nonsense',
];

/** The seven agents. Holds no state: what was said before is in the sitting. */
export class Parliament {
  constructor(
    private readonly config: ParliamentConfig,
    private readonly model: ModelPort,
  ) {}

  /** The agents and their rules, as people see them. */
  describe(): ParliamentView {
    const { personas, rounds } = this.config;
    const members = Object.values(personas).map(({ role, name, title, prompt }) => ({
      role,
      name,
      title,
      brief: firstSentence(prompt),
    }));
    return { members, rounds: [...rounds] };
  }

  /**
   * One specialist's vote, or its error if the model failed or could not be understood twice.
   * @throws IdsError `budget_exceeded`, `not_understood` and whatever is no failure of the model; what `signal` was
   * aborted with.
   */
  async askSpecialist(sitting: Sitting, role: Specialist, signal: AbortSignal): Promise<Opinion> {
    const { name } = this.config.personas[role];
    try {
      const vote = await this.ask(sitting, role, specialistPrompt(sitting, role), signal);
      return { role, name, ...vote };
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof IdsError) || !LOST_VOTE.includes(error.code)) throw error;
      return { role, name, error: { code: error.code, message: error.message } };
    }
  }

  /**
   * The round's synthesis, merged votes and decision. The votes of the specialists are merged, not the generalist's.
   * @throws IdsError when fewer than half of the specialists voted: the code that all failures share, else
   * `round_failed`; and what the generalist's call failed with.
   */
  async concludeRound(sitting: Sitting, opinions: readonly Opinion[], signal: AbortSignal): Promise<Round> {
    const votes = opinions.filter(isVote).filter((vote) => vote.role !== 'generalist');
    const number = roundNumber(sitting);
    if (votes.length < QUORUM) throw failedRound(number, opinions);
    const synthesis = await this.synthesize(sitting, votes, signal);
    const { kind, round, maxRounds, previous } = sitting;
    const merged = mergeVotes(votes);
    const decided = decideRound(this.config, { kind, round, maxRounds, opinions, merged, previous });
    return { number, opinions: [...opinions], synthesis, merged, ...decided };
  }

  private async synthesize(sitting: Sitting, votes: readonly Vote[], signal: AbortSignal): Promise<Opinion> {
    const { role, name } = this.config.personas.generalist;
    return { role, name, ...(await this.ask(sitting, role, synthesisPrompt(sitting, votes), signal)) };
  }

  /** Asks, and once more if the reply cannot be read. */
  private async ask(sitting: Sitting, role: AgentRole, prompt: string, signal: AbortSignal): Promise<Cross> {
    const messages: ModelMessage[] = [
      { role: 'system', content: this.config.personas[role].prompt },
      { role: 'user', content: prompt },
    ];
    const first = await this.model.complete(this.request(sitting, role, messages, ''), signal);
    const vote = parseCross(first.text);
    if (vote.ok) return vote.value;
    messages.push(
      { role: 'assistant', content: first.text.slice(0, QUOTED_REPLY) },
      { role: 'user', content: repairPrompt(vote.error) },
    );
    const second = await this.model.complete(this.request(sitting, role, messages, '-repair'), signal);
    const repaired = parseCross(second.text);
    if (repaired.ok) return repaired.value;
    throw new IdsError('model_nonsense', { reason: `${repaired.error}, also after it was asked again` });
  }

  private request(
    sitting: Sitting,
    role: AgentRole,
    messages: readonly ModelMessage[],
    suffix: '' | '-repair',
  ): ModelRequest {
    const { sessionId, kind, task, series, round, context } = sitting;
    const leads = role === 'generalist';
    const place = `${series}:${round}`;
    return {
      sessionId,
      stage: leads ? 'synthesis' : 'deliberation',
      role,
      round: roundNumber(sitting),
      callKey: leads ? `synthesis${suffix}:${place}` : `opinion${suffix}:${place}:${role}`,
      messages: [...messages],
      format: 'json',
      maxOutputTokens: leads ? this.config.tokens.synthesis : this.config.tokens.opinion,
      subject: {
        kind,
        task,
        files: context.files,
        missing: context.missing,
        related: context.related,
        map: context.outline,
        findings: [],
      },
    };
  }
}

function firstSentence(prompt: string): string {
  const line = prompt.replaceAll(/\s+/g, ' ');
  const [sentence = line] = /^.*?[.!?](?= |$)/.exec(line) ?? [];
  return sentence.slice(0, MAX_BRIEF);
}
