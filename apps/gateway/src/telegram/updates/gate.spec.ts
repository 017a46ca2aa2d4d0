import { describe, expect, it } from '@jest/globals';
import { Gate } from './gate.js';

const BOT = 1_000;
const ALICE = 11;
const BOB = 12;
const STRANGER = 666;
const GROUP = -9;
/** core.telegram.org/bots/api, "Message": who seems to send for an anonymous administrator. */
const ANONYMOUS = 1_087_968_824;
const gate = new Gate(
  new Map([
    [ALICE, 'user'],
    [BOB, 'administrator'],
    [ANONYMOUS, 'user'],
  ]),
  BOT,
);

const person = (id: unknown): object => ({ id, is_bot: false, first_name: 'x' });
const message = (from: unknown, more: object = {}): object => ({
  message_id: 5,
  date: 1,
  from: person(from),
  chat: { id: from, type: 'private' },
  text: '/code x',
  ...more,
});
const inGroup = { chat: { id: GROUP, type: 'supergroup' } };
const whyOf = (update: unknown): string => {
  const passed = gate.look(update);
  return passed.pass ? 'passed' : passed.why;
};
const one = (content: object): object => ({ update_id: 7, ...content });

/** Every kind of update, as this person would cause it (core.telegram.org/bots/api, "Update"). */
function everyKind(id: number): [string, object][] {
  const from = person(id);
  const chat = { id, type: 'private' };
  const member = { user: person(BOT), status: 'member' };
  const change = { chat, from, date: 1, old_chat_member: member, new_chat_member: member };
  return [
    ['message', message(id)],
    ['edited_message', message(id)],
    ['channel_post', message(id)],
    ['edited_channel_post', message(id)],
    ['business_connection', { id: 'x', user: from, user_chat_id: id }],
    ['business_message', message(id)],
    ['edited_business_message', message(id)],
    ['deleted_business_messages', { business_connection_id: 'x', chat, message_ids: [1] }],
    ['message_reaction', { chat, message_id: 1, user: from, date: 1, old_reaction: [], new_reaction: [] }],
    ['message_reaction_count', { chat, message_id: 1, date: 1, reactions: [] }],
    ['inline_query', { id: '1', from, query: 'x', offset: '' }],
    ['chosen_inline_result', { result_id: '1', from, query: 'x' }],
    ['callback_query', { id: '1', from, chat_instance: '1', data: 'x', message: message(BOT, { chat }) }],
    ['shipping_query', { id: '1', from, invoice_payload: 'x', shipping_address: {} }],
    ['pre_checkout_query', { id: '1', from, currency: 'XTR', total_amount: 1, invoice_payload: 'x' }],
    ['purchased_paid_media', { from, paid_media_payload: 'x' }],
    ['poll', { id: '1', question: 'x', options: [] }],
    ['poll_answer', { poll_id: '1', user: from, option_ids: [0] }],
    ['my_chat_member', change],
    ['chat_member', change],
    ['chat_join_request', { chat, from, user_chat_id: id, date: 1 }],
    ['chat_boost', { chat, boost: { source: { source: 'premium', user: from } } }],
    ['removed_chat_boost', { chat, source: { source: 'premium', user: from } }],
    ['telepathy', { from, thought: 'x' }],
  ];
}

const moved = (more: object): unknown =>
  gate.look(one({ message: message(ALICE, { text: undefined, ...more }) }));

const said = (text: string, more: object = {}): string =>
  whyOf(one({ message: message(ALICE, { ...inGroup, text, ...more }) }));

