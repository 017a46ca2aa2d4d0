import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { makeProject, until, type TestProject } from '@ids/testing';
import { PEOPLE, TelegramSystem, transcript } from '../../support/telegram.js';
import { storyModel, VESSELS } from './models.js';

const { administrator, user, reader, colleague } = PEOPLE;
const GROUP = -1_001_234;
const TOPIC = 5;

// Longer than one wait for a message, which tells what was missing.
jest.setTimeout(180_000);

let telegram: TelegramSystem;
let project: TestProject;

beforeAll(async () => {
  telegram = await TelegramSystem.start({ model: storyModel, env: { ENABLE_LINTING: 'true' } });
  project = await makeProject(VESSELS);
  for (const chat of Object.values(PEOPLE)) telegram.api.chat(chat);
  telegram.api.chat(GROUP, { topics: [TOPIC] });
  await telegram.ask(administrator, `/register_project vessels ${project.path}`, /vessels/);
}, 180_000);
afterAll(async () => {
  await telegram.stop();
  await project.remove();
}, 60_000);

/** The last message that a person or a chat has seen. */
const last = (chat: number): number => telegram.api.chat(chat).messages.at(-1)?.id ?? 0;

describe('every command of the bot', () => {
  it('is known to Telegram, so that clients complete it', async () => {
    // A gateway tells of them when it is up already.
    const commands = await until(() => [...telegram.api.commands.values()][0]);
    expect(commands.map(({ command }) => command).sort()).toMatchSnapshot();
  });

  it('looks: /start, /help, /whoami, /project_info, /list_projects, /settings, /usage, /parliament, /history', async () => {
    const from = last(reader);
    await telegram.ask(reader, '/start', /IDS/);
    await telegram.ask(reader, '/help', /\/analyze/);
    await telegram.ask(reader, '/whoami', /reader/);
    await telegram.ask(reader, '/list_projects', /vessels/);
    await telegram.ask(reader, '/project_info', /syntax and imports/);
    await telegram.ask(reader, '/settings', /lint/);
    await telegram.ask(reader, '/usage', /tokens/i);
    await telegram.ask(reader, '/parliament', /Boris/);
    await telegram.ask(reader, '/history', /\w/);
    await telegram.ask(reader, '/code x', /reader/);
    expect(transcript(telegram.api, reader, from)).toMatchSnapshot();
  });

  it('reads: /analyze and /validate, and says what is wrong with their arguments', async () => {
    const from = last(colleague);
    await telegram.ask(colleague, '/analyze vessel.py', /class Vessel/);
    await telegram.ask(colleague, '/validate vessel.py', /syntax/);
    await telegram.ask(colleague, '/analyze', /\/analyze/);
    await telegram.ask(colleague, '/analyze none.py', /file_not_found/);
    await telegram.ask(colleague, '/analyze ../etc/passwd', /path_not_allowed/);
    await telegram.ask(colleague, '/vaildate', /Did you mean \/validate/);
    expect(transcript(telegram.api, colleague, from)).toMatchSnapshot();
  });

  it('acts: a question, a task that is fixed, its status, diff, export and rollback', async () => {
    const from = last(user);
    telegram.api.says(user, 'What does vessel.py do?');
    await telegram.shows(user, /^💬 Answer/u);
    const start = telegram.api.says(user, '/code Add logging to vessel.py with a lint warning');
    const question = await telegram.shows(user, /^⚠️ Your decision/u, start.id);
    expect(await telegram.press(user, user, question, 'Fix')).toContain('Fix');
    const done = await telegram.shows(user, /^✅ Done/u, question.id);
    await telegram.ask(user, '/status', /Done/);
    await telegram.ask(user, '/diff', /\+import logging/);
    const document = await telegram.ask(user, '/export', /\.md\]/);
    const markdown = document.document?.bytes.toString() ?? '';
    expect(markdown).toContain('Add logging to vessel.py with a lint warning');
    expect(markdown).toContain('+import logging');
    await telegram.ask(user, '/history', /lint warning/);
    await telegram.ask(user, '/rollback', /^↩️ Undone/u);
    expect(done.keyboard.flat().map(({ text }) => text)).toEqual(['Diff', 'Undo']);
    await telegram.ask(user, '/rollback', /undone already|nothing of yours/);
    expect(transcript(telegram.api, user, from)).toMatchSnapshot();
  });

  it('stops: Cancel below a question, and /cancel', async () => {
    for (const stop of ['button', 'command']) {
      const start = telegram.api.says(user, `/code Add logging to vessel.py with a lint warning, ${stop}`);
      const question = await telegram.shows(user, /^⚠️ Your decision/u, start.id);
      if (stop === 'button') await telegram.press(user, user, question, 'Cancel');
      else telegram.api.says(user, '/cancel');
      await telegram.shows(user, /^🚫 Cancelled/u, question.id);
    }
  });

  it('sets what each button of /settings says', async () => {
    const settings = await telegram.ask(administrator, '/settings', /lint/);
    const labels = (): string[] => settings.keyboard.flat().map(({ text }) => text);
    const all = labels().map((label) => label.replace('✓ ', ''));
    // What held before comes last, so that it holds again.
    const held = labels().filter((label) => label.startsWith('✓ '));
    const order = [
      ...all.filter((label) => !held.includes(`✓ ${label}`)),
      ...held.map((label) => label.slice(2)),
    ];
    expect(order).toHaveLength(17);
    for (const label of order) {
      expect(await telegram.press(administrator, administrator, settings, label)).toBe('Set.');
      await until(() => labels().includes(`✓ ${label}`), 60_000, `${label} marked`);
    }
    expect(transcript(telegram.api, administrator, settings.id - 1)).toMatchSnapshot();
  });

  it('arranges: projects that are chosen, registered, kept and forgotten', async () => {
    const from = last(administrator);
    await telegram.ask(administrator, `/register_project second ${project.path}`, /second|already/);
    const choice = await telegram.ask(administrator, '/project', /vessels/);
    const vessels = choice.keyboard.flat().find(({ text }) => text.includes('vessels'));
    await telegram.press(administrator, administrator, choice, vessels?.text ?? '');
    for (const [word, gone] of [
      ['keep', false],
      ['forget', true],
    ] as const) {
      const asked = await telegram.ask(administrator, '/delete_project second', /second/);
      const [, ...others] = asked.keyboard.flat();
      const button = gone ? asked.keyboard.flat()[0] : others[0];
      expect({
        word,
        told: await telegram.press(administrator, administrator, asked, button?.text ?? ''),
      }).toEqual({
        word,
        told: gone ? 'It is forgotten.' : 'It stays.',
      });
    }
    await telegram.shows(administrator, /second is no longer registered/, from);
    expect(transcript(telegram.api, administrator, from)).toMatchSnapshot();
    await telegram.ask(user, '/delete_project vessels', /administrator/);
  });
});

describe('a topic of a group', () => {
  it('has its answers there, to who asked; others may not press, an administrator may', async () => {
    const asked = telegram.api.says(
      user,
      '/code@ids_bot Add logging to vessel.py with a lint warning',
      GROUP,
      {
        threadId: TOPIC,
      },
    );
    const question = await telegram.shows(GROUP, /^⚠️ Your decision/u, asked.id);
    expect(question).toMatchObject({ threadId: TOPIC, replyTo: asked.id });
    expect(await telegram.press(colleague, GROUP, question, 'Yes')).toBe(
      'Only the person who asked may press this.',
    );
    await telegram.press(administrator, GROUP, question, 'Cancel');
    const end = await telegram.shows(GROUP, /^🚫 Cancelled/u, question.id);
    expect(end).toMatchObject({ threadId: TOPIC, replyTo: asked.id });
    telegram.api.says(user, 'just talk', GROUP, { threadId: TOPIC });
    await telegram.ask(user, '/whoami', /user/, GROUP);
    const answers = telegram.bots(GROUP, end.id);
    expect(answers.map((message) => message.threadId)).toEqual([undefined]);
  });
});
