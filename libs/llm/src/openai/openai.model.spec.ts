import type { ModelSettings } from '@ids/config';
import { behaviours as does, startModelDouble, until } from '@ids/testing';
import type { Behaviour, ModelDouble, ModelScript } from '@ids/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { requestOf, subjectOf } from '../../test/support.js';
import type { ModelRequest } from '../model.port.js';
import { OpenAiModel } from './openai.model.js';

const KEY = 'sk-test-0123456789abcdefghijklmnop';
const OPTIONS = { backoffMs: 1 };
/** Long enough for a call to reach the double on a busy machine before it is given up. */
const SILENCE_MS = 2_000;
let double: ModelDouble;

beforeEach(async () => {
  double = await startModelDouble(() => does.reply('hello'), { apiKey: KEY });
});
afterEach(() => double.close());

function settings(more: Partial<ModelSettings> = {}): ModelSettings {
  return {
    provider: 'openai',
    apiKey: KEY,
    baseUrl: double.url,
    generalist: 'big',
    specialist: 'small',
    coder: 'code',
    timeoutMs: 30_000,
    requestsPerMinute: 600,
    sessionTokenBudget: 1_000,
    dailyTokenBudget: undefined,
    ...more,
  };
}

const request = (more: Partial<ModelRequest> = {}): ModelRequest => requestOf(subjectOf('task', {}), more);
const never = new AbortController().signal;

function ask(script: ModelScript, more: Partial<ModelSettings> = {}, asked = request()) {
  double.follow(script);
  return new OpenAiModel(settings(more), OPTIONS).complete(asked, never);
}

describe('an answer', () => {
  it('is read from a stream, with the usage that the endpoint reports', async () => {
    const reply = await ask(() =>
      does.reply('a long answer', { chunks: 5, usage: { prompt: 12, completion: 34 } }),
    );
    expect(reply).toMatchObject({
      text: 'a long answer',
      model: 'code',
      promptTokens: 12,
      completionTokens: 34,
    });
    expect(double.calls[0]?.body).toMatchObject({
      model: 'code',
      stream: true,
      stream_options: { include_usage: true },
      max_tokens: 1_000,
    });
  });

  it('carries the headers that proxies route by', async () => {
    const asked = request({ role: 'sre_critic', stage: 'deliberation', round: 2, format: 'json' });
    await ask(() => does.reply('{}'), {}, asked);
    expect(
      double.count({ session: asked.sessionId, stage: 'deliberation', role: 'sre_critic', round: 2 }),
    ).toBe(1);
    expect(double.calls[0]?.body).toMatchObject({ model: 'small', response_format: { type: 'json_object' } });
  });

  it('is metered by an estimate where the endpoint reports no usage', async () => {
    const reply = await ask(() => does.reply('x'.repeat(70), { usage: null }));
    expect(reply.completionTokens).toBe(20);
    expect(reply.promptTokens).toBeGreaterThan(0);
  });

  it('is read from one body where the endpoint ignores streaming', async () => {
    const body = JSON.stringify({
      model: 'm',
      choices: [{ message: { content: 'whole' }, finish_reason: 'stop' }],
    });
    const reply = await ask(() => ({ kind: 'raw', body, contentType: 'application/json' }));
    expect(reply).toMatchObject({ text: 'whole', model: 'm' });
  });

  it('takes longer than the deadline as long as it is not silent', async () => {
    const slow = does.reply('abcdefgh', { chunks: 8, chunkDelayMs: 400 });
    expect((await ask(() => slow, { timeoutMs: 3_000 })).text).toBe('abcdefgh');
  });
});

