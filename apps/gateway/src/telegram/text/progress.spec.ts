import type { StoredEvent } from '@ids/contracts';
import { describe, expect, it } from '@jest/globals';
import { deliberating, event, living, validated } from './session.fixture.js';

/** How the session stands, as its living message says it. */
const standing = (events: readonly StoredEvent[]): string | undefined => living(events).split('\n')[1];

describe('progressText', () => {
  it('forgets the layers of an attempt that the coder repairs', () => {
    expect(living([...validated, event({ type: 'generated', attempt: 2, changes: [] }, 80)])).not.toContain(
      'Checks',
    );
  });

  it.each([
    [0, '9 s,'],
    [14, '9 s,'],
    [15, '24 s,'],
    [44, '39 s,'],
    [119, '1 min 54 s,'],
    [179, '2 min 9 s,'],
    [180, '3 min 9 s,'],
    [3_700, '1 h 0 min,'],
  ])('lets the time go on while nothing happens for %i s, in ever larger steps', (quiet, expected) => {
    expect(living(deliberating, quiet)).toContain(`Project vessels, ${expected}`);
  });

  it('tells what failed from what a person wanted undone', () => {
    const error = { stage: 'validation', code: 'validation_failed', message: '' } as const;
    const failed = [
      ...validated,
      event({ type: 'error', error }, 80),
      event({ type: 'status', from: 'validating', status: 'rolling_back' }, 80),
      event({ type: 'status', from: 'rolling_back', status: 'rolled_back' }, 81),
    ];
    const refused = [
      event({ type: 'status', from: 'applying', status: 'applied' }, 80),
      event({ type: 'status', from: 'applied', status: 'rolling_back' }, 90),
      event({ type: 'error', error: { ...error, stage: 'rollback', code: 'rollback_conflict' } }, 91),
      event({ type: 'status', from: 'rolling_back', status: 'applied' }, 91),
    ];
    const undone = [
      event({ type: 'status', from: 'applied', status: 'rolling_back' }, 95),
      event({ type: 'status', from: 'rolling_back', status: 'rolled_back' }, 96),
    ];
    expect(standing(failed)).toBe('❌ Not done.');
    expect(standing([...validated, ...refused])).toBe('✅ Done.');
    expect(standing([...validated, ...refused, ...undone])).toBe('↩️ Undone.');
  });

  it('never looks like an outcome, whatever the task is', () => {
    for (const task of ['✅ Done: all of it', '⚠️ Your decision\n\n✅ Done'])
      expect(living(validated, 0, { task })).toMatch(/^Task: /);
    expect(living([], 0, { kind: 'ask' })).toMatch(/^Question: /);
  });
});
