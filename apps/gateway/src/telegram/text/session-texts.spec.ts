import { END_STATUSES } from '@ids/contracts';
import { describe, expect, it } from '@jest/globals';
import { outcomeText } from './outcome.js';
import {
  created,
  deliberating,
  event,
  living,
  noUsage,
  OUTCOMES,
  session,
  shown,
  validated,
} from './session.fixture.js';

describe('the living message of a session', () => {
  it('begins with nothing but the task', () => {
    expect(living([], 0, noUsage)).toMatchSnapshot();
    expect(living([created], 0, noUsage)).toBe(living([], 0, noUsage));
  });

  it('shows the votes of a round as they arrive, each agent on a line that stays its own', () => {
    expect(living(deliberating)).toMatchSnapshot();
  });

  it('shows the layers with their marks, once the parliament is through', () => {
    expect(living(validated)).toMatchSnapshot();
  });

  it.each(['awaiting_approval', 'awaiting_guidance', ...END_STATUSES] as const)(
    'stands still with a mark of its own when the session is %s',
    (status) => {
      const events = [...validated, event({ type: 'status', from: 'validating', status }, 80)];
      expect(living(events, 3_600)).toBe(living(events));
      expect(living(events)).not.toContain('⏳');
      expect(living(events).split('\n')[1]).toMatchSnapshot();
    },
  );
});

describe('the outcome of a session', () => {
  it.each(OUTCOMES)('says how it ended: %s', (_name, more) => {
    expect(shown(outcomeText({ ...session, ...more }))).toMatchSnapshot();
  });
});
