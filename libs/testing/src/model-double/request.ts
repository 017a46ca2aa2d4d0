import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { z } from 'zod';

const STAGES = ['deliberation', 'synthesis', 'generation', 'repair'] as const;

const bodySchema = z.looseObject({
  model: z.string().min(1),
  messages: z.array(z.object({ role: z.enum(['system', 'user', 'assistant']), content: z.string() })).min(1),
  stream: z.boolean().optional(),
  stream_options: z.object({ include_usage: z.boolean() }).optional(),
  response_format: z.object({ type: z.enum(['text', 'json_object']) }).optional(),
  max_tokens: z.int().positive().optional(),
  max_completion_tokens: z.int().positive().optional(),
});
export type DoubleBody = z.infer<typeof bodySchema>;

const idsHeadersSchema = z.object({
  'x-ids-session': z.string().regex(/^sess_[0-9A-HJKMNP-TV-Z]{26}$/),
  'x-ids-stage': z.enum(STAGES),
  'x-ids-role': z.string().regex(/^[a-z_]+$/),
  'x-ids-round': z.string().regex(/^\d+$/),
});

/** One request that was understood. */
export interface DoubleRequest {
  readonly session: string;
  readonly stage: (typeof STAGES)[number];
  readonly role: string;
  readonly round: number;
  readonly body: DoubleBody;
  readonly headers: IncomingHttpHeaders;
  /** All messages in one text, to decide by what is in it. */
  readonly prompt: string;
  /** Which request of the same session, stage, role and round this is, from 1. */
  readonly occurrence: number;
}

/** A request that no such endpoint takes. */
export class RefusedRequest extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
    this.name = 'RefusedRequest';
  }
}

export async function readBody(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** Checks path, method, key, body and the headers of CONTRACT section 5, as strictly as an endpoint might. */
export function parseRequest(
  message: IncomingMessage,
  text: string,
  apiKey: string | undefined,
): Omit<DoubleRequest, 'occurrence'> {
  if (message.method !== 'POST' || message.url !== '/v1/chat/completions') {
    throw new RefusedRequest(404, `Unknown request: ${message.method ?? ''} ${message.url ?? ''}`);
  }
  const key = /^Bearer (\S+)$/.exec(message.headers.authorization ?? '')?.[1];
  if (key === undefined) throw new RefusedRequest(401, "You didn't provide an API key.");
  if (apiKey !== undefined && key !== apiKey) {
    throw new RefusedRequest(401, `Incorrect API key provided: ${key}.`);
  }
  if (!(message.headers['content-type'] ?? '').startsWith('application/json')) {
    throw new RefusedRequest(415, 'The content type must be application/json.');
  }
  const body = parsed(bodySchema, parseJson(text), 'body');
  if (body.stream_options !== undefined && body.stream !== true) {
    throw new RefusedRequest(400, 'stream_options is only allowed when streaming.');
  }
  const ids = parsed(idsHeadersSchema, message.headers, 'header');
  return {
    session: ids['x-ids-session'],
    stage: ids['x-ids-stage'],
    role: ids['x-ids-role'],
    round: Number(ids['x-ids-round']),
    body,
    headers: message.headers,
    prompt: body.messages.map(({ content }) => content).join('\n'),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new RefusedRequest(400, 'We could not parse the JSON body of your request.');
  }
}

function parsed<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new RefusedRequest(400, `Invalid ${what} ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
}
