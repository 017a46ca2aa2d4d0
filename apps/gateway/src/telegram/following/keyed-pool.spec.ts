import { describe, expect, it } from '@jest/globals';
import { until } from '@ids/testing';
import { KeyedPool } from './keyed-pool.js';

/** A pool whose work ends when it is told to. */
function held(bounds: { atOnce: number; waiting: number }): {
  pool: KeyedPool<string>;
  begun: string[];
  end: (key: string) => void;
} {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const pool = new KeyedPool<string>((key) => {
    begun.push(key);
    return new Promise((resolve) => ends.set(key, resolve));
  }, bounds);
  return { pool, begun, end: (key) => ends.get(key)?.() };
}

describe('KeyedPool', () => {
  it('works on so many at once, and on the others in their order', async () => {
    const { pool, begun, end } = held({ atOnce: 2, waiting: 10 });
    for (const key of ['a', 'b', 'c', 'd']) pool.add(key);
    expect(begun).toEqual(['a', 'b']);
    end('b');
    await until(() => begun.length === 3);
    expect(begun).toEqual(['a', 'b', 'c']);
  });

  it('works once on what is added twice, and again on what is added while it is worked on', async () => {
    const { pool, begun, end } = held({ atOnce: 2, waiting: 10 });
    for (const key of ['a', 'a', 'a', 'b', 'c', 'c']) pool.add(key);
    expect(begun).toEqual(['a', 'b']);
    end('b');
    await until(() => begun.includes('c'));
    // The second work on `a` waits for the first, though there was room for it.
    expect(begun).toEqual(['a', 'b', 'c']);
    end('a');
    await until(() => begun.length === 4);
    expect(begun).toEqual(['a', 'b', 'c', 'a']);
  });

  it('takes no more than may wait', () => {
    const { pool } = held({ atOnce: 1, waiting: 1 });
    expect(['a', 'b', 'b', 'c'].map((key) => pool.add(key))).toEqual([true, true, true, false]);
  });

  it('closes once what runs is done, and begins nothing more', async () => {
    const { pool, begun, end } = held({ atOnce: 1, waiting: 10 });
    pool.add('a');
    pool.add('b');
    let closed = false;
    const closing = pool.close().then(() => (closed = true));
    await new Promise(setImmediate);
    expect(closed).toBe(false);
    end('a');
    await closing;
    expect(begun).toEqual(['a']);
  });
});
