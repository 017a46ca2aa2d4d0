import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sessionListSchema } from '@ids/contracts';
import { snapshotTree, until, type ShownMessage } from '@ids/testing';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { RoundRobin } from '../../support/round-robin.js';
import type { RegisteredProject } from '../../support/system.js';
import { PEOPLE, TelegramSystem, textOf, transcript } from '../../support/telegram.js';
import { storyModel, VESSELS } from './models.js';

const { administrator, user, colleague } = PEOPLE;
const SECRET = 'a-secret-of-the-tests';
const [OLD_GROUP, SUPERGROUP] = [-77, -1_001_077];
/** Longer than the leases of those who died. */
const PATIENCE_MS = 120_000;

// Longer than one wait for a message, which tells what was missing.
jest.setTimeout(240_000);

let balancer: RoundRobin;
let telegram: TelegramSystem;
let project: RegisteredProject;
/** The coder does not answer meanwhile. */
let coderHeld = false;

beforeAll(async () => {
  balancer = await RoundRobin.start();
  telegram = await TelegramSystem.start({
    model: async (request) => {
      if (request.role === 'coder') await until(() => !coderHeld, PATIENCE_MS, 'a word to the coder');
      return await storyModel(request);
    },
    env: {
      ENABLE_LINTING: 'true',
      TELEGRAM_WEBHOOK_URL: `${balancer.url}/telegram/webhook`,
      TELEGRAM_WEBHOOK_SECRET: SECRET,
    },
  });
  const second = await telegram.system.addGateway();
  balancer.targets.push(telegram.system.url, second.url);
  project = await telegram.system.createProject(VESSELS);
  for (const person of [administrator, user, colleague]) telegram.api.chat(person);
  await until(() => telegram.api.updates.hook !== undefined, PATIENCE_MS, 'the webhook');
}, 120_000);
afterAll(async () => {
  await telegram.stop();
  await balancer.close();
}, 60_000);

const source = (): Promise<string> => readFile(join(project.path, 'vessel.py'), 'utf8');

/** What a chat shows of the task with this word, behind the message with this id. */
function shown(chat: number, word: string, after: number): string[] {
  return telegram
    .bots(chat, after)
    .map(textOf)
    .filter((text) => text.includes(word))
    .map((text) => text.slice(0, text.indexOf(':')).trim());
}

async function sessionsOf(word: string): Promise<number> {
  const { body } = await telegram.system.api('GET', `/v1/sessions?project=${project.name}&limit=200`);
  return sessionListSchema.parse(body).sessions.filter(({ task }) => task.includes(word)).length;
}

/** A person says something that Telegram has told to a gateway when this resolves. */
async function told(person: number, text: string): Promise<ShownMessage> {
  const before = telegram.api.updates.delivered.length;
  const said = telegram.api.says(person, text);
  await until(
    () => telegram.api.updates.delivered.slice(before).some(({ status }) => status === 200),
    PATIENCE_MS,
    `that ${text} is taken`,
  );
  return said;
}

/** All gateways die at once, and come back where they were. */
async function killGateways(): Promise<void> {
  const { system } = telegram;
  const [, second = ''] = balancer.targets;
  await Promise.all([system.killGateway(), ...system.moreGateways.map((gateway) => gateway.end('SIGKILL'))]);
  await Promise.all([system.startGateway(), system.addGateway({ PORT: new URL(second).port })]);
}

const seen = (what: string, look: () => boolean): Promise<unknown> =>
  until(look, PATIENCE_MS, what).catch((error: unknown) => {
    const chats = [user, colleague].map((chat) => transcript(telegram.api, chat));
    throw new Error([String(error), ...chats, telegram.system.log()].join('\n'), { cause: error });
  });

