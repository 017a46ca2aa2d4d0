import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { ModelScript } from './behaviour.js';
import { parseRequest, readBody, RefusedRequest, type DoubleRequest } from './request.js';
import { behave, sendError } from './wire.js';

/** A request that was understood, and what became of it. */
export interface DoubleCall extends DoubleRequest {
  readonly at: number;
  /** `answered`: sent to its end; `closed`: the client went first; `broken`: the double stalled on it or cut it. */
  outcome: 'open' | 'answered' | 'closed' | 'broken';
  /** The status that was sent. */
  status: number | undefined;
}

/** Which calls are meant; what is left out may be anything. */
export type CallFilter = Partial<Pick<DoubleRequest, 'session' | 'stage' | 'role' | 'round'>>;

/** A Chat Completions endpoint on loopback that does what a script says. */
export interface ModelDouble {
  /** For OPENAI_BASE_URL. */
  readonly url: string;
  readonly port: number;
  readonly calls: readonly DoubleCall[];
  /** Requests that were refused because they were wrong, with the reason. */
  readonly refused: readonly string[];
  count(filter?: CallFilter): number;
  /** Calls that were answered with 200 to their end: those are paid for. */
  paid(filter?: CallFilter): DoubleCall[];
  /** Replaces the script for the requests that come from now on. */
  follow(script: ModelScript): void;
  close(): Promise<void>;
}

export interface ModelDoubleOptions {
  /** The one key that is accepted; any, if not given. */
  readonly apiKey?: string;
  readonly port?: number;
}

export async function startModelDouble(
  script: ModelScript,
  options: ModelDoubleOptions = {},
): Promise<ModelDouble> {
  const calls: DoubleCall[] = [];
  const refused: string[] = [];
  let current = script;
  const server = createServer((message, response) => {
    void serve(message, response);
  });

  async function serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const parsed = parseRequest(message, await readBody(message), options.apiKey);
      const occurrence = select(calls, parsed).length + 1;
      const call: DoubleCall = {
        ...parsed,
        occurrence,
        at: Date.now(),
        outcome: 'open',
        status: undefined,
      };
      calls.push(call);
      watch(call, response);
      const behaviour = await current(call);
      if (behaviour.kind === 'cut') call.outcome = 'broken';
      await behave(behaviour, call, response);
    } catch (error) {
      if (response.destroyed) return;
      const wrong = error instanceof RefusedRequest ? error : new RefusedRequest(500, String(error));
      refused.push(wrong.message);
      sendError(response, wrong);
    }
  }

  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the double has no port');
  return {
    url: `http://127.0.0.1:${address.port}/v1`,
    port: address.port,
    calls,
    refused,
    count: (filter = {}) => select(calls, filter).length,
    paid: (filter = {}) =>
      select(calls, filter).filter((call) => call.outcome === 'answered' && call.status === 200),
    follow: (next) => {
      current = next;
    },
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function watch(call: DoubleCall, response: ServerResponse): void {
  response.once('finish', () => {
    call.outcome = 'answered';
    call.status = response.statusCode;
  });
  response.once('close', () => {
    if (call.outcome === 'open') call.outcome = 'closed';
  });
}

function select(calls: readonly DoubleCall[], filter: CallFilter): DoubleCall[] {
  const { session, stage, role, round } = filter;
  return calls.filter(
    (call) =>
      (session === undefined || call.session === session) &&
      (stage === undefined || call.stage === stage) &&
      (role === undefined || call.role === role) &&
      (round === undefined || call.round === round),
  );
}
