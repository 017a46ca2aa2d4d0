import { expect, it } from '@jest/globals';
import { voteJson, type Behaviour } from '@ids/testing';
import { agreeing, cut, generalist, nonsense, reply, specialists, stall, status, tooMany } from './models.js';
import { failureTable, type Row } from './table.js';

const ROLES = 6;
/** Only a model that is silent may take so long, also on a machine on which all else is slow. */
const TIMEOUT_S = 20;

/** A fault of the parliament's model: nothing was touched, the session is rolled back all the same. */
function fails(name: string, code: string, model: Row['model'], row: Partial<Row> = {}): Row {
  return {
    name,
    ...(model === undefined ? {} : { model }),
    ends: 'rolled_back',
    error: { stage: 'deliberation', code },
    journal: 'none',
    attempts: 0,
    ...row,
  };
}

const always = (behaviour: Behaviour): Row['model'] => specialists(() => behaviour);
const times = (calls: number): Row['calls'] => ({ parliament: calls, coder: 0 });

const rows: Row[] = [
  fails('the connection is cut before each answer', 'model_unreachable', always(cut()), {
    calls: times(4 * ROLES),
  }),
  fails('the connection is cut in each answer', 'model_unreachable', always(cut('{"confidence": 9'))),
  fails('the endpoint is broken', 'model_unreachable', always(status(502, 'bad gateway'))),
  fails('the key is refused', 'model_unauthorized', always(status(401)), { calls: times(ROLES) }),
  fails('the key may not use the model', 'model_unauthorized', always(status(403))),
  fails('the request is refused', 'model_refused', always(status(422, 'no such model')), {
    error: { stage: 'deliberation', code: 'model_refused', says: /no such model/ },
  }),
  fails('429 asks for more patience than a call has', 'model_refused', always(tooMany(3_600)), {
    calls: times(ROLES),
  }),
  fails('429 does not end', 'model_refused', always(tooMany(0)), { calls: times(4 * ROLES) }),
  fails(
    'the account is out of money',
    'model_refused',
    always(status(429, 'no quota', { code: 'insufficient_quota' })),
  ),
  fails('the model is silent', 'model_timeout', always(stall()), {
    error: { stage: 'deliberation', code: 'model_timeout', says: new RegExp(`within ${TIMEOUT_S} s`) },
  }),
  fails('the model falls silent in its answer', 'model_timeout', always(stall('{"confidence": 90,'))),
  fails('the answers are no votes', 'model_nonsense', always(reply('Looks good to me!')), {
    calls: times(2 * ROLES),
  }),
  fails('the votes are out of range', 'model_nonsense', always(reply(voteJson({ confidence: 900 })))),
  fails('the answers are empty', 'model_nonsense', always(reply(''))),
  fails('the answers are no Chat Completions', 'model_nonsense', always(nonsense())),
  fails(
    'each agent fails in its own way',
    'round_failed',
    specialists(({ role }) => {
      if (role.startsWith('architect')) return reply(voteJson());
      return role.endsWith('critic') ? status(401) : reply('perhaps');
    }),
  ),
  fails(
    'the generalist is refused its key',
    'model_unauthorized',
    generalist(() => status(401)),
  ),
  fails(
    'the generalist is silent',
    'model_timeout',
    generalist(() => stall()),
  ),
  fails(
    'the generalist answers nonsense',
    'model_nonsense',
    generalist(() => reply('yes')),
    { calls: times(ROLES + 2) },
  ),
  fails(
    'the budget is spent after a round',
    'budget_exceeded',
    () => (request) => {
      if (request.role === 'generalist')
        return reply(voteJson(), { usage: { prompt: 190_000, completion: 9_000 } });
      return reply(voteJson({ confidence: request.round === 1 ? 60 : 95 }));
    },
    {
      error: { stage: 'deliberation', code: 'budget_exceeded', says: /200000.*IDS_SESSION_TOKEN_BUDGET/ },
      calls: times(ROLES + 1),
    },
  ),
  fails('a question meets a model that refuses the key', 'model_unauthorized', always(status(401)), {
    task: 'What does a.py do?',
    options: { kind: 'ask' },
  }),
  {
    name: 'half of the agents fail: the others decide',
    model: specialists(({ role }) => (role.endsWith('critic') ? status(401) : reply(voteJson()))),
    ends: 'applied',
    tree: { 'a.py': 'VALUE = 2\n' },
    journal: 'applied',
    attempts: 1,
  },
  {
    name: 'an answer that is no vote is asked for again',
    model: specialists(({ occurrence }) => reply(occurrence === 1 ? 'hm' : voteJson())),
    ends: 'applied',
    tree: { 'a.py': 'VALUE = 2\n' },
    journal: 'applied',
    calls: { parliament: 2 * ROLES + 1, coder: 1 },
  },
  {
    name: 'a dead end asks a person, whose guidance leads on',
    model: () => (request) =>
      request.stage === 'deliberation' && !request.prompt.includes('Keep it small')
        ? reply(voteJson({ confidence: 20 }))
        : agreeing()(request),
    options: { maxRounds: 1 },
    meanwhile: async ({ system }, { id }) => {
      await system.waitForStatus(id, 'awaiting_guidance');
      const answer = await system.api('POST', `/v1/sessions/${id}/guidance`, { text: 'Keep it small' });
      expect(answer.status).toBe(202);
      expect(await system.api('POST', `/v1/sessions/${id}/guidance`, { text: 'Again' })).toMatchObject({
        status: 409,
        body: { code: 'not_awaiting_guidance' },
      });
    },
    ends: 'applied',
    tree: { 'a.py': 'VALUE = 2\n' },
    journal: 'applied',
  },
];

failureTable('faults of the deliberation', { env: { IDS_MODEL_TIMEOUT_SECONDS: String(TIMEOUT_S) } }, rows, {
  more: (table) => {
    it('a model behind a closed port cannot be reached, and its address is what to check', async () => {
      await table.system.model.close();
      const scene = await table.scene();
      const { id } = await table.start(scene);
      expect(await table.system.waitForEnd(id)).toMatchObject({
        status: 'rolled_back',
        error: {
          stage: 'deliberation',
          code: 'model_unreachable',
          message: expect.stringMatching(/ECONNREFUSED.*OPENAI_BASE_URL/),
        },
      });
      expect(await scene.project.read('a.py')).toBe('VALUE = 1\n');
    });
  },
});
