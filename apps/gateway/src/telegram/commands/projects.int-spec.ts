import { describe, expect, it } from '@jest/globals';
import { GROUP, PEOPLE, Rig } from '../../../test/chat-rig.js';

const { administrator, user, reader } = PEOPLE;
const rig = Rig.up();

describe('projects', () => {
  it('are registered by administrators, twice the same is once', async () => {
    const name = 'vessels';
    const told = [
      await rig.chat.says(user, `/register_project ${name} ${rig.folder}`),
      await rig.chat.says(administrator, '/register_project a/b .'),
      await rig.chat.says(administrator, `/register_project ${name} /etc`),
      await rig.chat.says(administrator, `/register_project ${name} ${rig.folder}`),
      await rig.chat.says(administrator, `/register_project ${name} ${rig.folder}`),
      await rig.chat.says(administrator, '/register_project fleet .'),
    ];
    expect(
      told.join('\n').replaceAll(/register_project [\w.-]+ [\w.-]+$/gm, 'register_project EXAMPLE'),
    ).toMatchSnapshot();
  });

  it('are chosen for each topic by itself, by name or by button', async () => {
    await rig.chat.says(administrator, `/register_project vessels ${rig.folder}`);
    const topic = { chat: GROUP, thread: 5 };
    const told = [
      await rig.chat.says(user, '/code x', topic),
      await rig.chat.says(reader, '/code x', topic),
      await rig.chat.says(reader, '/status', topic),
      await rig.chat.says(reader, '/history', topic),
      await rig.chat.says(user, '/project nosuch', topic),
      await rig.chat.says(reader, '/project fleet', topic),
      await rig.chat.says(user, '/project vessels', topic),
      await rig.chat.says(user, '/project', topic),
      await rig.chat.says(user, '/project', { chat: GROUP }),
      await rig.chat.says(reader, '/project', topic),
    ];
    expect(told.join('\n\n')).toMatchSnapshot();
    await rig.chat.says(user, '/project', topic);
    const pressed = await rig.chat.presses(user, 'fleet', { ...topic, update: 300 });
    expect(pressed).toMatchSnapshot();
    expect(await rig.chat.parts.places.project('-100:5')).toBe('fleet');
    expect(await rig.chat.parts.places.project('-100')).toBeNull();
  });

  it('that are gone are not chosen any more', async () => {
    await rig.chat.says(user, '/project fleet');
    await rig.chat.parts.projects.remove('fleet');
    expect(await rig.chat.says(user, '/code x')).toMatchSnapshot();
    expect(await rig.chat.says(administrator, '/list_projects')).toMatchSnapshot();
    expect(await rig.chat.says(user, '/project_info fleet')).toMatchSnapshot();
  });

  it('are shown with their settings', async () => {
    await rig.chat.parts.projects.update('fleet', {
      description: 'Ships, see https://evil.example',
      settings: { tests: 'required', testSeconds: 9 },
    });
    await rig.chat.says(user, '/project fleet');
    expect(await rig.chat.says(user, '/list_projects')).toMatchSnapshot();
    expect(await rig.chat.says(reader, '/project_info fleet')).toMatchSnapshot();
  });

  it('are forgotten by administrators who say so once more', async () => {
    expect(await rig.chat.says(user, '/delete_project fleet')).toContain('is for an administrator');
    expect(await rig.chat.says(administrator, '/delete_project fleet')).toMatchSnapshot();
    expect((await rig.chat.presses(administrator, 'Keep it')).told).toContain('fleet stays registered.');
    expect(await rig.chat.presses(administrator, 'Forget it')).toMatchObject({
      text: 'This was already answered.',
    });
    await rig.chat.says(administrator, '/delete_project fleet');
    const first = await rig.chat.presses(administrator, 'Forget it', { update: 300 });
    expect(first.told).toBe('(edit) fleet is no longer registered. Its files stay as they are.');
    expect(await rig.chat.presses(administrator, 'Forget it', { update: 300 })).toMatchObject({
      text: 'It is forgotten.',
      told: '',
    });
    expect(await rig.chat.parts.projects.find('fleet')).toBeNull();
  });

  it('with a task under way are not forgotten', async () => {
    await rig.chat.asked(user, '/code x');
    await rig.chat.says(administrator, '/delete_project fleet');
    const { text, alert } = await rig.chat.presses(administrator, 'Forget it');
    expect([text.replace(/sess_\w+/, 'SESSION'), alert]).toEqual([
      'Tasks of the project are not at their end: SESSION. Cancel them first: /cancel',
      true,
    ]);
  });

  it('have settings that buttons change, one by one', async () => {
    await rig.chat.parts.projects.update('fleet', {
      settings: { testSeconds: 9, severities: { E: 'error' } },
    });
    expect(await rig.chat.says(user, '/settings')).toMatchSnapshot();
    expect((await rig.chat.presses(user, 'types required')).told).toMatchSnapshot();
    await rig.chat.presses(user, 'lint off');
    await rig.chat.presses(user, 'ask always');
    const last = await rig.chat.presses(user, '10', { update: 300 });
    expect(last.text).toBe('Set.');
    expect((await rig.chat.presses(user, '10', { update: 300 })).told).toBe('');
    expect((await rig.chat.parts.projects.get('fleet')).settings).toEqual({
      testSeconds: 9,
      severities: { E: 'error' },
      types: 'required',
      lint: false,
      approval: 'always',
      maxRounds: 10,
    });
    const told = await rig.chat.says(reader, '/settings');
    expect(told).toContain('You may look only.');
    expect(told).not.toContain('[');
  });
});
