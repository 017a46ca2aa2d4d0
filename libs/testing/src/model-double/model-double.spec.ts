import { newSessionId } from '@ids/kernel';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { agreeingParliament, byPrompt, inTurn, startModelDouble, type ModelDouble } from './index.js';
import { reply, status } from './behaviours.js';

const SESSION = newSessionId();
const HEADERS = {
  authorization: 'Bearer key',
  'content-type': 'application/json',
  'x-ids-session': SESSION,
  'x-ids-stage': 'generation',
  'x-ids-role': 'coder',
  'x-ids-round': '1',
};
const BODY = { model: 'm', messages: [{ role: 'user', content: 'task: a' }] };

describe('the model double', () => {
  let double: ModelDouble;

  beforeAll(async () => {
    double = await startModelDouble(
      agreeingParliament(({ prompt }) => `code for ${prompt}`),
      { apiKey: 'key' },
    );
  });
  afterAll(() => double.close());

  async function post(body: unknown, headers: Record<string, string> = {}, path = '/chat/completions') {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const response = await fetch(`${double.url}${path}`, {
      method: 'POST',
      body: text,
      headers: { ...HEADERS, ...headers },
    });
    return { status: response.status, text: await response.text() };
  }

  const ask = (content: string) =>
    post({ ...BODY, messages: [{ role: 'user', content }] }, { 'x-ids-round': '7' });

  it.each([
    [404, BODY, {}, '/completions'],
    [400, '{"model"', {}, undefined],
    [400, { ...BODY, model: undefined }, {}, undefined],
    [400, { ...BODY, messages: [] }, {}, undefined],
    [400, { ...BODY, messages: [{ role: 'robot', content: '' }] }, {}, undefined],
    [400, { ...BODY, stream_options: { include_usage: true } }, {}, undefined],
    [401, BODY, { authorization: '' }, undefined],
    [401, BODY, { authorization: 'Bearer other' }, undefined],
    [400, BODY, { 'x-ids-session': 'sess_1' }, undefined],
    [400, BODY, { 'x-ids-stage': 'dreaming' }, undefined],
    [400, BODY, { 'x-ids-round': '' }, undefined],
  ])('refuses what an endpoint would refuse: %s %j %j %s', async (code, body, headers, path) => {
    const before = double.refused.length;
    expect((await post(body, headers, path)).status).toBe(code);
    expect(double.refused).toHaveLength(before + 1);
    expect(double.calls).toHaveLength(0);
  });

  it('answers whole or in events, votes to the parliament and code to the coder', async () => {
    expect((await post(BODY)).text).toContain('code for task: a');
    const vote = await post(
      { ...BODY, stream: true },
      { 'x-ids-role': 'sre_critic', 'x-ids-stage': 'deliberation' },
    );
    expect(vote.text).toMatch(/^data: \{[\s\S]*confidence[\s\S]*data: \[DONE\]\n\n$/);
    expect(double.count({ session: SESSION })).toBe(2);
    expect(double.paid({ role: 'coder' })).toHaveLength(1);
  });

  it('decides by the prompt and by what came before', async () => {
    const broken = inTurn(
      () => status(500),
      () => reply('second'),
    );
    double.follow(byPrompt({ 'task: b': broken }, () => reply('other')));
    expect((await ask('task: b')).status).toBe(500);
    expect((await ask('task: b')).text).toContain('second');
    expect((await ask('task: c')).text).toContain('other');
  });
});