describe('secrets and keys', () => {
  it('masks secrets before they leave', async () => {
    const messages = [{ role: 'user' as const, content: 'password = "hunter2!"\nx = 1' }];
    await ask(() => does.reply('ok'), {}, request({ messages }));
    expect(double.calls[0]?.prompt).toBe('password = "[masked]"\nx = 1');
  });

  it('sends a placeholder where a local endpoint needs no key', async () => {
    const local = await startModelDouble(() => does.reply('ok'));
    await new OpenAiModel(settings({ apiKey: undefined, baseUrl: local.url })).complete(request(), never);
    expect(local.calls[0]?.headers.authorization).toBe('Bearer no-key');
    await local.close();
  });
});

describe('what an endpoint does not take', () => {
  it.each(['response_format', 'stream_options', 'stream', 'max_tokens'])(
    'is left out and remembered: %s',
    async (param) => {
      double.follow(({ body }) =>
        param in body && body[param] !== false ? does.unsupported(param) : does.reply('ok'),
      );
      const model = new OpenAiModel(settings(), OPTIONS);
      const json = request({ format: 'json' });
      expect((await model.complete(json, never)).text).toBe('ok');
      expect((await model.complete(json, never)).text).toBe('ok');
      expect(double.calls).toHaveLength(3);
    },
  );

  it('gives up where leaving out does not help', async () => {
    await expect(ask(() => does.unsupported('max_tokens, max_completion_tokens'))).rejects.toMatchObject({
      code: 'model_refused',
    });
    expect(double.calls).toHaveLength(2);
  });
});

describe('failures', () => {
  it.each([
    ['401', does.status(401, 'bad key'), 'model_unauthorized', 1],
    ['403', does.status(403, 'not yours'), 'model_unauthorized', 1],
    ['404', does.status(404, 'no such model'), 'model_refused', 1],
    ['400', does.status(400, 'too long'), 'model_refused', 1],
    [
      '429 for want of money',
      does.status(429, 'pay first', { code: 'insufficient_quota' }),
      'model_refused',
      1,
    ],
    ['429', does.status(429), 'model_refused', 4],
    ['409', does.status(409), 'model_refused', 4],
    ['408', does.status(408), 'model_unreachable', 4],
    ['500', does.status(500), 'model_unreachable', 4],
    ['503', does.status(503), 'model_unreachable', 4],
    ['a connection cut at once', does.cut(), 'model_unreachable', 4],
    ['a connection cut midway', does.cut('half an'), 'model_unreachable', 4],
    ['a page in place of an answer', does.nonsense(), 'model_nonsense', 1],
    ['a stream of nonsense', does.nonsense('\u0000\u0001\n\n', 'text/event-stream'), 'model_nonsense', 1],
    ['a stream of no JSON', does.nonsense('data: {"a\n\n', 'text/event-stream'), 'model_nonsense', 1],
    [
      'a stream of other JSON',
      does.nonsense('data: {"choices":3}\n\n', 'text/event-stream'),
      'model_nonsense',
      1,
    ],
    ['other JSON', does.nonsense('{"choices":[]}', 'application/json'), 'model_nonsense', 1],
    ['an empty answer', does.reply(' \n'), 'model_nonsense', 1],
    ['a huge answer', does.reply('x'.repeat(1_100_000)), 'model_nonsense', 1],
    ['an answer cut at its limit', does.reply('half', { finishReason: 'length' }), 'model_nonsense', 1],
    ['a filtered answer', does.reply('', { finishReason: 'content_filter' }), 'model_refused', 1],
    ['silence', does.stall(), 'model_timeout', 1],
    ['silence midway', does.stall('half an'), 'model_timeout', 1],
  ] as const)('%s', async (name, behaviour, code, attempts) => {
    const timeoutMs = name.startsWith('silence') ? SILENCE_MS : 30_000;
    await expect(ask(() => behaviour, { timeoutMs })).rejects.toMatchObject({ name: 'IdsError', code });
    expect(double.calls).toHaveLength(attempts);
  });

  it('tells what was used when the answer is of no use', async () => {
    await expect(ask(() => does.reply('', { usage: { prompt: 7, completion: 3 } }))).rejects.toMatchObject({
      details: { promptTokens: 7, completionTokens: 3 },
    });
  });

  it('tells a short reason that holds no key', async () => {
    const long = `key ${KEY} is\nwrong${'!'.repeat(500)}`;
    const error: unknown = await ask(() => does.status(418, long)).catch((thrown: unknown) => thrown);
    expect(String(error)).toContain('418 key [masked] is wrong!');
    expect(String(error)).not.toContain(KEY);
    expect(String(error).length).toBeLessThan(300);
  });

  it('is unreachable where nothing listens', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    server.close();
    const port = typeof address === 'object' ? address?.port : 0;
    await expect(ask(() => does.reply(''), { baseUrl: `http://127.0.0.1:${port}/v1` })).rejects.toMatchObject(
      {
        code: 'model_unreachable',
        details: { reason: 'ECONNREFUSED' },
      },
    );
  });

  it('closes the connection of a silent call', async () => {
    await expect(ask(() => does.stall('half'), { timeoutMs: SILENCE_MS })).rejects.toMatchObject({
      code: 'model_timeout',
    });
    await until(() => double.calls[0]?.outcome === 'closed');
  });
});

