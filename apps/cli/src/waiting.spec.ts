import { EventEmitter, once } from 'node:events';
import { expect, it } from '@jest/globals';
import { whileWaiting } from './waiting.js';

const SOON = { firstMs: 1, againMs: 1 };

it('tells again and again while the work lasts, and no longer', async () => {
  const told: number[] = [];
  const ears = new EventEmitter();
  const work = once(ears, 'third').then(() => 'done');
  const say = (seconds: number): void => void (told.push(seconds) === 3 && ears.emit('third'));
  expect(await whileWaiting(work, say, SOON)).toBe('done');
  expect(told).toHaveLength(3);
});

it('is silent where the work is short, and passes its failure on', async () => {
  const told: number[] = [];
  const say = (seconds: number): void => void told.push(seconds);
  await expect(whileWaiting(Promise.reject(new Error('no')), say)).rejects.toThrow('no');
  expect(await whileWaiting(Promise.resolve(1), say)).toBe(1);
  expect(told).toEqual([]);
});
