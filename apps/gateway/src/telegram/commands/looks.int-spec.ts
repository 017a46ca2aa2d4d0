import { IdsError } from '@ids/kernel';
import { describe, expect, it } from '@jest/globals';
import { DIFF, GROUP, PEOPLE, Rig } from '../../../test/chat-rig.js';

const { user, colleague, reader } = PEOPLE;
const rig = Rig.up();

describe('looking', () => {
  it('shows how it goes, what was asked, and what changed', async () => {
    await rig.chat.says(user, '/project fleet');
    const empty = [
      await rig.chat.says(user, '/status'),
      await rig.chat.says(user, '/history'),
      await rig.chat.says(user, '/diff'),
    ];
    const { id } = await rig.chat.asked(user, '/code Add logging to a.py, see https://evil.example');
    await rig.chat.play.deliberate(id);
    const running = await rig.chat.says(user, '/status');
    await rig.chat.play.decide(id, 'consensus');
    await rig.chat.play.ask(id, 1, DIFF);
    const told = [
      ...empty,
      running,
      await rig.chat.says(user, '/status'),
      await rig.chat.says(reader, `/status ${id}`),
      await rig.chat.says(user, '/history'),
      await rig.chat.says(user, '/diff'),
      await rig.chat.says(user, '/diff 12'),
      await rig.chat.says(user, `/diff ${id.slice(-6)}`),
    ];
    const text = told.join('\n\n').replaceAll(id.slice(-6), 'LETTERS');
    expect(text.replaceAll(/\d+ s\b/g, 'TIME')).toMatchSnapshot();
  });

  it('sends a long diff as a document', async () => {
    const { id } = await rig.chat.asked(user, '/code Add logging to a.py');
    await rig.chat.play.untilAsked(id, `${DIFF}${'+x\n'.repeat(2_000)}`);
    const told = await rig.chat.says(user, '/diff');
    expect(told).toMatch(/^\(document\) SESSION\.diff\ndiff --git/);
  });

  it('exports a session as a document', async () => {
    await rig.applied();
    const told = await rig.chat.says(reader, '/export', { chat: user });
    expect(told.replaceAll(/(\| (?:To|From) \|) [^|]*/g, '$1 WHEN ')).toMatchSnapshot();
    expect(await rig.chat.says(reader, '/export nosuch')).toContain('There is no session');
  });

  it('counts tokens', async () => {
    await rig.chat.says(user, '/project fleet');
    const { id } = await rig.chat.asked(user, '/ask why');
    await rig.redis.hset(`ids:session:${id}:usage`, { calls: 1, promptTokens: 900, completionTokens: 100 });
    expect(await rig.chat.says(user, '/usage')).toMatchSnapshot();
    expect(await rig.chat.says(colleague, '/usage')).toContain('This chat: 0 tokens');
  });

  it('says who one is', async () => {
    expect(await rig.chat.says(reader, '/whoami', { chat: GROUP, thread: 5 })).toMatchSnapshot();
  });

  it('says what cannot be understood, but not where people talk with each other', async () => {
    for (const text of ['/usr/bin is full', '/frobnicate', '/']) {
      expect(await rig.chat.says(user, text)).toContain('/help');
      expect(await rig.chat.says(user, text, { chat: GROUP })).toBe('');
    }
    expect(await rig.chat.says(user, '/frobnicate@ids_bot', { chat: GROUP })).toContain('/help');
    expect(await rig.chat.says(user, '/stauts', { chat: GROUP })).toContain('Did you mean /status?');
  });
});

describe('what a worker is asked', () => {
  const analysis = {
    kind: 'file',
    path: 'a.py',
    bytes: 12,
    lines: 2,
    encoding: 'utf-8',
    python: '3.11.7',
    pythonNote: null,
    doc: null,
    imports: [],
    functions: [],
    classes: [],
    globals: [],
    entryPoint: false,
  };

  it('is answered, or why it is not', async () => {
    await rig.chat.says(user, '/project fleet');
    const asked: unknown[] = [];
    rig.chat.answers['analyze-path'] = (data) => {
      asked.push(data);
      return analysis;
    };
    rig.chat.answers['validate-paths'] = (data) => {
      asked.push(data);
      return {
        passed: false,
        layers: [
          { layer: 'syntax', status: 'passed', findings: [] },
          {
            layer: 'imports',
            status: 'failed',
            findings: [
              { path: 'a.py', line: 1, column: 1, code: 'x', severity: 'error', message: 'no @admin' },
            ],
          },
        ],
      };
    };
    const told = [
      await rig.chat.says(user, '/analyze'),
      await rig.chat.says(user, '/analyze a b.py', { update: 90 }),
      await rig.chat.says(user, '/analyze a b.py', { update: 90 }),
      await rig.chat.says(user, '/validate'),
      await rig.chat.says(user, '/validate a.py "b c.py"'),
      await rig.chat.says(user, '/parliament'),
    ];
    expect(told.join('\n\n')).toMatchSnapshot();
    const common = { contractVersion: 1, project: 'fleet' };
    expect(asked).toEqual([{ ...common, path: 'a b.py' }, common, { ...common, paths: ['a.py', 'b c.py'] }]);
  });

  it('can fail as it will', async () => {
    await rig.chat.says(user, '/project fleet');
    rig.chat.answers['analyze-path'] = () => {
      throw new IdsError('path_not_allowed', { path: '/etc/passwd', reason: 'it is outside' });
    };
    expect(await rig.chat.says(user, '/analyze /etc/passwd')).toMatchSnapshot();
    rig.chat.answers['analyze-path'] = () => ({ kind: 'secret' });
    const told = await rig.chat.says(user, '/analyze a.py');
    expect(told).toMatch(/^⚠️ Something broke inside.* this id: [0-9A-Z]{26}\ninternal_error$/);
    await rig.chat.conversation.errand('{"no":"errand"}');
    await rig.chat.conversation.errand('[');
    expect(await rig.chat.told()).toBe('');
  });

  it('says who sits in the parliament', async () => {
    rig.chat.answers.parliament = () => ({
      members: [
        {
          role: 'sre_critic',
          name: 'Viktor',
          title: 'x',
          brief: 'You are the reliability engineer who was woken.',
        },
        { role: 'generalist', name: 'Ada', title: 'x', brief: 'You lead the parliament.' },
      ],
      rounds: [
        { minConfidence: 80, maxRisk: 35, minOutcome: 75, maxConfidenceSpread: 15 },
        { minConfidence: 75, maxRisk: 40, minOutcome: 70, maxConfidenceSpread: 18 },
      ],
    });
    expect(await rig.chat.says(reader, '/parliament')).toMatchSnapshot();
  });
});
