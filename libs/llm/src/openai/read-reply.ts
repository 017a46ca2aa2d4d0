import { IdsError } from '@ids/kernel';
import type OpenAI from 'openai';
import { Stream } from 'openai/streaming';
import { z } from 'zod';
import type { ModelReply, ModelRequest } from '../model.port.js';
import { estimatePrompt, estimateTokens } from '../tokens.js';
import { ConnectionCutError } from './failures.js';
import type { Silence } from './silence.js';

/** More text than any answer has that is worth reading. */
export const MAX_REPLY_CHARACTERS = 1_024 * 1_024;

const count = z.number().nonnegative().catch(0);
const usage = z.object({ prompt_tokens: count, completion_tokens: count }).nullish().catch(null);
const content = z.string().nullish();
const model = z.string().nullish().catch(null);
const finish = z.string().nullish();

const completionSchema = z.object({
  model,
  choices: z.array(z.object({ message: z.object({ content }), finish_reason: finish })).min(1),
  usage,
});
const chunkSchema = z.object({
  model,
  choices: z.array(z.object({ delta: z.object({ content }).nullish(), finish_reason: finish })).default([]),
  usage,
});

/** What was read of an answer so far, whichever way it came. */
interface Reading {
  text: string;
  model: string | undefined;
  finish: string | undefined;
  usage: { prompt_tokens: number; completion_tokens: number } | undefined;
}

/**
 * The answer in a response, streamed or not.
 * @throws IdsError `model_nonsense` or `model_refused` with what the call cost, where the answer is of no use;
 * ConnectionCutError where it broke off.
 */
export async function readReply(
  client: OpenAI,
  response: Response,
  model: string,
  request: ModelRequest,
  silence: Silence,
): Promise<Omit<ModelReply, 'latencyMs'>> {
  const type = response.headers.get('content-type') ?? '';
  const reading = type.includes('text/event-stream')
    ? await readStream(client, response, silence)
    : readCompletion(await response.text());
  const spent = {
    promptTokens: reading.usage?.prompt_tokens ?? estimatePrompt(request.messages),
    completionTokens: reading.usage?.completion_tokens ?? estimateTokens(reading.text),
  };
  const problem = problemOf(reading);
  if (reading.finish === 'content_filter') {
    throw new IdsError('model_refused', { reason: 'its content filter stopped the answer', ...spent });
  }
  if (problem !== undefined) throw new IdsError('model_nonsense', { reason: problem, ...spent });
  return { text: reading.text, model: reading.model?.slice(0, 200) ?? model, ...spent };
}

function problemOf(reading: Reading): string | undefined {
  if (reading.text.length > MAX_REPLY_CHARACTERS) return 'it was larger than 1 MiB';
  // Half a change set would look like a whole one.
  if (reading.finish === 'length') return 'it was cut off at its token limit';
  return reading.text.trim() === '' ? 'it was empty' : undefined;
}

function readCompletion(text: string): Reading {
  const parsed = completionSchema.safeParse(parseJson(text));
  const choice = parsed.data?.choices[0];
  if (choice === undefined) throw notACompletion();
  return {
    text: choice.message.content ?? '',
    model: parsed.data?.model ?? undefined,
    finish: choice.finish_reason ?? undefined,
    usage: parsed.data?.usage ?? undefined,
  };
}

async function readStream(client: OpenAI, response: Response, silence: Silence): Promise<Reading> {
  const reading: Reading = { text: '', model: undefined, finish: undefined, usage: undefined };
  const controller = new AbortController();
  let events = 0;
  for await (const event of Stream.fromSSEResponse<unknown>(response, controller, client)) {
    silence.broken();
    events += 1;
    const chunk = chunkSchema.safeParse(event);
    if (!chunk.success) throw notACompletion();
    const [choice] = chunk.data.choices;
    reading.text += choice?.delta?.content ?? '';
    reading.model ??= chunk.data.model ?? undefined;
    reading.finish = choice?.finish_reason ?? reading.finish;
    reading.usage = chunk.data.usage ?? reading.usage;
    if (reading.text.length > MAX_REPLY_CHARACTERS) return reading;
  }
  // The package takes an aborted stream for one that ended.
  silence.signal.throwIfAborted();
  if (events === 0) throw notACompletion();
  if (reading.finish === undefined) throw new ConnectionCutError();
  return reading;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function notACompletion(): IdsError {
  return new IdsError('model_nonsense', { reason: 'it was not in the form of Chat Completions' });
}
