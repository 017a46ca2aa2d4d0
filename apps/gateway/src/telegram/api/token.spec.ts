import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { inspect } from 'node:util';
import { until } from '@ids/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { BotApi, type BotMessage } from './bot-api.js';

const SECRET = 'AAF-secret-of-this-spec-0123456789';
const TOKEN = `1000:${SECRET}`;
const message: BotMessage = { chat: 7, text: 'Hello', entities: [], keyboard: [] };
const BIG_PAGE = `<html>${'x'.repeat(200_000)}</html>`;

type Behaviour = (request: IncomingMessage, response: ServerResponse) => void;

/** node-fetch forgets its timer of 500 s where an answer is cut in the middle; it would keep the tests from ending. */
const realSetTimeout = globalThis.setTimeout;
beforeAll(() => {
  const lax = (work: () => void, milliseconds?: number): NodeJS.Timeout => {
    const timer = realSetTimeout(work, milliseconds);
    return (milliseconds ?? 0) >= 500_000 ? timer.unref() : timer;
  };
  // Its type has a name with underscores, which is Node.js's.
  // oxlint-disable-next-line no-underscore-dangle
  globalThis.setTimeout = Object.assign(lax, { __promisify__: realSetTimeout.__promisify__ });
});
afterAll(() => {
  globalThis.setTimeout = realSetTimeout;
});

function connectionsOf(server: Server): Promise<number> {
  return new Promise((resolve, reject) =>
    server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
  );
}

/** Whatever a logger, a trace or a page could make of a thing. */
function everything(thing: unknown): string {
  return `${inspect(thing, { depth: 20, showHidden: true })} ${String(thing)} ${JSON.stringify(thing)}`;
}

const refusing = (body: object): Behaviour => {
  return ({ url }, response) => response.end(JSON.stringify({ ok: false, ...body, at: url }));
};

describe('what goes wrong on the way to Telegram', () => {
  let server: Server;
  let behave: Behaviour;
  let address: string;
  beforeEach(async () => {
    server = createServer((request, response) => behave(request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const at = server.address();
    address = `http://127.0.0.1:${typeof at === 'object' && at !== null ? at.port : 0}`;
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const behaviours: [string, Behaviour, string][] = [
    ['a connection that is cut', ({ socket }) => void socket.destroy(), 'unreachable'],
    [
      'a page instead of an answer',
      ({ url }, response) => response.end(`<html>${url}</html>`),
      'unreachable',
    ],
    [
      'an answer that is none',
      (_request, response) => response.end('{"ok":true,"result":{}}'),
      'unreachable',
    ],
    ['an answer that is null', (_request, response) => response.end('null'), 'unreachable'],
    ['a refusal that is none', refusing({ error_code: 'x' }), 'unreachable'],
    [
      'trouble at the server',
      ({ url }, response) => response.writeHead(502, `at ${url}`).end('<html>Bad Gateway</html>'),
      'unreachable',
    ],
    [
      'an answer that is cut in the middle',
      ({ socket }, response) => {
        response.writeHead(200, { 'content-length': '99' }).write('{"ok":');
        setImmediate(() => socket.destroy());
      },
      'unreachable',
    ],
    ['no answer at all', () => undefined, 'unreachable'],
    [
      'a redirection in a circle',
      ({ url }, response) => response.writeHead(302, { location: url ?? '' }).end(),
      'unreachable',
    ],
    ['a refusal without a word', refusing({ error_code: 400 }), 'refused'],
    [
      'a refusal that quotes the address',
      ({ url }, response) =>
        response.end(JSON.stringify({ ok: false, error_code: 400, description: `no ${url}` })),
      'refused',
    ],
    [
      'a time to wait that is no number',
      refusing({ error_code: 429, parameters: { retry_after: 'x' } }),
      'unreachable',
    ],
  ];

  it.each(behaviours)('%s tells nobody the token', async (_name, behaviour, kind) => {
    behave = behaviour;
    const api = new BotApi(TOKEN, address, { callMs: 1_000 });
    for (const outcome of [
      await api.send(message),
      await api.sendDocument({ ...message, name: 'a', content: 'x' }),
      await api.updates(0, 0, [], AbortSignal.timeout(30_000)),
    ]) {
      expect(outcome.kind).toBe(kind);
      expect(everything(outcome)).not.toContain(SECRET);
    }
  });

  it('a server that is not there tells nobody the token', async () => {
    server.close();
    await once(server, 'close');
    const outcome = await new BotApi(TOKEN, address).send(message);
    expect(outcome).toEqual({ kind: 'unreachable', reason: 'ECONNREFUSED' });
  });

  it('an address that is none tells nobody the token', async () => {
    const outcome = await new BotApi(TOKEN, 'nonsense').send(message);
    expect(outcome.kind).toBe('unreachable');
    expect(everything(outcome)).not.toContain(SECRET);
  });

  it('whoever prints the client does not see the token', () => {
    expect(everything(new BotApi(TOKEN, address))).not.toContain(SECRET);
  });

  it('a poll ends as soon as it is given up', async () => {
    behave = () => undefined;
    const stop = new AbortController();
    const poll = new BotApi(TOKEN, address).updates(0, 25, ['message'], stop.signal);
    stop.abort();
    expect((await poll).kind).toBe('unreachable');
    expect((await new BotApi(TOKEN, address).updates(0, 25, [], stop.signal)).kind).toBe('unreachable');
  });

  it('no connection stays behind a page of an error that nobody reads', async () => {
    behave = (_request, response) => response.writeHead(502).end(BIG_PAGE);
    const api = new BotApi(TOKEN, address);
    for (let round = 0; round < 5; round += 1) await api.send(message);
    await until(async () => (await connectionsOf(server)) === 0);
  });

  it('a server below a path of its host is found there', async () => {
    const paths: (string | undefined)[] = [];
    behave = ({ url }, response) => {
      paths.push(url);
      response.end('{"ok":true,"result":true}');
    };
    for (const root of [`${address}/bots`, `${address}/bots/`]) await new BotApi(TOKEN, root).deleteWebhook();
    expect(paths).toEqual([`/bots/bot${TOKEN}/deleteWebhook`, `/bots/bot${TOKEN}/deleteWebhook`]);
  });
});
