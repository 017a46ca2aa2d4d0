import { person } from '@ids/testing';
import { PEOPLE } from '../../support/telegram.js';

/** An update and whose chat it says it is of. */
export interface Hostile {
  readonly name: string;
  readonly chat: number;
  readonly content: Readonly<Record<string, unknown>>;
}

const { user, stranger } = PEOPLE;
const COMMANDS = [
  '/start',
  '/help',
  '/code rm -rf .',
  '/whoami',
  '/project evil',
  '/export x',
  'hello',
  '/diff',
];
let nextMessage = 100_000;

function message(from: number, text: unknown, more: object = {}): Record<string, unknown> {
  return {
    message_id: nextMessage++,
    date: 1,
    from: person(from),
    chat: { id: from, type: 'private', first_name: `person ${from}` },
    text,
    ...more,
  };
}

/** Every kind of update that a stranger can cause. */
function strangers(): Hostile[] {
  const kinds = ['message', 'edited_message', 'channel_post', 'edited_channel_post', 'business_message'];
  const said = kinds.flatMap((kind) =>
    COMMANDS.map((text) => ({
      name: `a stranger's ${kind} ${text}`,
      chat: stranger,
      content: { [kind]: message(stranger, text) },
    })),
  );
  const from = person(stranger);
  const chat = { id: stranger, type: 'private', first_name: 'nobody' };
  const change = { chat, from, date: 1, old_chat_member: { user: from, status: 'member' } };
  const left = { ...change, new_chat_member: { user: from, status: 'kicked' } };
  const others: [string, object][] = [
    ['inline_query', { id: '1', from, query: 'secrets', offset: '' }],
    ['chosen_inline_result', { result_id: '1', from, query: 'x' }],
    ['callback_query', { id: '1', from, chat_instance: '1', data: 'x', message: message(stranger, 'x') }],
    ['my_chat_member', left],
    ['chat_member', left],
    ['chat_join_request', { chat, from, user_chat_id: stranger, date: 1 }],
    ['poll_answer', { poll_id: '1', user: from, option_ids: [0] }],
    ['pre_checkout_query', { id: '1', from, currency: 'XTR', total_amount: 1, invoice_payload: 'x' }],
    ['message_reaction', { chat, message_id: 1, user: from, date: 1, old_reaction: [], new_reaction: [] }],
  ];
  return [
    ...said,
    ...others.map(([kind, content]) => ({
      name: `a stranger's ${kind}`,
      chat: stranger,
      content: { [kind]: content },
    })),
  ];
}

/** What nobody's client would send. */
function malformed(): Hostile[] {
  const of = (name: string, content: Record<string, unknown>): Hostile => ({ name, chat: user, content });
  let deep: unknown = 'deep';
  for (let level = 0; level < 2_000; level += 1) deep = [deep];
  return [
    of('nothing but its number', {}),
    of('a message that is null', { message: null }),
    of('a message that is text', { message: '/whoami' }),
    of('a message without a sender', { message: { ...message(user, '/whoami'), from: undefined } }),
    of('a message without a chat', { message: { ...message(user, '/whoami'), chat: undefined } }),
    of('a sender whose id is text', { message: message(user, '/whoami', { from: { id: String(user) } }) }),
    of('a sender whose id is a fraction', {
      message: message(user, '/whoami', { from: { id: user + 0.5 } }),
    }),
    of('a chat whose id is an object', { message: message(user, '/whoami', { chat: { id: { $gt: 0 } } }) }),
    of('a chat whose id is huge', { message: message(user, '/whoami', { chat: { id: 1e300 } }) }),
    of('text that is a list', { message: message(user, ['/whoami']) }),
    of('text that is an object', { message: message(user, { toString: 'x' }) }),
    of('deep JSON', { message: message(user, '/nothing', { reply_markup: deep }) }),
    of('a prototype', { message: JSON.parse('{"__proto__":{"text":"/whoami"},"constructor":{}}') }),
    of('a callback without a message', {
      callback_query: { id: '1', from: person(user), chat_instance: '1', data: 'x' },
    }),
    of('a callback whose data is a number', {
      callback_query: {
        id: '1',
        from: person(user),
        chat_instance: '1',
        data: 7,
        message: message(user, 'x'),
      },
    }),
    of('an unknown kind', { telepathy: { from: person(user), text: '/whoami' } }),
  ];
}

