import type { Sitting } from '@ids/parliament';
import type { SessionRecord } from '@ids/store';
import type { Artifacts } from './artifacts.js';

/** The number of the round that is open. Rounds count on over all series, so it names one round of the session. */
export function openRoundNumber(record: SessionRecord): number {
  return record.session.rounds.length + 1;
}

/** What the parliament needs to know for the round that is open. */
export async function sittingOf(record: SessionRecord, artifacts: Artifacts): Promise<Sitting> {
  const { session, flow } = record;
  const earlierRounds = session.rounds.length - (flow.round - 1);
  return {
    sessionId: session.id,
    kind: session.kind,
    task: session.task,
    series: flow.series,
    round: flow.round,
    maxRounds: session.maxRounds,
    context: await artifacts.context(session.id, openRoundNumber(record)),
    guidance: flow.guidance,
    previous: session.rounds.slice(earlierRounds),
    earlier: session.rounds.slice(0, earlierRounds),
  };
}
