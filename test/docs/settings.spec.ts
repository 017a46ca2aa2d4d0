import { parseEnv } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { loadSettings, VARIABLES } from '@ids/config';
import { pages, read, section } from './documents.js';

const VARIABLE =
  /\b(?:HOST|PORT|ALLOWED_TELEGRAM_USERS|(?:TELEGRAM|REDIS|IDS|OPENAI|MAX|ENABLE|BACKUP|WORKER|LOG)_[A-Z_]+[A-Z])\b/g;
/** Read by the command-line client alone, and never from `.env`. */
const OF_THE_CLIENT = ['IDS_URL', 'IDS_API_KEY'];
/** Read by docker compose alone. */
const OF_COMPOSE = ['IDS_UID', 'IDS_GID'];

const settings = Object.entries(VARIABLES).map(([name, schema]) => {
  const { description = '', default: text } = schema.meta() ?? {};
  return { name, meaning: description, text: typeof text === 'string' ? text : undefined };
});

describe('.env.example', () => {
  it('holds each variable with its meaning and its default', () => {
    const head = [
      '# Every setting of IDS with its default. Copy this file to `.env` and change what you need; variables of the',
      '# environment go before it. An empty value counts as unset. Made of libs/config/src/variables.ts; a test',
      '# compares the two.',
    ];
    const entries = settings.map(({ name, meaning, text = '' }) => `\n# ${meaning}\n${name}=${text}`);
    expect(read('.env.example')).toBe(`${[...head, ...entries].join('\n')}\n`);
  });

  it('changes nothing when it is copied as it is', () => {
    const redis = { REDIS_URL: 'redis://127.0.0.1' };
    expect(loadSettings({ ...parseEnv(read('.env.example')), ...redis })).toEqual(loadSettings(redis));
  });
});

describe('the settings in the documentation', () => {
  it('README has the table of all variables', () => {
    const rows = settings.map(
      ({ name, meaning, text }) =>
        `| \`${name}\` | ${text === undefined ? 'none' : `\`${text}\``} | ${meaning} |`,
    );
    const table = ['| name | default | meaning |', '| --- | --- | --- |', ...rows].join('\n');
    expect(section(read('README.md'), '## Settings')).toContain(table);
  });

  it.each(pages())('%s names only variables that are read', (page) => {
    const known = [...Object.keys(VARIABLES), ...OF_THE_CLIENT, ...OF_COMPOSE];
    const named = [...new Set(read(page).match(VARIABLE))];
    expect(named.filter((name) => !known.includes(name))).toEqual([]);
  });
});
