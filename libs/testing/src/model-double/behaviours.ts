import type { Behaviour } from './behaviour.js';

type Options<Kind extends Behaviour['kind']> = Omit<Extract<Behaviour, { kind: Kind }>, 'kind' | 'text'>;

export function reply(text: string, options: Options<'reply'> = {}): Behaviour {
  return { kind: 'reply', text, ...options };
}

export function stall(text?: string): Behaviour {
  return { kind: 'stall', ...(text === undefined ? {} : { text }) };
}

export function cut(text?: string): Behaviour {
  return { kind: 'cut', ...(text === undefined ? {} : { text }) };
}

export function status(
  code: number,
  message = `answered with ${code}`,
  options: Partial<Omit<Extract<Behaviour, { kind: 'status' }>, 'kind' | 'status' | 'message'>> = {},
): Behaviour {
  return { kind: 'status', status: code, message, ...options };
}

/** 429 with Retry-After. */
export function tooMany(retryAfterSeconds: number): Behaviour {
  return status(429, 'Rate limit reached', { headers: { 'retry-after': String(retryAfterSeconds) } });
}

/** 400 that names a parameter which this endpoint does not take. */
export function unsupported(param: string): Behaviour {
  return status(400, `Unsupported parameter: '${param}' is not supported with this model.`, { param });
}

/** 200 with bytes that are no answer. */
export function nonsense(body = '\u0000\u0001<html>It works!</html>', contentType = 'text/html'): Behaviour {
  return { kind: 'raw', body, contentType };
}
