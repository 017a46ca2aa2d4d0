import { ChatButtonStore, ChatOutbox, connectRedis, untilReady, type Redis } from '@ids/store';
import { startRedis, type TestRedis } from '@ids/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Buttons } from '../buttons/buttons.js';
import { drainOutbox, UNLIMITED } from '../following/outbox.fixture.js';
import { own } from '../text/rich-text.js';
import { Letters, type Letter } from './letters.js';
import type { Outgoing } from './outgoing.js';

const TO = { place: { chat: 7 }, message: 1, owner: 7 };

let server: TestRedis;
let redis: Redis;
let outbox: ChatOutbox;
let letters: Letters;
beforeAll(async () => {
  server = await startRedis();
  redis = connectRedis(server.url, 'worker');
  await untilReady(redis, 20_000);
  outbox = new ChatOutbox(redis, UNLIMITED);
  letters = new Letters(outbox, new Buttons(new ChatButtonStore(redis), 'a-token'));
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});
beforeEach(() => redis.flushall());

async function sent(id: string, letter: Letter): Promise<Outgoing[]> {
  await letters.send(TO, id, letter);
  return await drainOutbox(outbox);
}

function paragraphs(count: number): Letter {
  return { parts: [own(`${'word '.repeat(400)}\n\n`.repeat(count))] };
}

describe('a letter', () => {
  it('is sent once, though it has other pieces the second time', async () => {
    expect(await sent('x', paragraphs(5))).toHaveLength(3);
    expect(await sent('x', paragraphs(7))).toEqual([]);
    expect(await sent('x', paragraphs(40))).toEqual([]);
  });

  it('that is very long is a document, of no more than a slow line can send', async () => {
    const line = `${'x'.repeat(99)}\n`;
    const [document] = await sent('x', {
      parts: [own('All')],
      document: { name: 'a', content: line.repeat(20_000) },
    });
    const content = document?.kind === 'document' ? document.content : '';
    expect(content.length).toBeLessThan(1_000_100);
    expect(content.endsWith(`${line}… it goes on, too long for a chat\n`)).toBe(true);
  });
});
