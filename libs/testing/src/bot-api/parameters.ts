import type { IncomingMessage } from 'node:http';
import { badRequest } from './refusal.js';

export interface UploadedFile {
  readonly name: string;
  readonly bytes: Buffer;
}

export interface Parameters {
  readonly values: Readonly<Record<string, unknown>>;
  readonly files: ReadonlyMap<string, UploadedFile>;
}

/** core.telegram.org/bots/api, "Making requests": query, form, JSON or multipart; of the latter two objects come as JSON. */
export async function readParameters(request: IncomingMessage): Promise<Parameters> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const query = Object.fromEntries(url.searchParams);
  const body = await bodyOf(request);
  const type = request.headers['content-type'] ?? '';
  if (body.length === 0) return { values: fromText(query), files: new Map() };
  if (type.startsWith('application/json')) {
    return { values: { ...fromText(query), ...parseObject(body.toString('utf8')) }, files: new Map() };
  }
  if (type.startsWith('multipart/form-data')) return await multipart(body, type, query);
  const form = Object.fromEntries(new URLSearchParams(body.toString('utf8')));
  return { values: fromText({ ...query, ...form }), files: new Map() };
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function parseObject(text: string): Record<string, unknown> {
  const value = parse(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw badRequest("can't parse JSON object");
  }
  return { ...value };
}

async function multipart(body: Buffer, type: string, query: Record<string, string>): Promise<Parameters> {
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
  const texts: Record<string, string> = { ...query };
  const files = new Map<string, UploadedFile>();
  for (const [key, value] of form) {
    if (typeof value === 'string') texts[key] = value;
    else files.set(key, { name: value.name, bytes: Buffer.from(await value.arrayBuffer()) });
  }
  return { values: fromText(texts), files };
}

/** In a form numbers, booleans and objects are text; a text that only looks like one is taken back where a text is asked for. */
function fromText(values: Record<string, string>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      key,
      /^[[{]|^-?\d+$|^(?:true|false)$/.test(value) ? (parse(value) ?? value) : value,
    ]),
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
