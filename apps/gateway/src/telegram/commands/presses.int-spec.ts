import type { SessionId } from '@ids/kernel';
import { applied, approved, rolledBack } from '@ids/saga';
import { describe, expect, it } from '@jest/globals';
import { outcomeButtons } from '../following/outcome-buttons.js';
import { CHANGES } from '../following/session-play.fixture.js';
import { own } from '../text/rich-text.js';
import type { Where } from './chat.fixture.js';
import { GROUP, PEOPLE, Rig } from '../../../test/chat-rig.js';

const { administrator, user, colleague, reader } = PEOPLE;
const IN_GROUP = { chat: GROUP };
const rig = Rig.up();

/** Shows the buttons of a session as the follower does. */
async function show(id: SessionId, name: string, place = GROUP): Promise<void> {
  const session = await rig.chat.play.store.view(id);
  if (session === null) throw new Error(`there is no ${id}`);
  const buttons = await outcomeButtons(session, rig.chat.play.store);
  const to = { place: { chat: place }, message: 5, owner: user };
  await rig.chat.parts.letters.send(to, name, { parts: [own('shown')], buttons });
  await rig.chat.told();
}

async function asked(where: Where = IN_GROUP): Promise<SessionId> {
  const { id } = await rig.chat.asked(user, '/code Add logging', where);
  await rig.chat.play.untilAsked(id, '+one\n');
  await show(id, 'question', where.chat ?? user);
  return id;
}

async function done(): Promise<SessionId> {
  const id = await asked();
  await rig.chat.play.move(id, (record) => approved(record, 'proceed', 'somebody'));
  await rig.chat.play.move(id, () => applied(CHANGES));
  await show(id, 'outcome');
  return id;
}

describe('a decision', () => {
  it.each([
    ['Yes', 'applying'],
    ['Fix', 'generating'],
    ['Cancel', 'cancelled'],
  ])('%s leads on, once', async (button, status) => {
    const id = await asked();
    const first = await rig.chat.presses(user, button, { ...IN_GROUP, update: 300 });
    expect(first).toMatchSnapshot();
    expect(await rig.statusOf(id)).toBe(status);
    const events = await rig.chat.play.store.events(id, '0');
    expect(events.filter(({ event }) => event.type === 'decided')).toMatchObject([
      { event: { by: 'telegram:7' } },
    ]);
    const again = await rig.chat.presses(user, button, { ...IN_GROUP, update: 300 });
    expect(again).toEqual({ ...first, told: '' });
    for (const other of ['Yes', 'Fix', 'Cancel'])
      expect(await rig.chat.presses(user, other, IN_GROUP)).toEqual({
        text: 'This was already answered.',
        alert: true,
        told: '',
      });
    expect(await rig.statusOf(id)).toBe(status);
  });

  it('is for who asked and administrators, in its own chat', async () => {
    const id = await asked();
    const nothing = { alert: true, told: '' };
    expect(await rig.chat.presses(colleague, 'Yes', IN_GROUP)).toEqual({
      ...nothing,
      text: 'Only the person who asked may press this.',
    });
    expect(await rig.chat.presses(reader, 'Yes', IN_GROUP)).toMatchObject(nothing);
    expect(await rig.chat.presses(user, 'Yes', { chat: user })).toEqual({
      ...nothing,
      text: 'This button is not valid any more.',
    });
    expect(await rig.statusOf(id)).toBe('awaiting_approval');
    const { told } = await rig.chat.presses(administrator, 'Yes', IN_GROUP);
    expect(told).toContain('Chosen by administrator 1.');
    expect(await rig.statusOf(id)).toBe('applying');
  });

  it('is on the change that it was asked about', async () => {
    const id = await asked();
    await rig.chat.play.move(id, (record) => approved(record, 'fix', 'telegram:1'));
    await rig.chat.play.ask(id, 2, '+two\n');
    expect(await rig.chat.presses(user, 'Yes', IN_GROUP)).toEqual({
      text: 'The change has moved on; look at the newest message.',
      alert: true,
      told: '(buttons off)',
    });
    expect(await rig.statusOf(id)).toBe('awaiting_approval');
    await show(id, 'second question');
    await rig.chat.presses(user, 'Yes', IN_GROUP);
    expect(await rig.statusOf(id)).toBe('applying');
  });

  it('is no other than that, though the same person decides the same on a later change', async () => {
    const id = await asked();
    const old = rig.chat.data('Yes');
    await rig.chat.play.move(id, (record) => approved(record, 'fix', 'telegram:1'));
    await rig.chat.play.ask(id, 2, '+two\n');
    await show(id, 'second question');
    await rig.chat.presses(user, 'Yes', IN_GROUP);
    const answer = await rig.chat.conversation.press(rig.chat.origin(user, IN_GROUP), old);
    expect(answer.text).toBe('The change has moved on; look at the newest message.');
  });

  it('is on that change, too, when another comes up just when it is pressed', async () => {
    const id = await asked();
    const { operations } = rig.chat.parts;
    const get = operations.get.bind(operations);
    operations.get = async (session) => {
      const seen = await get(session);
      operations.get = get;
      await rig.chat.play.move(id, (record) => approved(record, 'fix', 'telegram:1'));
      await rig.chat.play.ask(id, 2, '+two\n');
      return seen;
    };
    expect(await rig.chat.presses(user, 'Yes', IN_GROUP)).toEqual({
      text: 'The change has moved on; look at the newest message.',
      alert: true,
      told: '(buttons off)',
    });
    expect(await rig.statusOf(id)).toBe('awaiting_approval');
  });

  it('that was taken by the same press before is told again as what it was', async () => {
    const id = await asked();
    const data = rig.chat.data('Yes');
    const button = await rig.chat.parts.buttons.find(data);
    // Killed right behind the decision.
    await button?.use('300');
    await rig.chat.parts.commands.decide(id, 'proceed', 'telegram:7');
    const pressed = await rig.chat.presses(user, 'Yes', { ...IN_GROUP, update: 300 });
    expect(pressed.text).toBe('Yes: the change is written.');
    expect(pressed.told).toContain('Chosen by the person who asked.');
  });

  it('is never made by data that is forged, of whatever form', async () => {
    const id = await asked();
    const data = rig.chat.data('Yes');
    const forged = [
      '',
      'x',
      '{"does":"undo"}',
      data.slice(0, -1),
      `${data}x`,
      data.replace('.0.', '.1.'),
      `${'A'.repeat(22)}.0.${'A'.repeat(16)}`,
    ];
    for (const each of forged) {
      expect(await rig.chat.conversation.press(rig.chat.origin(user, IN_GROUP), each)).toEqual({
        text: 'This button is not valid any more.',
        alert: true,
      });
    }
    expect(await rig.statusOf(id)).toBe('awaiting_approval');
  });
});

