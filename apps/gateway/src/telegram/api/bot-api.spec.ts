import { startBotApiDouble, type BotApiDouble } from '@ids/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { BotApi, type BotMessage } from './bot-api.js';

const TOKEN = '1000:AAF-secret-of-this-spec-0123456789';
const CHAT = 7;
const GROUP = -8;
const message = (more: Partial<BotMessage> = {}): BotMessage => ({
  chat: CHAT,
  text: 'Hello',
  entities: [],
  keyboard: [],
  ...more,
});

describe('BotApi against a Bot API server', () => {
  let double: BotApiDouble;
  let api: BotApi;
  let floods: number;
  beforeEach(async () => {
    double = await startBotApiDouble({ token: TOKEN });
    floods = 0;
    api = new BotApi(TOKEN, double.url, { onFlood: () => (floods += 1) });
    double.chat(CHAT);
    double.chat(GROUP, { topics: [3] });
  });
  afterEach(() => double.close());

  it('sends, edits and takes buttons away', async () => {
    const keyboard = [[{ text: 'Yes', data: 'x' }]];
    const entities = [{ type: 'bold', offset: 0, length: 5 }];
    const sent = await api.send(message({ keyboard, entities, silent: true }));
    expect(sent).toEqual({ kind: 'done', result: 1 });
    const [shown] = double.chat(CHAT).messages;
    expect(shown).toMatchObject({ text: 'Hello', entities, silent: true });
    expect(shown?.keyboard.flat()).toEqual([{ text: 'Yes', callback_data: 'x' }]);
    expect(await api.edit(CHAT, 1, message({ text: 'Bye', keyboard }))).toMatchObject({ kind: 'done' });
    expect(await api.edit(CHAT, 1, message({ text: 'Bye', keyboard }))).toEqual({ kind: 'same' });
    expect(await api.removeButtons(CHAT, 1)).toMatchObject({ kind: 'done' });
    expect(await api.removeButtons(CHAT, 1)).toEqual({ kind: 'same' });
    expect(shown).toMatchObject({ text: 'Bye', keyboard: [] });
    expect(await api.edit(CHAT, 99, message())).toEqual({ kind: 'gone' });
    const theirs = double.says(CHAT, 'mine');
    expect(await api.edit(CHAT, theirs.id, message())).toEqual({ kind: 'gone' });
  });

  it('sends a document into a topic, as an answer, with a caption that has looks and buttons', async () => {
    double.says(1, '/export', GROUP, { threadId: 3 });
    const entities = [{ type: 'code', offset: 0, length: 5 }];
    const keyboard = [[{ text: 'Undo', data: 'x' }]];
    const where = { chat: GROUP, thread: 3, replyTo: 1 };
    const sent = { ...message({ ...where, entities, keyboard }), name: 'a.md', content: '# Ä' };
    expect(await api.sendDocument(sent)).toEqual({ kind: 'done', result: 2 });
    const shown = double.chat(GROUP).messages[1];
    expect(shown).toMatchObject({ threadId: 3, replyTo: 1, text: 'Hello', entities });
    expect(shown?.keyboard.flat()).toEqual([{ text: 'Undo', callback_data: 'x' }]);
    expect(shown?.document).toMatchObject({ name: 'a.md', bytes: Buffer.from('# Ä') });
  });

  it('answers what is gone without a quote, and says that a topic is gone', async () => {
    expect(await api.send(message({ replyTo: 999 }))).toMatchObject({ kind: 'done' });
    const document = { ...message({ replyTo: 999 }), name: 'a', content: 'x' };
    expect(await api.sendDocument(document)).toMatchObject({ kind: 'done' });
    expect(await api.send(message({ chat: GROUP, thread: 4 }))).toEqual({ kind: 'no-topic' });
  });

  it('never shows a preview of a link', async () => {
    await api.send(message({ text: 'https://example.org' }));
    await api.edit(CHAT, 1, message({ text: 'https://example.com' }));
    expect(double.calls.map(({ values }) => values['link_preview_options'])).toEqual([
      { is_disabled: true },
      { is_disabled: true },
    ]);
  });

  it('says what is final and what is not', async () => {
    expect(await api.send(message({ chat: 12345 }))).toEqual({ kind: 'closed' });
    double.chat(CHAT).closed = 'blocked';
    expect(await api.send(message())).toEqual({ kind: 'closed' });
    expect(await api.send(message({ chat: GROUP, text: 'x'.repeat(5_000) }))).toEqual({
      kind: 'refused',
      status: 400,
      description: 'Bad Request: message is too long',
    });
    double.chat(-9).migratedTo = -1009;
    expect(await api.send(message({ chat: -9 }))).toEqual({ kind: 'migrated', to: -1009 });
    expect(await new BotApi('1000:other', double.url).send(message())).toMatchObject({
      kind: 'unreachable',
    });
  });

  it('says how long to wait when there was too much', async () => {
    const sends = Array.from({ length: 21 }, (_, index) =>
      api.send(message({ chat: GROUP, text: String(index) })),
    );
    const [refused, ...others] = (await Promise.all(sends)).filter(({ kind }) => kind !== 'done');
    expect(refused).toMatchObject({ kind: 'flood' });
    expect(refused?.kind === 'flood' && refused.retryMs).toBeGreaterThanOrEqual(1_000);
    expect(others).toEqual([]);
    expect(floods).toBe(1);
  });

  it('introduces itself, sets its commands, and answers a press with at most 200 characters', async () => {
    expect(await api.me()).toMatchObject({ kind: 'done', result: { id: 1_000, username: 'ids_bot' } });
    await api.setCommands([{ command: 'help', description: 'All commands' }]);
    expect([...double.commands.values()]).toEqual([[{ command: 'help', description: 'All commands' }]]);
    const query = double.sendsData(CHAT, CHAT, 1, 'x');
    expect(await api.answerPress(query, 'ä'.repeat(300), true)).toMatchObject({ kind: 'done' });
    expect(double.answers).toEqual([{ query, text: `${'ä'.repeat(199)}…`, alert: true }]);
    expect(await api.answerPress(query, 'again', false)).toMatchObject({ kind: 'refused' });
  });

  it('gets updates, and sets and deletes the webhook', async () => {
    double.says(CHAT, 'hi');
    const signal = AbortSignal.timeout(30_000);
    expect(await api.updates(0, 0, ['message'], signal)).toMatchObject({
      kind: 'done',
      result: [{ update_id: 1, message: { text: 'hi' } }],
    });
    double.updates.drop();
    await api.setWebhook('http://127.0.0.1:1/hook', 'secret', ['message']);
    expect(double.updates.hook).toEqual({ url: 'http://127.0.0.1:1/hook', secret: 'secret' });
    expect(await api.updates(0, 0, ['message'], signal)).toMatchObject({ kind: 'refused', status: 409 });
    await api.deleteWebhook();
    expect(double.updates.hook).toBeUndefined();
  });
});