describe('the gate', () => {
  it.each(everyKind(STRANGER))('lets no %s of a stranger in', (kind, content) => {
    expect(whyOf(one({ [kind]: content }))).toBe('stranger');
  });

  it('lets messages, presses and the way in and out of those in who may, and nothing else', () => {
    const passing = everyKind(ALICE).filter(
      ([kind, content]) => whyOf(one({ [kind]: content })) === 'passed',
    );
    expect(passing.map(([kind]) => kind)).toEqual(['message', 'callback_query', 'my_chat_member']);
    expect(whyOf(one({ edited_message: message(ALICE) }))).toBe('ignored');
    expect(whyOf(one({ telepathy: { from: person(ALICE) } }))).toBe('ignored');
    expect(whyOf(one({ message: message(ALICE, { text: undefined, photo: [] }) }))).toBe('ignored');
    expect(whyOf(one({ callback_query: { id: '1', from: person(ALICE), data: 'x' } }))).toBe('ignored');
  });

  it('lets nobody in behind a mask, or beside somebody who may', () => {
    const mask = { sender_chat: { id: GROUP, type: 'supergroup' } };
    expect(whyOf(one({ message: message(ANONYMOUS, { ...inGroup, ...mask }) }))).toBe('stranger');
    expect(whyOf(one({ message: message(ALICE, mask) }))).toBe('stranger');
    expect(whyOf(one({ message: { ...message(ALICE), user: person(STRANGER) } }))).toBe('stranger');
    const two = { message: message(ALICE), edited_message: message(STRANGER) };
    expect(whyOf(one(two))).toBe('malformed');
  });

  it('keeps of a message what is used, and no more', () => {
    const text = '/code Add logging';
    const topic = { message_thread_id: 3, is_topic_message: true };
    expect(gate.look(one({ message: message(ALICE, { ...inGroup, ...topic, text, photo: 'x' }) }))).toEqual({
      pass: true,
      number: 7,
      update: {
        kind: 'message',
        update: 7,
        place: { chat: GROUP, thread: 3 },
        asker: ALICE,
        message: 5,
        text,
      },
    });
    // A thread of answers is no topic.
    const passed = gate.look(one({ message: message(ALICE, { ...inGroup, message_thread_id: 3 }) }));
    expect(passed).toMatchObject({ update: { place: { chat: GROUP } } });
    expect(passed).not.toHaveProperty('update.place.thread');
  });

  it('keeps of a press which message and whose, also of a message that is old', () => {
    const old = { chat: { id: GROUP, type: 'supergroup' }, message_id: 4, date: 0 };
    const press = { id: 'q', from: person(BOB), chat_instance: '1', data: 'd', message: old };
    expect(gate.look(one({ callback_query: press }))).toMatchObject({
      update: { kind: 'press', place: { chat: GROUP }, asker: BOB, message: 4, query: 'q', data: 'd' },
    });
  });

  it.each([
    ['member', {}, true],
    ['administrator', {}, true],
    ['left', {}, false],
    ['kicked', {}, false],
    ['restricted', { is_member: true, can_send_messages: true }, true],
    ['restricted', { is_member: true, can_send_messages: false }, false],
    ['restricted', { is_member: false }, false],
  ])('takes a bot that is %s %j there as open: %s', (status, more, open) => {
    const change = { chat: { id: ALICE }, from: person(ALICE), new_chat_member: { status, ...more } };
    expect(gate.look(one({ my_chat_member: change }))).toMatchObject({
      update: { kind: 'membership', chat: ALICE, open },
    });
  });

  it('follows a group from both its ends, but no person', () => {
    expect(moved({ ...inGroup, migrate_to_chat_id: -100 })).toMatchObject({
      update: { kind: 'migration', chat: GROUP, from: GROUP, to: -100 },
    });
    expect(moved({ chat: { id: -100 }, migrate_from_chat_id: GROUP })).toMatchObject({
      update: { kind: 'migration', chat: -100, from: GROUP, to: -100 },
    });
    expect(moved({ migrate_to_chat_id: -100 })).toEqual({ pass: false, why: 'malformed' });
  });

  it('takes in groups only commands and answers to the bot', () => {
    expect(said('just talk')).toBe('ignored');
    expect(said('/')).toBe('ignored');
    expect(said('/help')).toBe('passed');
    expect(said('yes', { reply_to_message: { message_id: 1, from: person(BOT) } })).toBe('passed');
    expect(said('yes', { reply_to_message: { message_id: 1, from: person(BOB) } })).toBe('ignored');
    expect(said('yes', { reply_to_message: { message_id: 1 } })).toBe('ignored');
  });

  const odd: [string, unknown][] = [
    ['null', null],
    ['a number', 7],
    ['text', 'x'],
    ['a list', [message(ALICE)]],
    ['nothing', {}],
    ['nothing but its number', { update_id: 7 }],
    ['no number', { message: message(ALICE) }],
    ['a number that is text', { update_id: '7', message: message(ALICE) }],
    ['a number below zero', { update_id: -1, message: message(ALICE) }],
    ['a message without a chat', one({ message: message(ALICE, { chat: undefined }) })],
    ['a chat whose id is an object', one({ message: message(ALICE, { chat: { id: { $gt: 0 } } }) })],
    ['a chat whose id is huge', one({ message: message(ALICE, { chat: { id: 1e300 } }) })],
    ['text that is a list', one({ message: message(ALICE, { text: ['/code'] }) })],
    ['text that is longer than any', one({ message: message(ALICE, { text: 'x'.repeat(8_193) }) })],
    ['a message number that is a fraction', one({ message: message(ALICE, { message_id: 1.5 }) })],
    ['data that is a number', one({ callback_query: { id: '1', from: person(ALICE), data: 7 } })],
    ['a query whose id is a number', one({ callback_query: { id: 1, from: person(ALICE), data: 'x' } })],
    ['a change without a state', one({ my_chat_member: { from: person(ALICE), chat: { id: 1 } } })],
  ];
  it.each(odd)('survives %s', (_name, update) => {
    expect(whyOf(update)).toBe('malformed');
  });

  it.each([
    ['text', 'x'],
    ['null', null],
    ['a list', [person(ALICE)]],
    ['nobody', { chat: { id: ALICE }, text: '/code' }],
    ['somebody whose id is text', message(String(ALICE))],
    ['somebody whose id is a fraction', message(ALICE + 0.5)],
    ['somebody without an id', { ...message(ALICE), from: {} }],
    ['nobody, and a prototype', JSON.parse('{"__proto__":{"from":{"id":11}},"text":"/code"}')],
  ])('does not know %s', (_name, content) => {
    expect(whyOf(one({ message: content }))).toBe('stranger');
  });

  it('survives what is deep', () => {
    const deep: unknown = JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`);
    expect(whyOf(one({ message: message(ALICE, { reply_markup: deep }) }))).toBe('passed');
    expect(whyOf(one({ message: deep }))).toBe('stranger');
    expect(whyOf(deep)).toBe('malformed');
  });
});
