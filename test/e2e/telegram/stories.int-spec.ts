import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { makeProject, snapshotTree, until, type ShownMessage, type TestProject } from '@ids/testing';
import { PEOPLE, TelegramSystem, textOf, transcript } from '../../support/telegram.js';
import { storyModel, VESSELS } from './models.js';

const { administrator, user } = PEOPLE;
const END = /^(✅|❌|↩️|🚫|💬) \w/u;

// Longer than one wait for a message, which tells what was missing.
jest.setTimeout(180_000);

let telegram: TelegramSystem;
const projects: TestProject[] = [];

/** The last agent does not vote meanwhile. */
let lastVoteHeld = false;

beforeAll(async () => {
  telegram = await TelegramSystem.start({
    model: async (request) => {
      if (request.role === 'sre_critic') await until(() => !lastVoteHeld, 60_000, 'a word to the last agent');
      return await storyModel(request);
    },
    env: { ENABLE_LINTING: 'true' },
  });
});
afterAll(async () => {
  await telegram.stop();
  for (const project of projects) await project.remove();
});

/** A project that the administrator registers by chat, and the person works on. */
async function vessels(person: number, name: string): Promise<TestProject> {
  const project = await makeProject(VESSELS);
  projects.push(project);
  telegram.api.chat(administrator);
  telegram.api.chat(person);
  await telegram.ask(administrator, `/register_project ${name} ${project.path}`, new RegExp(name));
  await telegram.ask(person, `/project ${name}`, new RegExp(name));
  return project;
}

const source = (project: TestProject): Promise<string> => readFile(join(project.path, 'vessel.py'), 'utf8');

describe('the stories of Telegram', () => {
  it('/code with a lint warning: asked, Yes, done, looked at, undone', async () => {
    const project = await vessels(user, 'vessels');
    const before = await snapshotTree(project.path);
    /** What is seen from a message on, at this moment. */
    const moment = (message: ShownMessage): number =>
      moments.push(transcript(telegram.api, user, message.id));
    const moments: string[] = [];
    lastVoteHeld = true;
    const start = telegram.api.says(user, '/code Add logging to vessel.py with a lint warning');
    await telegram.shows(user, /^[^▫]*▫️ SRE, critic\n[^▫]*$/u, start.id);
    moment({ ...start, id: start.id - 1 });
    lastVoteHeld = false;
    const question = await telegram.shows(user, /^⚠️/u, start.id);
    expect(question.keyboard.flat().map(({ text }) => text)).toEqual(['Yes', 'Fix', 'Cancel']);
    expect(await source(project)).toBe(VESSELS['vessel.py']);
    moment(start);

    await telegram.press(user, user, question, 'Yes');
    const done = await telegram.shows(user, /^✅ Done/u, question.id);
    expect(await source(project)).toContain('import os\nimport logging');
    expect(done.silent).toBe(false);
    moment(question);

    await telegram.press(user, user, done, 'Diff');
    const diff = await telegram.shows(user, /\+import logging/, done.id);
    moment(done);
    await telegram.press(user, user, diff, 'Undo');
    await telegram.shows(user, /^↩️ Undone/u, diff.id);
    moment(diff);
    expect(await source(project)).toBe(VESSELS['vessel.py']);
    expect(await snapshotTree(project.path)).toEqual(before);
    expect(moments.join('\n\n· · ·\n\n')).toMatchSnapshot();
  });

  it('/code that never compiles: repaired twice in vain, rolled back, and the person knows why', async () => {
    const person = PEOPLE.colleague;
    const project = await vessels(person, 'vessels-2');
    const before = await snapshotTree(project.path);
    const start = telegram.api.says(person, '/code Add logging to vessel.py, broken');
    const end = await telegram.shows(person, END, start.id);
    expect(textOf(end)).toContain('Nothing was changed.');
    expect(textOf(end)).toContain('validation_failed');
    expect(await snapshotTree(project.path)).toEqual(before);
    // What would have been is still there to look at.
    await telegram.press(person, person, end, 'Diff');
    await telegram.shows(person, /\+def \(:/u, end.id);
    await until(() => end.keyboard.length === 0, 60_000, 'the button that was used to go');
    expect(transcript(telegram.api, person, start.id - 1)).toMatchSnapshot();
  });

  it('/code on which the parliament cannot agree: /continue leads on', async () => {
    await vessels(administrator, 'vessels-3');
    const start = telegram.api.says(administrator, '/code Add logging to vessel.py, undecided');
    const question = await telegram.shows(administrator, /^🧭/u, start.id);
    telegram.api.says(administrator, '/continue keep it small');
    await telegram.shows(administrator, /^✅ Done/u, question.id);
    expect(transcript(telegram.api, administrator, start.id - 1)).toMatchSnapshot();
  });
});
