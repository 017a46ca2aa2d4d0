import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@ids/testing';
import type { RegisteredProject } from '../../support/system.js';
import { PEOPLE, TelegramSystem, textOf, transcript } from '../../support/telegram.js';
import { storyModel, VESSELS } from './models.js';

const CHATS = [PEOPLE.administrator, PEOPLE.user, PEOPLE.colleague];
const TASKS_A_CHAT = 3;
const ROUNDS = 9;
/** One chat each has at most one final answer on its way when the gateway dies. */
const GATEWAY_KILLS = Math.ceil(ROUNDS / 3) * CHATS.length;
const END = /^(✅|❌|💬) \w/u;
const ANSWER_MS = 240_000;

let telegram: TelegramSystem;
let project: RegisteredProject;

const marks = CHATS.flatMap((chat) =>
  Array.from({ length: TASKS_A_CHAT }, (_, index) => ({ chat, mark: `mark-${chat}-${index}` })),
);

/** People give tasks, all the while gateway, workers and Redis die and come back. */
beforeAll(async () => {
  telegram = await TelegramSystem.start({ workers: 2, model: storyModel });
  project = await telegram.system.createProject(VESSELS);
  for (const chat of CHATS) telegram.api.chat(chat);
  const killing = kill();
  for (const { chat, mark } of marks) {
    telegram.api.says(chat, `/ask What does vessel.py do? ${mark}`, chat);
    await delay(400);
  }
  await killing;
  await until(
    () => marks.every(({ chat, mark }) => finals(chat, mark).length > 0),
    ANSWER_MS,
    'all answers',
  ).catch((error: unknown) => {
    const missing = marks.filter(({ chat, mark }) => finals(chat, mark).length === 0);
    const chats = CHATS.map((chat) => transcript(telegram.api, chat)).join('\n\n');
    throw new Error(`${String(error)}: ${JSON.stringify(missing)}\n${chats}\n${telegram.system.log()}`);
  });
}, 420_000);

afterAll(() => telegram.stop(), 60_000);

const finals = (chat: number, mark: string): string[] =>
  telegram
    .bots(chat)
    .map(textOf)
    .filter((text) => END.test(text) && text.includes(mark));

/** In each round something else dies; what it was at when it died is for chance. */
async function kill(): Promise<void> {
  const { system } = telegram;
  for (let round = 0; round < ROUNDS; round += 1) {
    await delay(300 + Math.random() * 900);
    if (round % 3 === 0) {
      await system.killGateway();
      await system.startGateway();
    } else if (round === 4) {
      await system.redis.kill();
      await delay(1_000);
      await system.redis.restart();
    } else {
      const place = system.workers.findIndex((worker) => worker.running);
      await system.killWorker(place);
      await system.startWorker();
    }
  }
}

describe('tasks from chats while processes die', () => {
  it('each become one session', async () => {
    const { body } = await telegram.system.api('GET', `/v1/sessions?project=${project.name}&limit=200`);
    const found = JSON.stringify(body);
    for (const { mark } of marks) {
      const times = found.match(new RegExp(`"task":"[^"]*${mark}`, 'g'))?.length;
      expect({ mark, times }).toEqual({ mark, times: 1 });
    }
  });

  it('each get a final answer; twice only what was on its way when its sender died', () => {
    const twice = marks.flatMap(({ chat, mark }) => finals(chat, mark).slice(1));
    expect(twice.length).toBeLessThanOrEqual(GATEWAY_KILLS);
  });

  it('are answered within the limits of Telegram', () => {
    expect(telegram.api.floods).toBe(0);
  });
});