describe('the bot behind the webhook of two gateways', () => {
  it('tells the same story: asked, Yes, done, Undo', async () => {
    const before = await snapshotTree(project.path);
    const start = telegram.api.says(user, '/code Add logging to vessel.py with a lint warning');
    const question = await telegram.shows(user, /^⚠️/u, start.id);
    await telegram.press(user, user, question, 'Yes');
    const done = await telegram.shows(user, /^✅ Done/u, question.id);
    expect(await source()).toContain('import os\nimport logging');
    expect(await telegram.press(user, user, done, 'Undo')).toBe('Every file is being brought back.');
    await telegram.shows(user, /^↩️ Undone/u, done.id);
    expect(await snapshotTree(project.path)).toEqual(before);
    // One gateway says what was chosen while another may tell the end, so these two have no order.
    expect(shown(user, 'lint warning', start.id)).toEqual([
      'Task',
      '⚠️ Your decision',
      '✅ Done',
      '↩️ Undone',
    ]);
    await telegram.shows(user, /^Yes: the change is written\./u, start.id);
  });

  it('follows a group that becomes a supergroup while it is asked', async () => {
    telegram.api.chat(OLD_GROUP, { type: 'group' });
    await telegram.ask(administrator, `/project ${project.name}`, /works on/i, OLD_GROUP);
    coderHeld = true;
    const start = telegram.api.says(user, '/code Add logging to vessel.py with a lint warning', OLD_GROUP);
    await telegram.shows(OLD_GROUP, /Round 1 agreed/u, start.id);
    telegram.api.migrate(OLD_GROUP, SUPERGROUP);
    coderHeld = false;
    const question = await telegram.shows(SUPERGROUP, /^⚠️/u);
    await telegram.press(user, SUPERGROUP, question, 'Cancel');
    await telegram.shows(SUPERGROUP, /^🚫 Cancelled/u);
    await telegram.ask(user, '/project', new RegExp(project.name), SUPERGROUP);
  });
});

describe('a gateway that is killed', () => {
  it.each([
    ['just when it has taken an update', 'nimbus', 0],
    ['when it has begun what was asked for', 'cirrus', 1],
  ])('%s has its effect once, and its person answers', async (_when, word, begun) => {
    // Nothing reaches Telegram before.
    telegram.api.fail('sendMessage', { cut: true }, Number.POSITIVE_INFINITY);
    const said = await told(colleague, `/ask What does vessel.py do? ${word}`);
    await until(async () => (await sessionsOf(word)) >= begun, PATIENCE_MS, 'the session');
    await killGateways();
    telegram.api.mend();
    await seen('the answer', () => shown(colleague, word, said.id).includes('💬 Answer'));
    expect(await sessionsOf(word)).toBe(1);
    expect(shown(colleague, word, said.id)).toEqual(['Question', '💬 Answer']);
  });
});

describe('a worker that is killed', () => {
  it('while it writes code is made good by another, and the person is told once', async () => {
    const { system, api } = telegram;
    const before = await source();
    coderHeld = true;
    const calls = system.model.calls.length;
    const said = api.says(user, '/code Add logging to vessel.py, stratus');
    await until(
      () => system.model.calls.slice(calls).some(({ role }) => role === 'coder'),
      PATIENCE_MS,
      'a call of the coder',
    );
    await system.killWorker(0);
    coderHeld = false;
    await system.startWorker();
    await seen('the end', () => shown(user, 'stratus', said.id).includes('✅ Done'));
    expect(shown(user, 'stratus', said.id)).toEqual(['Task', '✅ Done']);
    expect(await source()).not.toBe(before);
  });
});

describe('Redis that is killed', () => {
  it('while a press comes in: it counts once Redis is back, once', async () => {
    const { system, api } = telegram;
    await telegram.ask(user, '/rollback', /^↩️ Undone/u);
    const said = api.says(user, '/code Add logging to vessel.py with a lint warning, altus');
    const question = await telegram.shows(user, /^⚠️/u, said.id);
    await system.redis.kill();
    const refused = api.updates.delivered.length;
    const query = api.presses(user, user, question.id, 'Yes');
    await seen('that it is refused', () =>
      api.updates.delivered.slice(refused).some(({ status }) => status === 503),
    );
    await system.redis.restart();
    expect(await telegram.answerTo(query)).toBe('Yes: the change is written.');
    await seen('the end', () => shown(user, 'altus', said.id).includes('✅ Done'));
    expect(shown(user, 'altus', said.id)).toEqual(['Task', '⚠️ Your decision', '✅ Done']);
  });
});
