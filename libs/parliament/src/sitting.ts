import type { ProjectContext, Round, SessionKind } from '@ids/contracts';
import type { SessionId } from '@ids/kernel';

/** One round of one session, as the agents are asked about it. */
export interface Sitting {
  readonly sessionId: SessionId;
  readonly kind: SessionKind;
  readonly task: string;
  /** From 1; a person's guidance opens the next. */
  readonly series: number;
  /** From 1 in each series. */
  readonly round: number;
  readonly maxRounds: number;
  readonly context: ProjectContext;
  readonly guidance: readonly string[];
  /** The rounds before this one in its series. */
  readonly previous: readonly Round[];
  /** The rounds of the series before. */
  readonly earlier: readonly Round[];
}

/** The round's number in its session: it counts on over all series, so that no two rounds share one. */
export function roundNumber(sitting: Sitting): number {
  return Math.max(0, ...sitting.earlier.map((round) => round.number)) + sitting.round;
}
