import type { ModelSettings } from '@ids/config';
import { IdsError } from '@ids/kernel';
import { silentLogger } from '@ids/observability';
import { behaviours as does, startModelDouble, type ModelDouble } from '@ids/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { requestOf, subjectOf } from '../test/support.js';
import { createModel, type CallGovernor, type ModelReply, type ReplyStore } from './index.js';

const SETTINGS: ModelSettings = {
  provider: 'openai',
  apiKey: 'secret-key-of-the-endpoint',
  baseUrl: undefined,
  generalist: 'm',
  specialist: 'm',
  coder: 'm',
  timeoutMs: 30_000,
  requestsPerMinute: 600,
  sessionTokenBudget: 1_000,
  dailyTokenBudget: undefined,
};
const signal = new AbortController().signal;

/** Writes down what is asked of it, in order. */
class Recorder implements CallGovernor, ReplyStore {
  readonly steps: string[] = [];
  readonly kept = new Map<string, ModelReply>();
  budget = Number.POSITIVE_INFINITY;

  async acquire(): Promise<void> {
    this.steps.push('acquire');
  }
  async reserve({ tokens }: { tokens: number }): Promise<void> {
    this.steps.push(`reserve ${tokens}`);
    if (tokens > this.budget) throw new IdsError('budget_exceeded', { budget: this.budget });
  }
  async settle(call: { promptTokens: number; completionTokens: number }): Promise<void> {
    this.steps.push(`settle ${call.promptTokens}+${call.completionTokens}`);
  }
  async find(_session: string, callKey: string): Promise<ModelReply | null> {
    return this.kept.get(callKey) ?? null;
  }
  async keep(_session: string, callKey: string, reply: ModelReply): Promise<void> {
    this.steps.push('keep');
    this.kept.set(callKey, reply);
  }
}

describe('createModel', () => {
  let double: ModelDouble;
  let recorder: Recorder;

  beforeEach(async () => {
    double = await startModelDouble(() => {
      recorder.steps.push('call');
      return does.reply('hello', { usage: { prompt: 5, completion: 2 } });
    });
    recorder = new Recorder();
  });
  afterEach(() => double.close());

  const model = (settings: Partial<ModelSettings> = {}, logger = silentLogger) =>
    createModel({
      settings: { ...SETTINGS, baseUrl: double.url, ...settings },
      governor: recorder,
      replies: recorder,
      logger,
    });
  const request = requestOf(subjectOf('task', {}), { messages: [{ role: 'user', content: 'x'.repeat(35) }] });

  it('reserves, takes its turn, calls, keeps and settles, in this order', async () => {
    await model().complete(request, signal);
    expect(recorder.steps).toEqual(['reserve 1014', 'acquire', 'call', 'keep', 'settle 5+2']);
  });

  it('makes no call twice that was recorded, and settles it again', async () => {
    const first = await model().complete(request, signal);
    recorder.steps.length = 0;
    expect(await model().complete(request, signal)).toEqual(first);
    expect(recorder.steps).toEqual(['settle 5+2']);
    expect(double.calls).toHaveLength(1);
  });

  it('makes no call beyond the budget', async () => {
    recorder.budget = 1_000;
    await expect(model().complete(request, signal)).rejects.toMatchObject({ code: 'budget_exceeded' });
    expect(recorder.steps).toEqual(['reserve 1014']);
  });

  it('settles a failed call with nothing, and one that was useless with what it cost', async () => {
    double.follow(() => does.status(400));
    await expect(model().complete(request, signal)).rejects.toMatchObject({ code: 'model_refused' });
    expect(recorder.steps.at(-1)).toBe('settle 0+0');
    double.follow(() => does.reply('', { usage: { prompt: 9, completion: 1 } }));
    await expect(model().complete(request, signal)).rejects.toMatchObject({ code: 'model_nonsense' });
    expect(recorder.steps.at(-1)).toBe('settle 9+1');
    expect(recorder.kept.size).toBe(0);
  });

  it('shows the failure of the call also when settling fails', async () => {
    double.follow(() => does.status(401));
    recorder.settle = () => Promise.reject(new Error('no Redis'));
    await expect(model().complete(request, signal)).rejects.toMatchObject({ code: 'model_unauthorized' });
  });

  it('logs model, tokens and outcome of each call, but no text and no key', async () => {
    const lines: string[] = [];
    await model({}, pino({ level: 'info' }, { write: (line) => void lines.push(line) })).complete(
      request,
      signal,
    );
    expect(JSON.parse(lines.join())).toMatchObject({
      model: 'm',
      stage: 'generation',
      role: 'coder',
      outcome: 'ok',
      promptTokens: 5,
      completionTokens: 2,
      sessionId: request.sessionId,
    });
    expect(lines.join()).not.toMatch(/hello|xxx|secret-key/);
  });

  it('runs the offline model without a turn of the rate limit', async () => {
    const offline = { provider: 'offline', apiKey: undefined, baseUrl: undefined } as const;
    const text = 'def f(a=1):\n    print(a)\n';
    const port = model(offline);
    const reply = await port.complete(
      requestOf(subjectOf('Add type hints to a.py', { 'a.py': text })),
      signal,
    );
    expect(reply.text).toContain('def f(a: int = 1) -> None:');
    expect(port.label).toBe('offline model (built in, rule-based)');
    expect(recorder.steps).not.toContain('acquire');
  });
});
