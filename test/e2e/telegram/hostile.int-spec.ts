import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { projectListSchema, sessionListSchema } from '@ids/contracts';
import { makeProject, snapshotTree, type TestProject } from '@ids/testing';
import { BOT_TOKEN, PEOPLE, TelegramSystem, textOf } from '../../support/telegram.js';
import { hostileUpdates, type Hostile } from './hostile-updates.js';
import { storyModel, VESSELS } from './models.js';

const { administrator, user, reader, colleague, stranger } = PEOPLE;

// Longer than one wait for a message, which tells what was missing.
jest.setTimeout(180_000);

let telegram: TelegramSystem;
let project: TestProject;
let tree: Record<string, string>;
let gateway: number;
const hostile: readonly Hostile[] = hostileUpdates();

/** All at once, and behind them a harmless question in each chat: once it is answered, those before it are done. */
beforeAll(async () => {
  project = await makeProject(VESSELS);
  telegram = await TelegramSystem.start({
    model: storyModel,
    env: { IDS_PROJECTS_ROOT: dirname(project.path), LOG_LEVEL: 'trace' },
  });
  for (const chat of [administrator, user, reader, colleague, stranger]) telegram.api.chat(chat);
  await telegram.ask(administrator, `/register_project vessels ${project.path}`, /vessels/);
  tree = await snapshotTree(project.path);
  gateway = telegram.system.gatewayPid;
  for (const { chat, content } of hostile) telegram.api.push(chat, content);
  const { id } = telegram.api.says(user, '/whoami');
  await telegram.shows(user, new RegExp(`\\b${user}\\b`), id);
}, 180_000);

afterAll(async () => {
  await telegram.stop();
  await project.remove();
}, 60_000);

describe(`${hostile.length} hostile updates`, () => {
  it('are more than a hundred', () => {
    expect(hostile.length).toBeGreaterThan(100);
  });

  it('crash nothing: the same gateway goes on answering', async () => {
    expect(telegram.system.gatewayPid).toBe(gateway);
    await telegram.ask(reader, '/whoami', /reader/);
  });

  it('have no effect: no session, no project, no file, no command', async () => {
    const sessions = sessionListSchema.parse((await telegram.system.api('GET', '/v1/sessions')).body);
    expect(sessions.sessions.map(({ task }) => task)).toEqual([]);
    const projects = projectListSchema.parse((await telegram.system.api('GET', '/v1/projects')).body);
    expect(projects.projects.map(({ name }) => name)).toEqual(['vessels']);
    expect(await snapshotTree(project.path)).toEqual(tree);
    expect(existsSync('/tmp/ids-hostile')).toBe(false);
    expect(existsSync(join(project.path, 'ids-hostile'))).toBe(false);
  });

  it('get strangers no answer at all', () => {
    expect(telegram.bots(stranger)).toEqual([]);
    const towards = telegram.api.calls.filter(({ values }) => Number(values['chat_id']) === stranger);
    expect(towards).toEqual([]);
  });

  it('break no message: each was taken by Telegram as it was sent, and mentions or links nobody', () => {
    const refused = telegram.api.calls.filter(
      ({ method, status }) => status === 400 && !/^answerCallbackQuery$/i.test(method),
    );
    expect(refused).toEqual([]);
    const kinds = new Set(telegram.bots(user).flatMap(({ entities }) => entities.map(({ type }) => type)));
    expect([...kinds].filter((kind) => !['bold', 'italic', 'code', 'pre'].includes(kind))).toEqual([]);
  });

  it('leak nothing: no token, no file of this machine, no folder of IDS', () => {
    const told = telegram.bots(user).map(textOf).join('\n');
    expect(told).not.toMatch(/root:|BEGIN|at \w+ \(|node_modules/);
    expect(`${told}\n${telegram.system.log()}`).not.toContain(BOT_TOKEN);
    expect(telegram.system.log()).not.toContain(BOT_TOKEN.split(':')[1]);
  });
});

describe('buttons in the wrong hands', () => {
  it('do nothing when another person, a reader, or the same person twice presses them', async () => {
    telegram.api.says(user, '/project vessels');
    const start = telegram.api.says(user, '/code Add logging to vessel.py');
    const done = await telegram.shows(user, /^✅ Done/u, start.id);
    const [undo] = done.keyboard.flat().filter(({ text }) => text === 'Undo');
    for (const other of [colleague, reader]) {
      const query = telegram.api.sendsData(other, user, done.id, undo?.callback_data ?? '');
      expect(await telegram.answerTo(query)).not.toBe('');
    }
    const { id = '' } = sessionOf(textOf(done));
    expect((await telegram.system.session(id)).status).toBe('applied');
    await telegram.press(user, user, done, 'Undo');
    await telegram.shows(user, /^↩️ Undone/u, done.id);
    const again = telegram.api.sendsData(user, user, done.id, undo?.callback_data ?? '');
    expect(await telegram.answerTo(again)).toMatch(/already/);
    expect((await telegram.system.session(id)).status).toBe('rolled_back');
  });
});

function sessionOf(text: string): { readonly id?: string } {
  const [id] = /sess_[0-9A-Z]{26}/.exec(text) ?? [];
  return id === undefined ? {} : { id };
}