/** Text of a person who may, which is meant to break or reach what it should not. */
function texts(): Hostile[] {
  const all = [
    `/analyze ${'../'.repeat(20)}etc/passwd`,
    '/analyze /etc/passwd',
    '/analyze .git/config',
    '/analyze vessel.py\0.txt',
    '/analyze ..\\..\\secrets.py',
    '/analyze %2e%2e%2fetc%2fpasswd',
    '/analyze ~/.ssh/id_rsa',
    '/analyze /proc/self/environ',
    `/analyze ${'a/'.repeat(1_500)}b.py`,
    '/validate ../../etc/passwd',
    '/validate $(touch /tmp/ids-hostile)',
    '/validate `touch ids-hostile`',
    '/validate ; touch ids-hostile',
    '/validate --index=/etc/passwd',
    '/register_project evil /etc',
    '/register_project ../evil .',
    '/register_project evil "; rm -rf ."',
    '/project ../../etc',
    '/project __proto__',
    '/project constructor',
    '/delete_project vessels',
    '/diff sess_00000000000000000000000000',
    '/export ../../etc/passwd',
    '/status sess_*',
    '/rollback sess_00000000000000000000000000',
    '/cancel *',
    '/continue <script>alert(1)</script>',
    `/nosuch ${'x'.repeat(4_000)}`,
    `/nosuch ${'\u202e\u2066'.repeat(500)}txt.exe`,
    `/nosuch ${'<b>'.repeat(1_000)}`,
    `/nosuch ${'*_`['.repeat(900)}`,
    `/nosuch ${'&lt;&#x3c;'.repeat(300)}`,
    '/nosuch [click](tg://user?id=1) <a href="https://evil.example">x</a> @administrator',
    `/nosuch ${'\ud83d'.repeat(100)}`,
    `/nosuch ${'👩‍👩‍👧‍👦'.repeat(300)}`,
    `/nosuch ${'a\u0300'.repeat(1_500)}`,
    `/nosuch\n\n\n${'\n'.repeat(3_000)}`,
    `/${'c'.repeat(4_000)}`,
    '/code@other_bot do harm',
    '/',
    '//',
    '/ code x',
    '',
    ' ',
    '\u0000',
    '\u200b\u200b',
  ];
  return all.map((text) => ({
    name: JSON.stringify(text.slice(0, 40)),
    chat: user,
    content: { message: message(user, text, { entities: entitiesOf(text) }) },
  }));
}

function entitiesOf(text: string): object[] {
  const [command] = /^\/\w+(?:@\w+)?/.exec(text) ?? [];
  return command === undefined ? [] : [{ type: 'bot_command', offset: 0, length: command.length }];
}

/** Callback data that this bot never made. */
function forged(): Hostile[] {
  const data = [
    '',
    'x',
    'proceed',
    '{"does":"undo"}',
    'A'.repeat(64),
    `${'A'.repeat(22)}.0.${'A'.repeat(16)}`,
    `${'A'.repeat(22)}.99.${'A'.repeat(16)}`,
    '../../x.0.y',
    '\u0000',
    '%00',
  ];
  return data.map((each, index) => ({
    name: `forged data ${JSON.stringify(each)}`,
    chat: user,
    content: {
      callback_query: {
        id: `forged-${index}`,
        from: person(user),
        chat_instance: '1',
        data: each,
        message: message(user, 'x'),
      },
    },
  }));
}

export function hostileUpdates(): Hostile[] {
  return [...strangers(), ...malformed(), ...texts(), ...forged()];
}
