import { problemSchema } from '@ids/contracts';
import { messageOf, systemCode } from '@ids/kernel';
import { setTimeout as delay } from 'node:timers/promises';
import { ProblemError, UnreachableError } from './client-errors.js';

export interface HttpCall {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 120_000;
/** A gateway that sheds load names a time; a longer one is left to the person. */
const MAX_WAIT_SECONDS = 10;
const MAX_TRIES = 3;

/** HTTP to one gateway. Answers that are no success become a ProblemError, no answer an UnreachableError. */
export class Http {
  constructor(
    readonly url: string,
    private readonly apiKey: string | undefined,
  ) {}

  /** A successful response, its body unread. A call that was shed before any work is tried again. */
  async send(path: string, call: HttpCall = {}): Promise<Response> {
    for (let tries = 1; ; tries++) {
      const response = await this.fetch(path, call);
      if (response.ok) return response;
      const wait = shedFor(response);
      if (wait === undefined || tries === MAX_TRIES) throw await this.refusal(response);
      await response.body?.cancel();
      await delay(wait * 1_000, undefined, { signal: call.signal });
    }
  }

  /** Any response, whatever its status. @throws UnreachableError */
  async fetch(
    path: string,
    { method = 'GET', body, headers, signal, timeoutMs }: HttpCall = {},
  ): Promise<Response> {
    try {
      return await fetch(this.url + path, {
        method,
        headers: {
          accept: 'application/json',
          ...(this.apiKey === undefined ? {} : { authorization: `Bearer ${this.apiKey}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        // A redirect would carry the key to an address that nobody named.
        redirect: 'error',
        signal: signal ?? AbortSignal.timeout(timeoutMs ?? TIMEOUT_MS),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch (error) {
      signal?.throwIfAborted();
      throw new UnreachableError(this.url, reasonOf(error), { cause: error });
    }
  }

  private async refusal(response: Response): Promise<Error> {
    const text = await response.text().catch(() => '');
    const problem = problemSchema.safeParse(parseJson(text));
    if (problem.success) return new ProblemError(problem.data);
    return new UnreachableError(this.url, `it answers ${response.status} and not as an IDS gateway would`);
  }
}

/** Seconds after which a shed call may be tried again, if it was shed and the time is short. */
function shedFor(response: Response): number | undefined {
  if (response.status !== 429 && response.status !== 503) return undefined;
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return seconds >= 0 && seconds <= MAX_WAIT_SECONDS ? seconds : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What fetch hides in the cause of its "fetch failed". */
function reasonOf(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError') return 'no answer in time';
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  return systemCode(cause) ?? messageOf(cause);
}
