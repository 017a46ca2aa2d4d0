import { SPECIALISTS, crossSchema } from '@ids/contracts';
import { describe, expect, it } from '@jest/globals';
import { requestOf, subjectOf } from '../../test/support.js';
import type { ModelRole, ModelSubject } from '../index.js';
import { OfflineModel } from './offline.model.js';

const FILES = { 'app/x.py': '"""Things."""\n\n\nclass A:\n    def set_b(self, b):\n        self.b = b\n' };
const model = new OfflineModel();

async function ask(role: ModelRole, subject: ModelSubject): Promise<string> {
  const stage = role === 'coder' ? 'generation' : role === 'generalist' ? 'synthesis' : 'deliberation';
  const reply = await model.complete(requestOf(subject, { role, stage }), new AbortController().signal);
  expect(reply.model).toBe('offline model (built in, rule-based)');
  return reply.text;
}

describe('OfflineModel', () => {
  it('gives seven votes that agree on a known task, each in its own words', async () => {
    const subject = subjectOf('Add logging to app/x.py', FILES);
    const roles = [...SPECIALISTS, 'generalist'] as const;
    const texts = await Promise.all(roles.map((role) => ask(role, subject)));
    const votes = texts.map((text) => crossSchema.parse(JSON.parse(text)));
    for (const vote of votes) {
      expect(vote.confidence).toBeGreaterThanOrEqual(84);
      expect(vote.confidence).toBeLessThanOrEqual(92);
      expect(vote.risk).toBeLessThanOrEqual(25);
      expect(vote.outcome).toBeGreaterThanOrEqual(84);
      expect(vote.approach).toMatch(/^In app\/x\.py, log in set_b\./);
    }
    expect(new Set(texts).size).toBe(7);
    expect(votes[5]?.concerns.join()).toMatch(/passwords/);
    expect(await Promise.all(roles.map((role) => ask(role, subject)))).toEqual(texts);
  });

  it('refuses a change that it does not understand, from the first opinion on', async () => {
    const subject = subjectOf('Make it faster', FILES);
    await expect(ask('sre_critic', subject)).rejects.toMatchObject({ code: 'not_understood' });
    await expect(ask('coder', subject)).rejects.toMatchObject({ code: 'not_understood' });
  });

  it('says that a file is missing instead of inventing it', async () => {
    const vote = crossSchema.parse(
      JSON.parse(
        await ask('developer_critic', subjectOf('Add logging to no.py', {}, { missing: ['no.py'] })),
      ),
    );
    expect(vote.confidence).toBeLessThan(50);
    expect(vote.concerns).toEqual(['no.py is not in the project.']);
  });

  it('answers a question by what it sees, and says what it is', async () => {
    const vote = crossSchema.parse(
      JSON.parse(await ask('generalist', subjectOf('What is in app/x.py?', FILES, { kind: 'ask' }))),
    );
    expect(vote.approach).toContain('built-in offline model');
    expect(vote.approach).toContain(
      'app/x.py has 6 lines and defines the class A (set_b). Its docstring says: Things.',
    );
  });

  it('shows the part of the map that has most to do with a question, within a bound', async () => {
    const map = Array.from({ length: 30 }, (_, i) => `app/m${i}.py (3 lines)\n`).join('');
    const vote = crossSchema.parse(
      JSON.parse(await ask('generalist', subjectOf('Where are ships kept?', {}, { kind: 'ask', map }))),
    );
    expect(vote.approach).toContain('    app/m0.py (3 lines)\n');
    expect(vote.approach).toContain('    app/m19.py (3 lines)\n    …\n');
    expect(vote.approach).not.toContain('m20.py');
  });

  it('names the files that a new name has to be followed into, so that the coder sees them', async () => {
    const related = ['app/y.py'];
    const vote = crossSchema.parse(
      JSON.parse(await ask('sre_critic', subjectOf('Rename A to B in app/x.py', FILES, { related }))),
    );
    expect(vote.approach).toContain('app/y.py');
    const other = await ask('sre_critic', subjectOf('Add logging to app/x.py', FILES, { related }));
    expect(other).not.toContain('app/y.py');
  });

  it('throws the reason of an aborted signal', async () => {
    const reason = new Error('cancelled');
    const request = requestOf(subjectOf('Add logging', FILES));
    await expect(model.complete(request, AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});
