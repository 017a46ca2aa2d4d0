import { createServer } from 'node:http';
import { z } from 'zod';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '../until.js';
import { parseHtml, startBotApiDouble, type BotApiDouble } from './index.js';

const TOKEN = '1000:secret';
const button = (data: string) => ({ inline_keyboard: [[{ text: 'Go', callback_data: data }]] });
const updatesSchema = z.array(z.object({ update_id: z.number(), message: z.object({ text: z.string() }) }));

const answerSchema = z.object({
  ok: z.boolean(),
  result: z.unknown().optional(),
  error_code: z.number().optional(),
  description: z.string().optional(),
  parameters: z.record(z.string(), z.number()).optional(),
});
type Answer = z.infer<typeof answerSchema>;
const idOf = ({ result }: Answer): number => z.object({ message_id: z.number() }).parse(result).message_id;

describe('the Bot API double', () => {
  let api: BotApiDouble;
  beforeAll(async () => {
    api = await startBotApiDouble({ token: TOKEN });
  });
  afterAll(() => api.close());
  let chat = 0;
  beforeEach(() => {
    chat += 1;
    api.chat(chat);
  });

  async function call(method: string, values: object, token = TOKEN): Promise<Answer> {
    const response = await fetch(`${api.url}/bot${token}/${method}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(values),
    });
    return answerSchema.parse(await response.json());
  }
  const poll = (offset: number, timeout: number) => call('getUpdates', { offset, timeout });
  const send = (text: string, more: object = {}) => call('sendMessage', { chat_id: chat, text, ...more });

  const refused: [string, string, () => Promise<Answer>, number, string | RegExp][] = [
    ['a wrong token', 'getMe', () => call('getMe', {}, '1:x'), 401, 'Unauthorized'],
    ['a method that is not there', '', () => call('sendMoney', {}), 404, /method not found/],
    [
      'an unknown chat',
      '',
      () => call('sendMessage', { chat_id: 999_999, text: 'x' }),
      400,
      'Bad Request: chat not found',
    ],
    ['an empty text', '', () => send(' \n '), 400, 'Bad Request: message text is empty'],
    ['a text that is too long', '', () => send('x'.repeat(4_097)), 400, 'Bad Request: message is too long'],
    [
      'a tag that HTML of Telegram does not have',
      '',
      () => send('<p>x</p>', { parse_mode: 'HTML' }),
      400,
      /Unsupported start tag "p" at byte offset 0/,
    ],
    [
      'an unclosed tag',
      '',
      () => send('é<b>x', { parse_mode: 'HTML' }),
      400,
      /Can't find end tag corresponding to start tag "b"/,
    ],
    [
      'crossed tags',
      '',
      () => send('é<b><i>x</b></i>', { parse_mode: 'HTML' }),
      400,
      /Unmatched end tag at byte offset 9, expected "<\/i>", found "<\/b>"/,
    ],
    [
      'an unknown parse mode',
      '',
      () => send('x', { parse_mode: 'TeX' }),
      400,
      'Bad Request: unsupported parse_mode',
    ],
    [
      'callback data over 64 bytes',
      '',
      () => send('x', { reply_markup: button('é'.repeat(33)) }),
      400,
      'Bad Request: BUTTON_DATA_INVALID',
    ],
    [
      'empty callback data',
      '',
      () => send('x', { reply_markup: button('') }),
      400,
      'Bad Request: BUTTON_DATA_INVALID',
    ],
    [
      'a reply to nothing',
      '',
      () => send('x', { reply_parameters: { message_id: 77 } }),
      400,
      'Bad Request: message to be replied not found',
    ],
    [
      'a topic that is not there',
      '',
      () => send('x', { message_thread_id: 5 }),
      400,
      'Bad Request: message thread not found',
    ],
    [
      'an edit of nothing',
      '',
      () => call('editMessageText', { chat_id: chat, message_id: 9, text: 'x' }),
      400,
      'Bad Request: message to edit not found',
    ],
    [
      'an answer to no query',
      '',
      () => call('answerCallbackQuery', { callback_query_id: 'x' }),
      400,
      /query is too old/,
    ],
    [
      'a bad command name',
      '',
      () => call('setMyCommands', { commands: [{ command: 'Code', description: 'x' }] }),
      400,
      'Bad Request: BOT_COMMAND_INVALID',
    ],
    [
      'a secret with other characters',
      '',
      () => call('setWebhook', { url: 'http://x', secret_token: 'a b' }),
      400,
      /unallowed characters/,
    ],
  ];
  it.each(refused)('refuses %s', async (_name, _method, ask, code, description) => {
    const answer = await ask();
    expect(answer).toMatchObject({ ok: false, error_code: code });
    expect(answer.description).toMatch(description);
  });

  it('shows a message as a person sees it, and counts its length after the entities are parsed', async () => {
    const long = `<b>${'x'.repeat(4_090)}</b>`;
    expect((await send(long, { parse_mode: 'HTML' })).ok).toBe(true);
    await send(
      '  1 &lt; 2 &amp; <a href="https://example.org">é</a> <pre><code class="language-py">x</code></pre> &nbsp;',
      {
        parse_mode: 'HTML',
        reply_markup: button('d'),
      },
    );
    const shown = api.chat(chat).messages[1];
    expect(shown?.text).toBe('1 < 2 & é x &nbsp;');
    expect(shown?.entities).toEqual([
      { type: 'text_link', offset: 8, length: 1, url: 'https://example.org' },
      { type: 'pre', offset: 10, length: 1, language: 'py' },
    ]);
    expect(shown?.keyboard).toEqual([[{ text: 'Go', callback_data: 'd' }]]);
  });

  it('refuses to edit to the same, to edit what others wrote, and what was deleted', async () => {
    const id = idOf(await send('one'));
    const edit = (text: string, message = id) =>
      call('editMessageText', { chat_id: chat, message_id: message, text });
    expect((await edit('one')).description).toMatch(/^Bad Request: message is not modified/);
    expect((await edit('two')).ok).toBe(true);
    expect(api.chat(chat).messages[0]).toMatchObject({ text: 'two', edits: 1 });
    const theirs = api.says(chat, 'hello');
    expect((await edit('x', theirs.id)).description).toBe("Bad Request: message can't be edited");
    await call('deleteMessage', { chat_id: chat, message_id: id });
    expect((await edit('three')).description).toBe('Bad Request: message to edit not found');
  });

  it('takes a document as a form, and a caption up to its own limit', async () => {
    const form = new FormData();
    form.set('chat_id', String(chat));
    form.set('caption', '1234');
    form.set('caption_entities', JSON.stringify([{ type: 'code', offset: 0, length: 4 }]));
    form.set('reply_parameters', JSON.stringify({ message_id: api.says(chat, 'export').id }));
    form.set('document', new Blob(['text']), 'a.md');
    const url = `${api.url}/bot${TOKEN}/sendDocument`;
    expect((await fetch(url, { method: 'POST', body: form })).status).toBe(200);
    expect(api.chat(chat).messages[1]).toMatchObject({
      text: '1234',
      entities: [{ type: 'code', offset: 0, length: 4 }],
      replyTo: 1,
      document: { name: 'a.md' },
    });
    form.set('caption', 'x'.repeat(1_025));
    expect(await (await fetch(url, { method: 'POST', body: form })).json()).toMatchObject({
      description: 'Bad Request: message caption is too long',
    });
  });

  it('floods: more than a chat may get is refused with the time to wait, other chats go on', async () => {
    const group = -chat;
    api.chat(group);
    const answers = await Promise.all(
      Array.from({ length: 21 }, (_, i) => call('sendMessage', { chat_id: group, text: `${i}` })),
    );
    const last = answers.filter(({ ok }) => !ok);
    expect(last).toHaveLength(1);
    expect(last[0]).toMatchObject({ error_code: 429, parameters: { retry_after: expect.any(Number) } });
    expect(last[0]?.description).toBe(
      `Too Many Requests: retry after ${last[0]?.parameters?.['retry_after']}`,
    );
    expect((await send('other')).ok).toBe(true);
    expect(api.floods).toBeGreaterThan(0);
  });

  it('closes chats: blocked, kicked, and gone to a supergroup', async () => {
    api.chat(chat).closed = 'blocked';
    expect(await send('x')).toMatchObject({
      error_code: 403,
      description: 'Forbidden: bot was blocked by the user',
    });
    api.chat(-50, { type: 'group' });
    api.migrate(-50, -60);
    expect(await call('sendMessage', { chat_id: -50, text: 'x' })).toMatchObject({
      error_code: 400,
      parameters: { migrate_to_chat_id: -60 },
    });
    api.updates.drop();
  });

  it('keeps updates until they are confirmed, and lets one poll only', async () => {
    api.updates.drop();
    api.says(chat, '/code x');
    const first = updatesSchema.parse((await poll(0, 1)).result);
    expect(first.map(({ message }) => message.text)).toEqual(['/code x']);
    expect((await poll(0, 1)).result).toHaveLength(1);
    const next = (first[0]?.update_id ?? 0) + 1;
    const waiting = poll(next, 30);
    await until(() => api.updates.polled);
    const other = poll(next, 1);
    expect(await waiting).toMatchObject({ error_code: 409, description: /other getUpdates request/ });
    expect(await other).toMatchObject({ ok: true, result: [] });
  });

  it('posts to a webhook with its secret, again until it is taken, in the order of the chat', async () => {
    const seen: string[] = [];
    let refuse = 2;
    const hook = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += String(chunk)));
      request.on('end', () => {
        const update = updatesSchema.element.parse(JSON.parse(body));
        seen.push(`${update.message.text} ${String(request.headers['x-telegram-bot-api-secret-token'])}`);
        response.statusCode = refuse-- > 0 ? 503 : 200;
        response.end();
      });
    });
    await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
    const address = hook.address();
    const port = typeof address === 'object' ? address?.port : 0;
    await call('setWebhook', { url: `http://127.0.0.1:${port}/`, secret_token: 's' });
    expect((await call('getUpdates', {})).error_code).toBe(409);
    api.says(chat, 'one');
    api.says(chat, 'two');
    await until(() => seen.length >= 4);
    expect(seen).toEqual(['one s', 'one s', 'one s', 'two s']);
    await call('deleteWebhook', {});
    hook.closeAllConnections();
    hook.close();
  });

  it('lets a group with privacy mode reach the bot only by commands and replies', async () => {
    api.updates.drop();
    const group = -200;
    const own = idOf(await call('sendMessage', { chat_id: api.chat(group).id, text: 'hi' }));
    api.says(1, 'just talk', group);
    api.says(1, '/code@other_bot x', group);
    api.says(1, '/code@ids_bot x', group);
    api.says(1, 'a reply', group, { replyTo: own });
    const updates = updatesSchema.parse((await call('getUpdates', {})).result);
    expect(updates.map(({ message }) => message.text)).toEqual(['/code@ids_bot x', 'a reply']);
    api.updates.drop();
  });

  it('lets a person press what a message shows, once answered never again', async () => {
    await send('x', { reply_markup: button('data') });
    const query = api.presses(chat, chat, 1, 'Go');
    expect((await call('answerCallbackQuery', { callback_query_id: query, text: 'ok' })).ok).toBe(true);
    expect((await call('answerCallbackQuery', { callback_query_id: query })).ok).toBe(false);
    expect(api.answers.at(-1)).toEqual({ query, text: 'ok', alert: false });
  });
});

describe('parseHtml', () => {
  it.each([
    ['&#x3C;&#60;&unknown; & &amp', '<<&unknown; & &'],
    ['<B>x</b>', 'x'],
    ['<a href=x>y</a>', 'y'],
    ['<b></b>x', 'x'],
  ])('takes %j as %j', (source, text) => {
    expect(parseHtml(source).text).toBe(text);
  });
  it.each(['</b>', '<b', '<a href>x</a>', '<span class="x">y</span>', '<b>x</b', '<script>x</script>'])(
    'refuses %j',
    (source) => {
      expect(() => parseHtml(source)).toThrow(/can't parse entities/);
    },
  );
});
