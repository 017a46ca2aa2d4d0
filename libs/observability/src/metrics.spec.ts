import { describe, expect, it } from '@jest/globals';
import { createMetrics, observeChatMessages } from './metrics.js';

describe('observeChatMessages', () => {
  it('tells how many wait, and nothing while that cannot be read', async () => {
    const metrics = createMetrics('spec');
    const waiting: (number | undefined)[] = [3, undefined, 0];
    observeChatMessages(metrics, () => {
      const read = waiting.shift();
      return read === undefined ? Promise.reject(new Error('Redis is away')) : Promise.resolve(read);
    });
    const shown: string[] = [];
    for (let scrape = 0; scrape < 3; scrape += 1) {
      shown.push(
        ...((await metrics.registry.metrics()).match(/^ids_telegram_waiting_messages.*$/gm) ?? ['']),
      );
    }
    expect(shown).toEqual([
      'ids_telegram_waiting_messages{program="spec"} 3',
      '',
      'ids_telegram_waiting_messages{program="spec"} 0',
    ]);
  });
});
