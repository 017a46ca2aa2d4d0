import { describe, expect, it, jest } from '@jest/globals';
import { newSessionId } from '@ids/kernel';
import { createMetrics, silentLogger } from '@ids/observability';
import { Saga } from '@ids/saga';
import { StageRunner, type StageWork } from './stage-runner.js';
import { StepStopped, StepWatch } from './step-watch.js';

const DATA = { sessionId: newSessionId(), step: 4 };

/** A runner over a saga whose present step is given; nothing of it reaches Redis. */
function runnerAt(step: number) {
  const saga: Saga = Object.create(Saga.prototype);
  const watch: StepWatch = Object.create(StepWatch.prototype);
  const abort = new AbortController();
  const record = { step, session: { updatedAt: new Date().toISOString() }, flow: { deadlineAt: Date.now() } };
  saga.current = jest.fn<Saga['current']>(async (_id, wanted) =>
    wanted === step ? (record as never) : null,
  );
  watch.watch = () => ({ signal: abort.signal, end: () => undefined });
  return { runner: new StageRunner(saga, watch, createMetrics('spec'), silentLogger), abort };
}

const context = (starts: number) => ({
  jobId: 'job',
  starts,
  lastAttempt: false,
  signal: new AbortController().signal,
});

describe('a stage', () => {
  it('leaves at once when its step is past', async () => {
    const work = jest.fn<StageWork>();
    await runnerAt(5).runner.run('generation', DATA, context(1), work);
    expect(work).not.toHaveBeenCalled();
  });

  it.each(['deliberation', 'generation', 'validation'] as const)(
    '%s is started eight times, then given up as stage_died',
    async (stage) => {
      const { runner } = runnerAt(4);
      const work = jest.fn<StageWork>(async () => null);
      await runner.run(stage, DATA, context(8), work);
      expect(work).toHaveBeenCalledTimes(1);
      const ninth = runner.run(stage, DATA, context(9), work);
      await expect(ninth).rejects.toMatchObject({ code: 'stage_died' });
      expect(work).toHaveBeenCalledTimes(1);
    },
  );

  it('never gives up a rollback, however often its worker died', async () => {
    const work = jest.fn<StageWork>(async () => null);
    await runnerAt(4).runner.run('rollback', DATA, context(1_000), work);
    expect(work).toHaveBeenCalled();
  });

  it('ends quietly when the session has gone on, and with deadline_exceeded when its time is over', async () => {
    for (const [cause, ends] of [
      ['past', undefined],
      ['expired', 'deadline_exceeded'],
    ] as const) {
      const { runner, abort } = runnerAt(4);
      const run = runner.run('generation', DATA, context(1), async (_record, signal) => {
        abort.abort(new StepStopped(cause));
        signal.throwIfAborted();
        return null;
      });
      if (ends === undefined) await run;
      else await expect(run).rejects.toMatchObject({ code: ends });
    }
  });
});
