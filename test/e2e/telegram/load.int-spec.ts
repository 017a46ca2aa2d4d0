import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connectRedis, type Redis } from '@ids/store';
import { until } from '@ids/testing';
import { RoundRobin } from '../../support/round-robin.js';
import { TelegramSystem, textOf } from '../../support/telegram.js';

const CHATS = 500;
const UPDATES_A_CHAT = 10;
const FIRST = 10_000;
/** What a bot that pays may send: at 30 a second, 5,000 answers take three minutes, whoever sends them. */
const MESSAGES_PER_SECOND = 300;
const MINUTE_MS = 60_000;
const ANSWER_MS = 240_000;
const KILLS = 4;
/** What a gateway may have on its way when it dies; nobody can know whether it arrived. */
const SENDS_AT_ONCE = 8;
const MOST_RSS_MB = 400;

const people = Array.from({ length: CHATS }, (_, index) => FIRST + index);
let balancer: RoundRobin;
let telegram: TelegramSystem;
let redis: Redis;
let spread: number;

beforeAll(async () => {
  balancer = await RoundRobin.start();
  telegram = await TelegramSystem.start({
    workers: 0,
    bot: { limits: { overallPerSecond: MESSAGES_PER_SECOND } },
    env: {
      ALLOWED_TELEGRAM_USERS: ['1', '3', ...people].join(','),
      TELEGRAM_WEBHOOK_URL: `${balancer.url}/telegram/webhook`,
      TELEGRAM_WEBHOOK_SECRET: 'a-secret-of-the-tests',
      TELEGRAM_MESSAGES_PER_SECOND: String(MESSAGES_PER_SECOND),
    },
  });
  redis = connectRedis(telegram.system.redis.url, 'worker');
  const second = await telegram.system.addGateway();
  const third = await telegram.system.addGateway();
  balancer.targets.push(telegram.system.url, second.url, third.url);
  await until(() => telegram.api.updates.hook !== undefined, MINUTE_MS, 'the webhook');
  const killing = kill([second, third]);
  const begun = Date.now();
  await speak();
  spread = Date.now() - begun;
  await killing;
  await until(
    () => people.every((person) => new Set(answers(person)).size === UPDATES_A_CHAT),
    ANSWER_MS,
    'all answers',
  );
}, 420_000);

afterAll(async () => {
  redis.disconnect();
  await telegram.stop();
  await balancer.close();
}, 60_000);

/** Everybody speaks at the same time, ten times over half a minute. */
async function speak(): Promise<void> {
  for (let turn = 0; turn < UPDATES_A_CHAT; turn += 1) {
    for (const person of people) telegram.api.says(person, `/project no-such-${turn}`);
    await delay(3_000);
  }
}

/** Two of the three gateways die in turns, and come back at the same address. */
async function kill(gateways: { readonly index: number; readonly url: string }[]): Promise<void> {
  for (let round = 0; round < KILLS; round += 1) {
    await delay(5_000);
    const victim = gateways.shift();
    if (victim === undefined) return;
    await telegram.system.moreGateways[victim.index]?.end('SIGKILL');
    gateways.push(await telegram.system.addGateway({ PORT: new URL(victim.url).port }));
  }
}

/** The numbers that a person's answers name, in the order in which they are seen. */
function answers(person: number): number[] {
  return telegram.bots(person).map((message) => Number(/no-such-(\d+)/.exec(textOf(message))?.[1]));
}

describe('5,000 updates from 500 chats, over three gateways of which some die', () => {
  it('came within a minute', () => {
    expect(spread).toBeLessThan(MINUTE_MS);
  });

  it('are each answered, in the order of their chat; twice only what was on its way when its sender died', () => {
    let twice = 0;
    const inOrder = Array.from({ length: UPDATES_A_CHAT }, (_, turn) => turn);
    for (const person of people) {
      const seen = answers(person);
      const once = seen.filter((turn, place) => seen.indexOf(turn) === place);
      twice += seen.length - once.length;
      expect({ person, once }).toEqual({ person, once: inOrder });
    }
    expect(twice).toBeLessThanOrEqual(KILLS * SENDS_AT_ONCE);
  });

  it('never exceed a limit of Telegram', () => {
    expect(telegram.api.floods).toBe(0);
  });

  it(
    'leave nothing behind that grows',
    async () => {
      // A message is seen before its sender has noted so; that of a dead one is sent again after a while.
      await until(
        async () => (await redis.hlen('ids:chat-outbox:messages')) === 0,
        MINUTE_MS,
        'an empty outbox',
      );
      await until(
        async () => (await redis.keys('ids:inbox:updates:chat:*')).length === 0,
        MINUTE_MS,
        'empty inboxes',
      );
      for (const gateway of telegram.system.moreGateways.filter(({ running }) => running)) {
        const status = await readFile(`/proc/${gateway.pid}/status`, 'utf8');
        expect(Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1_024).toBeLessThan(MOST_RSS_MB);
      }
    },
    3 * MINUTE_MS,
  );
});
