import { rolledBack } from '@ids/saga';
import { describe, expect, it } from '@jest/globals';
import { GROUP, PEOPLE, Rig } from '../../../test/chat-rig.js';

const { administrator, user, colleague, reader } = PEOPLE;
const rig = Rig.up();

describe('stopping and undoing', () => {
  it('cancels the latest of the person, and no other when the update comes again', async () => {
    const older = await rig.chat.asked(user, '/code one');
    const newer = await rig.chat.asked(user, '/code two');
    expect(await rig.chat.says(user, '/cancel', { update: 90 })).toBe('');
    expect(await rig.chat.says(user, '/cancel', { update: 90 })).toBe('');
    expect([await rig.statusOf(older.id), await rig.statusOf(newer.id)]).toEqual(['queued', 'cancelled']);
    const told = [
      await rig.chat.says(user, `/cancel ${newer.id}`),
      await rig.chat.says(user, '/cancel'),
      await rig.chat.says(user, '/cancel'),
      await rig.chat.says(user, '/cancel nonsense'),
      await rig.chat.says(user, '/cancel sess_00000000000000000000000000'),
      await rig.chat.says(reader, '/cancel'),
    ];
    expect(told.join('\n').replaceAll(newer.id.slice(-6), 'LETTERS')).toMatchSnapshot();
  });

  it('is for who asked and for administrators, wherever it was asked', async () => {
    const { id } = await rig.chat.asked(user, '/code one', { chat: GROUP });
    expect(await rig.chat.says(colleague, '/cancel', { chat: GROUP })).toContain('No task of yours');
    expect(await rig.chat.says(colleague, `/cancel ${id}`, { chat: GROUP })).toContain('Only who asked');
    expect(await rig.statusOf(id)).toBe('queued');
    expect(await rig.chat.says(administrator, `/cancel ${id.slice(-8).toLowerCase()}`)).toContain(
      'no session',
    );
    expect(await rig.chat.says(administrator, `/cancel ${id}`)).toContain('Cancelled: SESSION');
    expect(await rig.statusOf(id)).toBe('cancelled');
  });

  it('undoes once a worker says that it can be done, and tells again of nothing', async () => {
    const id = await rig.applied();
    const asked: unknown[] = [];
    rig.chat.answers['check-rollback'] = (data) => {
      asked.push(data);
      return { kind: 'undone', paths: ['a.py'] };
    };
    expect(await rig.chat.says(user, '/rollback', { update: 90 })).toBe('');
    expect([await rig.statusOf(id), asked.length, rig.chat.again]).toEqual(['rolling_back', 1, [id]]);
    expect(await rig.chat.says(user, '/rollback', { update: 90 })).toBe('');
    expect(await rig.chat.says(user, `/rollback ${id}`)).toContain('being undone already');
    await rig.chat.play.move(id, rolledBack);
    expect(await rig.chat.says(user, `/rollback ${id}`)).toContain('undone already');
    expect(await rig.chat.says(user, '/rollback')).toContain('nothing of yours to undo');
    expect(asked).toHaveLength(1);
  });

  it('of which the worker died after it had begun is no error', async () => {
    const id = await rig.applied();
    rig.chat.answers['check-rollback'] = () => ({ kind: 'undone', paths: [] });
    const origin = rig.chat.origin(user, { update: 90 });
    const payload = JSON.stringify({ origin, work: { does: 'undo', session: id } });
    await rig.chat.conversation.errand(payload);
    await rig.chat.play.move(id, rolledBack);
    await rig.chat.conversation.errand(payload);
    expect([await rig.chat.told(), rig.chat.again]).toEqual(['', [id, id]]);
  });

  it('names the files that were edited since, and can be tried again', async () => {
    const id = await rig.applied();
    rig.chat.answers['check-rollback'] = () => ({ kind: 'conflict', paths: ['a.py'] });
    expect(await rig.chat.says(user, '/rollback')).toMatchSnapshot();
    expect(await rig.statusOf(id)).toBe('applied');
    rig.chat.answers['check-rollback'] = () => ({ kind: 'undone', paths: ['a.py'] });
    expect((await rig.chat.presses(user, 'Undo')).text).toBe('Every file is being brought back.');
    expect(await rig.statusOf(id)).toBe('rolling_back');
  });

  it('says that backups are gone, or that nobody answers', async () => {
    await rig.applied();
    expect(await rig.chat.says(user, '/rollback')).toMatchSnapshot();
    rig.chat.answers['check-rollback'] = () => ({ kind: 'nothing' });
    expect(await rig.chat.says(user, '/rollback')).toMatchSnapshot();
  });
});