/** Fails the first request of its kind. */
function afterOne(first: Behaviour): ModelScript {
  return ({ occurrence }) => (occurrence === 1 ? first : does.reply('at last'));
}

describe('another attempt', () => {
  it.each([
    ['429', does.status(429)],
    ['500', does.status(500)],
    ['a cut', does.cut()],
    ['a cut midway', does.cut('half')],
  ])('succeeds after %s, and nothing of the first stays', async (_name, first) => {
    const asked = request();
    expect((await ask(afterOne(first), {}, asked)).text).toBe('at last');
    expect(double.paid({ session: asked.sessionId })).toHaveLength(1);
  });

  it('comes no sooner than the endpoint asks', async () => {
    await ask(afterOne(does.tooMany(1)));
    const [first, second] = double.calls.map(({ at }) => at);
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(990);
  });

  it('does not come where the endpoint asks for longer than a call may last', async () => {
    await expect(ask(() => does.tooMany(3_600))).rejects.toMatchObject({ code: 'model_refused' });
    expect(double.calls).toHaveLength(1);
  });

  it('takes a turn of the shared rate limit each time', async () => {
    let turns = 0;
    double.follow(afterOne(does.status(500)));
    const takeTurn = async (): Promise<void> => void (turns += 1);
    await new OpenAiModel(settings(), { ...OPTIONS, takeTurn }).complete(request(), never);
    expect(turns).toBe(2);
  });
});

describe('an abort', () => {
  const reason = new Error('the session was cancelled');

  async function aborted(script: ModelScript, when: () => unknown): Promise<unknown> {
    const controller = new AbortController();
    double.follow(script);
    const outcome = new OpenAiModel(settings()).complete(request(), controller.signal);
    const thrown = outcome.catch((error: unknown) => error);
    await until(() => Boolean(when()));
    controller.abort(reason);
    return thrown;
  }

  it.each([
    ['before the answer', does.stall()],
    ['in the middle of the answer', does.stall('half')],
  ])('closes the connection %s and throws its reason', async (_name, behaviour) => {
    expect(
      await aborted(
        () => behaviour,
        () => double.calls.length === 1,
      ),
    ).toBe(reason);
    await until(() => double.calls[0]?.outcome === 'closed');
  });

  it('ends the pause between attempts', async () => {
    const pausing = () => double.calls[0]?.outcome === 'answered';
    expect(await aborted(() => does.tooMany(9), pausing)).toBe(reason);
    expect(double.calls).toHaveLength(1);
  });

  it('before the call makes none', async () => {
    const call = new OpenAiModel(settings()).complete(request(), AbortSignal.abort(reason));
    await expect(call).rejects.toBe(reason);
    expect(double.calls).toHaveLength(0);
  });
});
