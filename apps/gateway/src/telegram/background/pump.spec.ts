import { afterEach, describe, expect, it } from '@jest/globals';
import { silentLogger } from '@ids/observability';
import { until } from '@ids/testing';
import { Pump, type Taken } from './pump.js';

const HOUR = 3_600_000;

describe('Pump', () => {
  let pump: Pump;
  let waiting: (() => Promise<void>)[] = [];
  const take = (): Promise<Taken> => {
    const work = waiting.shift();
    return Promise.resolve(work === undefined ? { waitMs: HOUR } : { work });
  };
  const made = (taking: () => Promise<Taken>, atOnce = 3, lookMs = HOUR): Pump => {
    pump = new Pump(taking, { name: 'works', atOnce, lookMs, log: silentLogger });
    pump.start();
    return pump;
  };
  afterEach(async () => {
    await pump.stop(0);
    waiting = [];
  });

  it('does several at once, and no more', async () => {
    const open: (() => void)[] = [];
    for (let i = 0; i < 5; i += 1) waiting.push(() => new Promise((resolve) => open.push(resolve)));
    made(take, 2);
    await until(() => open.length === 2);
    expect(waiting).toHaveLength(3);
    open[0]?.();
    await until(() => open.length === 3);
    expect(waiting).toHaveLength(2);
  });

  it('looks at once when it is woken, also if it is woken while it looks', async () => {
    let looks = 0;
    let woken = 0;
    made(() => {
      looks += 1;
      if (woken < 3) {
        woken += 1;
        pump.wake();
      }
      return Promise.resolve({ waitMs: undefined });
    });
    await until(() => looks === 4);
    pump.wake();
    await until(() => looks === 5);
  });

  it('is not woken while nothing that comes could be done', async () => {
    let looks = 0;
    made(
      () => {
        looks += 1;
        return Promise.resolve({ waitMs: HOUR, limited: true });
      },
      3,
      HOUR,
    );
    await until(() => looks === 1);
    for (let time = 0; time < 5; time += 1) {
      pump.wake();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(looks).toBe(1);
  });

  it('looks by itself after a while, and earlier if it is known when', async () => {
    let looks = 0;
    made(() => Promise.resolve({ waitMs: looks++ === 0 ? 5 : undefined }), 3, 30);
    await until(() => looks > 3);
  });

  it('goes on after work that fails and looks that fail', async () => {
    let looks = 0;
    let done = 0;
    made(() => {
      looks += 1;
      if (looks === 1) return Promise.reject(new Error('away'));
      if (looks === 2) return Promise.resolve({ work: () => Promise.reject(new Error('a bug')) });
      if (looks === 3) return Promise.resolve({ work: () => Promise.resolve(void (done += 1)) });
      return Promise.resolve({ waitMs: HOUR });
    });
    await until(() => done === 1);
  });

  it('waits for what is being done when it stops, but not for ever', async () => {
    const end = new AbortController();
    let begun = false;
    waiting.push(() => {
      begun = true;
      return new Promise((resolve) => end.signal.addEventListener('abort', () => resolve()));
    });
    made(take);
    await until(() => begun);
    await pump.stop(1);
    waiting.push(() => Promise.reject(new Error('it took more')));
    const stopped = pump.stop(HOUR);
    end.abort();
    await stopped;
    expect(waiting).toHaveLength(1);
  });
});
