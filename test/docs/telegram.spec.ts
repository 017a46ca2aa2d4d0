import { describe, expect, it } from '@jest/globals';
import { COMMAND_NAMES, COMMANDS, usageOf } from '../../apps/gateway/src/telegram/commands/catalog.js';
import { read, section } from './documents.js';

const chapter = section(read('README.md'), '## In Telegram');

describe('the chapter on Telegram', () => {
  it('has a row for each command, and for no other', () => {
    const rows = COMMAND_NAMES.map((name) => {
      const { description, least } = COMMANDS[name];
      return `| \`${usageOf(name)}\` | ${description} | ${least} |`;
    });
    expect(chapter.split('\n').filter((line) => line.startsWith('| `/'))).toEqual(rows);
  });

  it('shows a session with the very texts that a test sees', () => {
    const [, shown = ''] = /```text\n([\s\S]*?)\n```/.exec(chapter) ?? [];
    const seen = read('test/e2e/telegram/__snapshots__/stories.int-spec.ts.snap').replaceAll('\\`', '`');
    expect(shown).not.toBe('');
    expect(seen).toContain(shown);
  });
});