describe('the buttons of an outcome', () => {
  it('show the diff, and below it a new way to undo', async () => {
    const id = await done();
    rig.chat.answers['check-rollback'] = () => ({ kind: 'undone', paths: [] });
    const before = rig.chat.data('Undo');
    expect((await rig.chat.presses(user, 'Diff', IN_GROUP)).told).toMatchSnapshot();
    expect(await rig.chat.conversation.press(rig.chat.origin(user, IN_GROUP), before)).toMatchObject({
      text: 'This was already answered.',
    });
    expect(rig.chat.data('Undo')).not.toBe(before);
    expect(await rig.chat.presses(user, 'Undo', { ...IN_GROUP, update: 300 })).toEqual({
      text: 'Every file is being brought back.',
      alert: false,
      told: '(buttons off)',
    });
    expect([await rig.statusOf(id), rig.chat.again]).toEqual(['rolling_back', [id]]);
    expect(await rig.chat.presses(user, 'Undo', { ...IN_GROUP, update: 300 })).toMatchObject({ told: '' });
    await rig.chat.play.move(id, rolledBack);
    expect(await rig.chat.presses(user, 'Undo', IN_GROUP)).toMatchObject({ text: 'It is undone already.' });
    expect(await rig.chat.says(user, `/diff ${id}`, IN_GROUP)).not.toContain('[Undo]');
  });

  it('stay those of the person who asked, also if an administrator pressed', async () => {
    const id = await done();
    rig.chat.answers['check-rollback'] = () => ({ kind: 'undone', paths: [] });
    await rig.chat.presses(administrator, 'Diff', IN_GROUP);
    await rig.chat.presses(user, 'Undo', IN_GROUP);
    expect(await rig.statusOf(id)).toBe('rolling_back');
    await rig.chat.says(user, '/settings', IN_GROUP);
    await rig.chat.presses(administrator, 'lint required', IN_GROUP);
    expect(await rig.chat.presses(user, 'lint off', IN_GROUP)).toMatchObject({ text: 'Set.' });
    expect(await rig.chat.presses(colleague, 'lint on', IN_GROUP)).toMatchObject({ alert: true });
  });

  it('know their topic, also below a message of which Telegram tells only the chat', async () => {
    const shown = await rig.chat.says(user, '/project', { ...IN_GROUP, thread: 3 });
    expect(shown).toContain('fleet');
    const [, button = ''] = /\[([^\]]*fleet)\]/.exec(shown) ?? [];
    await rig.chat.presses(user, button, IN_GROUP);
    expect(await rig.chat.parts.places.project(`${GROUP}:3`)).toBe('fleet');
    expect(await rig.chat.parts.places.project(String(GROUP))).toBeNull();
  });

  it('give no way to undo to who may not', async () => {
    const id = await done();
    expect(await rig.chat.says(colleague, `/diff ${id}`, IN_GROUP)).not.toContain('[Undo]');
    expect(await rig.chat.presses(colleague, 'Undo', IN_GROUP)).toMatchObject({ alert: true, told: '' });
    expect(await rig.statusOf(id)).toBe('applied');
  });
});

describe('a chat', () => {
  it('that became a supergroup takes its project and its sessions with it', async () => {
    await rig.chat.says(user, '/project fleet', IN_GROUP);
    const id = await asked();
    await rig.chat.conversation.migrated(GROUP, -200);
    expect(await rig.chat.says(user, '/project', { chat: -200 })).toContain('works on fleet');
    expect(await rig.chat.parts.places.sessions('-200')).toEqual([id]);
    // The question was on its way there, and shows its buttons in the supergroup.
    expect(await rig.chat.presses(user, 'Yes', { chat: -300 })).toMatchObject({ alert: true, told: '' });
    expect(await rig.chat.presses(user, 'Yes', { chat: -200 })).toMatchObject({ alert: false });
    expect(await rig.statusOf(id)).toBe('applying');
  });

  it('that put the bot out is told nothing until it lets it in', async () => {
    await rig.chat.conversation.membership(user, false);
    expect(await rig.chat.says(user, '/whoami')).toBe('');
    await rig.chat.conversation.membership(user, true);
    expect(await rig.chat.says(user, '/whoami')).toContain('user');
  });

  it('is told of what broke, by an id that is in the log', async () => {
    await rig.chat.conversation.failed(rig.chat.origin(user, {}), new TypeError('secret'));
    const told = await rig.chat.told();
    expect(told).toContain('Something broke inside');
    expect(told).not.toContain('secret');
  });
});
