import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Behaviour, DoubleUsage } from './behaviour.js';
import type { DoubleRequest } from './request.js';

type Reply = Extract<Behaviour, { kind: 'reply' }>;

/** Does to a response what the behaviour says. Resolves early if the client goes away. */
export async function behave(
  behaviour: Behaviour,
  request: DoubleRequest,
  response: ServerResponse,
): Promise<void> {
  if (behaviour.delayMs !== undefined) await delay(behaviour.delayMs);
  if (response.destroyed) return;
  switch (behaviour.kind) {
    case 'reply':
      return request.body.stream === true
        ? await streamReply(behaviour, request, response)
        : sendCompletion(behaviour, request, response);
    case 'status':
      return sendError(response, behaviour);
    case 'raw':
      response.writeHead(200, { 'content-type': behaviour.contentType }).end(behaviour.body);
      return;
    case 'stall':
      return begin(behaviour.text, request, response);
    case 'cut':
      begin(behaviour.text, request, response);
      // What was written must be on its way before the connection goes.
      if (behaviour.text !== undefined) await delay(20);
      response.destroy();
  }
}

export function sendError(
  response: ServerResponse,
  error: {
    readonly status: number;
    readonly message: string;
    readonly param?: string;
    readonly code?: string;
    readonly headers?: Readonly<Record<string, string>>;
  },
): void {
  const { message, param = null, code = null } = error;
  response.writeHead(error.status, { 'content-type': 'application/json', ...error.headers });
  response.end(JSON.stringify({ error: { message, type: 'invalid_request_error', param, code } }));
}

/** The beginning of an answer that will not end. */
function begin(text: string | undefined, request: DoubleRequest, response: ServerResponse): void {
  if (text === undefined) return;
  if (request.body.stream === true) {
    openStream(response);
    sendEvent(response, chunk(request, { content: text }, null));
    return;
  }
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100000' });
  response.write(JSON.stringify(text));
}

function sendCompletion(behaviour: Reply, request: DoubleRequest, response: ServerResponse): void {
  const message = { role: 'assistant', content: behaviour.text, refusal: null };
  const usage = usageOf(behaviour, request);
  const body = {
    id: 'chatcmpl-double',
    object: 'chat.completion',
    created: 0,
    model: request.body.model,
    choices: [{ index: 0, message, finish_reason: behaviour.finishReason ?? 'stop' }],
    ...(usage === null ? {} : { usage: wireUsage(usage) }),
  };
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function streamReply(
  behaviour: Reply,
  request: DoubleRequest,
  response: ServerResponse,
): Promise<void> {
  openStream(response);
  for (const content of pieces(behaviour.text, behaviour.chunks ?? 3)) {
    if (behaviour.chunkDelayMs !== undefined) await delay(behaviour.chunkDelayMs);
    if (response.destroyed) return;
    sendEvent(response, chunk(request, { content }, null));
  }
  sendEvent(response, chunk(request, {}, behaviour.finishReason ?? 'stop'));
  const usage = usageOf(behaviour, request);
  if (request.body.stream_options?.include_usage === true && usage !== null) {
    sendEvent(response, { ...chunk(request, {}, null), choices: [], usage: wireUsage(usage) });
  }
  response.end('data: [DONE]\n\n');
}

function openStream(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
}

function sendEvent(response: ServerResponse, data: unknown): void {
  response.write(`data: ${JSON.stringify(data)}\n\n`);
}

function chunk(request: DoubleRequest, delta: object, finish: string | null): Record<string, unknown> {
  return {
    id: 'chatcmpl-double',
    object: 'chat.completion.chunk',
    created: 0,
    model: request.body.model,
    choices: [{ index: 0, delta, finish_reason: finish }],
  };
}

function pieces(text: string, count: number): string[] {
  const size = Math.max(1, Math.ceil(text.length / Math.max(1, count)));
  const parts: string[] = [];
  for (let at = 0; at < text.length; at += size) parts.push(text.slice(at, at + size));
  return parts;
}

/** Without other word, four characters are a token. */
function usageOf(behaviour: Reply, request: DoubleRequest): DoubleUsage | null {
  if (behaviour.usage !== undefined) return behaviour.usage;
  return {
    prompt: Math.ceil(request.prompt.length / 4),
    completion: Math.ceil(behaviour.text.length / 4),
  };
}

function wireUsage(usage: DoubleUsage): Record<string, number> {
  return {
    prompt_tokens: usage.prompt,
    completion_tokens: usage.completion,
    total_tokens: usage.prompt + usage.completion,
  };
}
