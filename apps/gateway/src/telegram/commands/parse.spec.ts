import { describe, expect, it } from '@jest/globals';
import { richText } from '../text/rich-text.js';
import { helpParts, startParts } from '../text/help.js';
import { BOT_COMMANDS, COMMAND_NAMES, commandNamed, mayUse } from './catalog.js';
import { distance, nearest } from './nearest.js';
import { parseMessage, words } from './parse.js';

const shown = (parts: Parameters<typeof richText>[0]): string =>
  richText(parts).text.replaceAll('\u2060', '');

describe('a message', () => {
  it.each([
    ['/code Add logging', { name: 'code', addressed: false, rest: 'Add logging' }],
    ['/Code@ids_bot  two\n\nlines ', { name: 'Code', addressed: true, rest: 'two\n\nlines' }],
    [' /help', { name: 'help', addressed: false, rest: '' }],
    ['/code\nx', { name: 'code', addressed: false, rest: 'x' }],
  ])('%j is a command', (text, said) => {
    expect(parseMessage(text)).toEqual({ kind: 'command', ...said });
  });

  it.each(['/', '//', '/ code x', '/code! x', '/code@', '\u0000', '\u200b\u200b', ' '])(
    '%j is nothing',
    (text) => {
      expect(parseMessage(text)).toEqual({ kind: 'nothing' });
    },
  );

  it.each(['what is /code', 'hello', '?', '🚢'])('%j is text', (text) => {
    expect(parseMessage(text)).toEqual({ kind: 'text', text });
  });

  it('has words, in which quotes keep spaces', () => {
    expect(words(' a.py  "b c.py" “d e” \n f')).toEqual(['a.py', 'b c.py', 'd e', 'f']);
    expect(words('  ')).toEqual([]);
  });
});

describe('the commands', () => {
  it('are as Telegram takes them', () => {
    for (const { command, description } of BOT_COMMANDS) {
      expect(command).toMatch(/^[a-z0-9_]{1,32}$/);
      expect(description.length).toBeLessThanOrEqual(40);
      expect(description).toMatch(/^\S.*\S$/);
    }
    expect(commandNamed('LIST_projects')).toBe('list_projects');
    expect(commandNamed('__proto__')).toBeUndefined();
    expect(commandNamed('constructor')).toBeUndefined();
  });

  it.each([
    ['cod', 'code'],
    ['stauts', 'status'],
    ['roll_back', 'rollback'],
    ['HELP', 'help'],
    ['list', 'list_projects'],
    ['register', 'register_project'],
    ['undo', undefined],
    ['x', undefined],
    ['c'.repeat(4_000), undefined],
  ])('%j means %j', (text, name) => {
    expect(nearest(text, COMMAND_NAMES)).toBe(name);
  });

  it('are as far apart as letters must be changed', () => {
    expect(distance('', 'abc')).toBe(3);
    expect(distance('abc', 'abc')).toBe(0);
    expect(distance('kitten', 'sitting')).toBe(3);
    expect(distance('ab', 'ba')).toBe(1);
  });

  it('of a reader change nothing', () => {
    const denied = COMMAND_NAMES.filter((name) => !mayUse('reader', name));
    expect(denied).toEqual([
      'code',
      'ask',
      'cancel',
      'rollback',
      'continue',
      'register_project',
      'delete_project',
    ]);
    expect(COMMAND_NAMES.filter((name) => !mayUse('user', name))).toEqual([
      'register_project',
      'delete_project',
    ]);
  });
});

describe('help', () => {
  it.each(['reader', 'user', 'administrator'] as const)('shows a %s what may be used', (role) => {
    const text = shown(helpParts({ role, isPrivate: role !== 'user', file: 'app/vessel.py' }));
    expect(COMMAND_NAMES.filter((name) => new RegExp(`^/${name}\\b`, 'm').test(text))).toEqual(
      COMMAND_NAMES.filter((name) => mayUse(role, name)),
    );
    expect(text).toMatchSnapshot();
  });

  it('welcomes', () => {
    const project = {
      name: 'fleet',
      path: '/fleet',
      description: '',
      settings: {},
      createdAt: '',
      updatedAt: '',
    };
    expect(shown(startParts({ role: 'user', isPrivate: true, project, file: 'a.py' }))).toMatchSnapshot();
    expect(
      shown(startParts({ role: 'reader', isPrivate: false, project: null, file: undefined })),
    ).toMatchSnapshot();
  });
});
