import type { SessionId } from '@ids/kernel';
import { describe, expect, it } from '@jest/globals';
import { GROUP, PEOPLE, Rig } from '../../../test/chat-rig.js';

const { user, colleague, reader } = PEOPLE;
const rig = Rig.up();

describe('a task', () => {
  it('is a session of the only project, once however often the update is handled', async () => {
    const told = await rig.chat.says(user, '/code@ids_bot Add logging\nto a.py', { update: 70 });
    expect(told).toBe('This chat works on fleet, the only project there is.');
    expect(await rig.chat.says(user, '/code@ids_bot Add logging\nto a.py', { update: 70 })).toBe('');
    const { sessions } = await rig.chat.play.store.list({ limit: 10 });
    expect(sessions).toMatchObject([
      { kind: 'code', task: 'Add logging\nto a.py', project: 'fleet', requestedBy: 'telegram:7' },
    ]);
    const to = { place: { chat: user }, message: 570, owner: user };
    expect(rig.chat.begun).toEqual([
      { session: sessions[0]?.id, to },
      { session: sessions[0]?.id, to },
    ]);
    expect(await rig.chat.parts.places.sessions('7')).toEqual([sessions[0]?.id]);
  });

  it('is a question where it is a plain message', async () => {
    await rig.chat.says(user, 'What is a vessel?');
    expect((await rig.chat.play.store.list({ limit: 10 })).sessions).toMatchObject([
      { kind: 'ask', task: 'What is a vessel?' },
    ]);
  });

  it('takes the rounds that its project says', async () => {
    await rig.chat.parts.projects.update('fleet', { settings: { maxRounds: 5 } });
    expect(await rig.chat.asked(user, '/ask why')).toMatchObject({ maxRounds: 5 });
  });

  it('needs words, a project and a role', async () => {
    await rig.chat.says(user, '/project fleet');
    const told = [
      await rig.chat.says(user, '/code'),
      await rig.chat.says(user, '/code \u200b\u0000'),
      await rig.chat.says(user, '/ask'),
      await rig.chat.says(user, '/ code x'),
      await rig.chat.says(user, '\u200b'),
      await rig.chat.says(reader, '/code x'),
      await rig.chat.says(reader, 'what?'),
      await rig.chat.says(user, '/stauts'),
      await rig.chat.says(user, '/weather'),
      await rig.chat.says(user, '/weather', { chat: GROUP }),
      await rig.chat.says(user, '/weather@ids_bot', { chat: GROUP }),
      await rig.chat.says(user, '/satus', { chat: GROUP }),
    ];
    expect(told.join('\n\n')).toMatchSnapshot();
    expect((await rig.chat.play.store.list({ limit: 10 })).sessions).toEqual([]);
  });

  it('can be guided by who asked, once, when it waits for that', async () => {
    const { id } = await rig.chat.asked(user, '/code Add logging', { chat: GROUP });
    await rig.chat.play.deliberate(id);
    await rig.chat.play.decide(id, 'dead_end');
    const told = [
      await rig.chat.says(user, '/continue', { chat: GROUP }),
      await rig.chat.says(colleague, '/continue keep it small', { chat: GROUP }),
      await rig.chat.says(user, '/continue keep it small', { chat: GROUP, update: 70 }),
      await rig.chat.says(user, '/continue keep it small', { chat: GROUP, update: 70 }),
      await rig.chat.says(user, '/continue keep it small', { chat: GROUP }),
    ];
    expect(told.join('\n— — —\n')).toMatchSnapshot();
    const record = await rig.chat.play.store.read(id);
    expect([record?.session.status, record?.flow.guidance]).toEqual(['deliberating', ['keep it small']]);
  });

  it('that was guided is not guided again, nor is another, when the update comes again', async () => {
    const stuck = async (text: string): Promise<SessionId> => {
      const { id } = await rig.chat.asked(user, text);
      await rig.chat.play.deliberate(id);
      await rig.chat.play.decide(id, 'dead_end');
      return id;
    };
    const older = await stuck('/code one');
    const newer = await stuck('/code two');
    await rig.chat.says(user, '/continue small', { update: 90 });
    await rig.chat.says(user, '/continue small', { update: 90 });
    expect([await rig.statusOf(older), await rig.statusOf(newer)]).toEqual([
      'awaiting_guidance',
      'deliberating',
    ]);
  });
});

describe('text that means harm', () => {
  const texts = [
    `/analyze ${'../'.repeat(20)}etc/passwd`,
    '/analyze vessel.py\0.txt',
    `/analyze ${'a/'.repeat(1_500)}b.py`,
    '/validate $(touch /tmp/x) `touch x` ; --index=/etc/passwd',
    '/register_project ../evil .',
    '/project __proto__',
    '/project constructor',
    '/project ../../etc',
    '/delete_project fleet',
    '/export ../../etc/passwd',
    '/status sess_*',
    '/diff sess_00000000000000000000000000',
    '/continue <script>alert(1)</script>',
    `/nosuch ${'x'.repeat(4_000)}`,
    `/${'c'.repeat(4_000)}`,
    `/project ${'\u202e\u2066'.repeat(500)}txt.exe`,
    `/project ${'\ud83d'.repeat(100)}`,
    `/status ${'👩‍👩‍👧‍👦'.repeat(300)}`,
    '/project [click](tg://user?id=1) <a href="https://evil.example">x</a> @administrator',
    '/',
    '//',
    '\u0000',
  ];

  it('has no effect, and each is answered within one message', async () => {
    await rig.chat.says(user, '/project fleet');
    for (const text of texts) {
      const told = await rig.chat.says(user, text);
      expect([text.slice(0, 40), told.length > 0, told.length < 1_500]).toEqual([
        text.slice(0, 40),
        true,
        true,
      ]);
      expect(told).not.toContain('\n— — —\n');
      expect(told).not.toMatch(/Something broke|\u202e|\u2066/);
    }
    expect((await rig.chat.play.store.list({ limit: 10 })).sessions).toEqual([]);
    expect((await rig.chat.parts.projects.list()).map(({ name }) => name)).toEqual(['fleet']);
    expect(await rig.chat.parts.places.project('7')).toBe('fleet');
  });
});
