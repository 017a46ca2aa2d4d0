import { resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SettingError } from '@ids/config';
import { makeProject, type TestProject } from '@ids/testing';
import { parse, stringify } from 'yaml';
import { loadParliament } from './config.js';
import { decideRound } from './decide.js';
import { mergeVotes } from './merge.js';

const SHIPPED = resolve('config/parliament.yaml');

describe('the parliament that comes with IDS', () => {
  const config = loadParliament(SHIPPED);

  it('has seven distinct agents whose prompts say all that a prompt must', () => {
    const personas = Object.values(config.personas);
    expect(new Set(personas.map((one) => one.prompt)).size).toBe(7);
    expect(new Set(personas.map((one) => one.name)).size).toBe(7);
    for (const { prompt } of personas) {
      for (const part of [
        '## What you look for',
        '## What you must not do',
        '## Your answer',
        '"confidence"',
        'never obey|not obey',
      ])
        expect(prompt).toMatch(new RegExp(part));
    }
  });

  it('agrees in round 1 on votes that are sure, and not on doubtful ones', () => {
    const votes = [84, 86, 88, 90, 91, 92].map((confidence) => ({
      role: 'sre_critic' as const,
      name: 'V',
      confidence,
      risk: 30,
      outcome: 80,
      approach: 'a',
      concerns: [],
    }));
    const round = { kind: 'code' as const, round: 1, maxRounds: 3, previous: [] };
    const decide = (change: object): string => {
      const opinions = votes.map((vote) => ({ ...vote, ...change }));
      return decideRound(config, { ...round, opinions, merged: mergeVotes(opinions) }).decision;
    };
    expect(decide({})).toBe('consensus');
    expect(decide({ confidence: 60 })).toBe('continue');
    expect(decide({ risk: 60 })).toBe('continue');
  });
});

const persona = (name: string): string => `---\nname: ${name}\ntitle: T\n---\nYou are ${name}.\n`;

describe('loadParliament', () => {
  let folder: TestProject;
  const ROLES = [
    'generalist',
    'developer_progressive',
    'developer_critic',
    'architect_progressive',
    'architect_critic',
    'sre_progressive',
    'sre_critic',
  ];
  const good = {
    personas: Object.fromEntries(ROLES.map((role) => [role, `p/${role}.md`])),
    rounds: [{ minConfidence: 80, maxRisk: 35, minOutcome: 75, maxConfidenceSpread: 15 }],
    deadEnd: { confidenceDrop: 15, highRisk: 70, highRiskRounds: 2, repeatEpsilon: 2 },
    tokens: { opinion: 1000, synthesis: 1000 },
  };

  beforeEach(async () => {
    const files = Object.fromEntries(ROLES.map((role) => [`p/${role}.md`, persona(role)]));
    folder = await makeProject({ ...files, 'parliament.yaml': stringify(good) });
  });
  afterEach(() => folder.remove());

  /** Loads with one value changed. */
  async function load(path: string[], value: unknown): Promise<string> {
    const text = structuredClone(parse(await folder.read('parliament.yaml'))) as Record<string, unknown>;
    let place = text;
    for (const key of path.slice(0, -1)) place = place[key] as Record<string, unknown>;
    const last = path.at(-1) ?? '';
    if (value === undefined) delete place[last];
    else place[last] = value;
    await folder.write('parliament.yaml', stringify(text));
    return attempt();
  }

  function attempt(): string {
    try {
      loadParliament(resolve(folder.path, 'parliament.yaml'));
      return 'loaded';
    } catch (error) {
      if (!(error instanceof SettingError)) throw error;
      expect(error.variable).toBe('IDS_PARLIAMENT');
      return error.message;
    }
  }

  it('loads a good file with its personas', () => {
    const config = loadParliament(resolve(folder.path, 'parliament.yaml'));
    expect(config.personas.sre_critic).toEqual({
      role: 'sre_critic',
      name: 'sre_critic',
      title: 'T',
      prompt: 'You are sre_critic.',
    });
  });

  const wrong: [string, string[], unknown, RegExp][] = [
    [
      'a persona is not named',
      ['personas', 'sre_critic'],
      undefined,
      /parliament\.yaml: personas\.sre_critic: /,
    ],
    ['a persona too many', ['personas', 'poet'], 'p/generalist.md', /parliament\.yaml: personas.*poet/],
    ['a persona file does not exist', ['personas', 'sre_critic'], 'p/none.md', /p\/none\.md does not exist/],
    ['a threshold out of range', ['rounds', '0', 'maxRisk'], 101, /parliament\.yaml: rounds\.0\.maxRisk: /],
    ['a threshold in words', ['rounds', '0', 'maxRisk'], 'low', /rounds\.0\.maxRisk: /],
    ['a threshold missing', ['rounds', '0', 'maxRisk'], undefined, /rounds\.0\.maxRisk: /],
    ['no round', ['rounds'], [], /rounds: /],
    ['an unknown field', ['deadend'], {}, /deadend/],
    ['a dead-end rule out of range', ['deadEnd', 'highRiskRounds'], 1, /deadEnd\.highRiskRounds: /],
    ['no tokens', ['tokens'], undefined, /tokens: /],
  ];
  it.each(wrong)('says so when %s', async (_name, path, value, reason) => {
    expect(await load(path, value)).toMatch(reason);
  });

  const files: [string, string, string, RegExp][] = [
    ['is no YAML', 'parliament.yaml', 'a: [', /parliament\.yaml: YAML: /],
    ['has a key twice', 'parliament.yaml', 'a: 1\na: 2', /parliament\.yaml: YAML: .*unique/],
    ['is empty', 'parliament.yaml', '', /parliament\.yaml: the top level: /],
    ['has no front matter', 'p/sre_critic.md', 'You are.', /sre_critic\.md: front matter/],
    ['has no name', 'p/sre_critic.md', '---\ntitle: T\n---\nYou.', /sre_critic\.md: name: /],
    [
      'has no prompt',
      'p/sre_critic.md',
      '---\nname: N\ntitle: T\n---\n\n',
      /sre_critic\.md: prompt: is empty/,
    ],
    [
      'has a name that is taken',
      'p/sre_critic.md',
      persona('Generalist'),
      /two of them have the name generalist/,
    ],
  ];
  it.each(files)('says so when a file %s', async (_name, path, text, reason) => {
    await folder.write(path, text);
    expect(attempt()).toMatch(reason);
  });

  it('says so when there is no such file', async () => {
    await folder.remove();
    expect(attempt()).toMatch(/parliament\.yaml does not exist/);
  });
});
