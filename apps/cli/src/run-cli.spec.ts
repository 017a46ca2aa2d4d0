import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Session, SessionEvent } from '@ids/contracts';
import { newSessionId } from '@ids/kernel';
import { makeProject, until, type TestProject } from '@ids/testing';
import { runCli } from './run-cli.js';

type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void;

/** A gateway made of answers that each test gives. */
class FakeGateway {
  readonly requests: { line: string; body: string; headers: IncomingMessage['headers'] }[] = [];
  readonly answers = new Map<string, Answer>();
  private server!: Server;
  url = '';

  async start(): Promise<void> {
    this.server = createServer((request, response) => void this.take(request, response));
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const part of request) body += String(part);
    const line = `${request.method} ${request.url}`;
    this.requests.push({ line, body, headers: request.headers });
    const answer = this.answers.get(line);
    if (answer !== undefined) answer(request, response, body);
    else problem(404, 'not_found', `nothing at ${line}`)(request, response, body);
  }

  on(line: string, answer: Answer): void {
    this.answers.set(line, answer);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

const json =
  (value: unknown, status = 200): Answer =>
  (_request, response) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));

const problem = (status: number, code: string, detail: string): Answer =>
  json({ type: 'about:blank', title: code, status, detail, code }, status);

const frame = (id: string, event: SessionEvent): string =>
  `id: ${id}\nevent: ${event.type}\ndata: ${JSON.stringify({ at: '2026-01-01', event })}\n\n`;

const status = (from: Session['status'], to: Session['status']): SessionEvent => ({
  type: 'status',
  from,
  status: to,
});

let gateway: FakeGateway;
let project: TestProject;
let session: Session;

beforeEach(async () => {
  gateway = new FakeGateway();
  project = await makeProject({ 'app/vessel.py': '' });
  await gateway.start();
  session = {
    id: newSessionId(),
    project: 'vessels',
    kind: 'code',
    task: 'Add logging',
    files: [],
    approval: 'warnings',
    maxRounds: 3,
    status: 'applied',
    createdAt: '2026-01-01T00:00:00.000Z',
    updatedAt: '2026-01-01T00:00:01.000Z',
    requestedBy: 'local',
    rounds: [],
    changes: [],
    validation: [],
    attempts: 0,
    usage: { calls: 0, promptTokens: 0, completionTokens: 0, totalTokens: 0 },
    model: 'offline model',
  };
  const registered = { name: 'vessels', path: project.path, description: '', settings: {} };
  const times = { createdAt: session.createdAt, updatedAt: session.updatedAt };
  const other = { ...registered, name: 'other', path: '/nowhere' };
  gateway.on(
    'GET /v1/projects',
    json({
      projects: [
        { ...other, ...times },
        { ...registered, ...times },
      ],
    }),
  );
  gateway.on(`GET /v1/sessions?project=vessels&limit=1`, json({ sessions: [session], cursor: null }));
  gateway.on(`GET /v1/sessions/${session.id}`, (...args) => json(session)(...args));
  gateway.on('POST /v1/sessions', json(session, 202));
});

afterEach(async () => {
  await gateway.stop();
  await project.remove();
});

async function ids(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return await idsIn({}, ...args);
}

async function idsIn(
  { cwd = project.path, url = gateway.url, signal = new AbortController().signal },
  ...args: string[]
): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const code = await runCli(args, {
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
    cwd,
    settings: { url, apiKey: 'a-secret-key' },
    signal,
  });
  return { code, out, err };
}

/** Sends frames and closes. */
const stream =
  (...frames: string[]): Answer =>
  (_request, response) =>
    void response.writeHead(200, { 'content-type': 'text/event-stream' }).end(frames.join(''));

describe('ids code', () => {
  it('sends the task for the project it stands in, follows it and prints the outcome', async () => {
    gateway.on(`GET /v1/sessions/${session.id}/events`, stream(frame('1-0', status('applying', 'applied'))));
    const { code, out, err } = await idsIn(
      { cwd: `${project.path}/app` },
      'code',
      'Add logging',
      '--file=vessel.py',
      '--approval=never',
      '--rounds=2',
    );
    expect({ code, out }).toEqual({ code: 0, out: `${session.id} applied\n` });
    expect(err).toContain('● Applied');
    const sent = gateway.requests.find((request) => request.line === 'POST /v1/sessions');
    expect(JSON.parse(sent?.body ?? '')).toEqual({
      project: 'vessels',
      task: 'Add logging',
      kind: 'code',
      files: ['app/vessel.py'],
      approval: 'never',
      maxRounds: 2,
    });
    expect(sent?.headers).toMatchObject({ authorization: 'Bearer a-secret-key' });
    expect(sent?.headers['idempotency-key']).toMatch(/.{16,}/);
  });

  it('resumes a cut stream after the last event it saw, and shows none twice', async () => {
    const started: SessionEvent = { type: 'round.started', round: 1, roles: [] };
    const seen: unknown[] = [];
    gateway.on(`GET /v1/sessions/${session.id}/events`, (request, response) => {
      seen.push(request.headers['last-event-id']);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      if (seen.length === 1) response.write(frame('1-0', started), () => response.destroy());
      else response.end(frame('2-0', status('applying', 'applied')));
    });
    const { code, err } = await ids('code', 'Add logging');
    expect(code).toBe(0);
    expect(seen).toEqual(['0', '1-0']);
    expect(err.match(/Round 1/g)).toHaveLength(1);
  });

  it('passes over events of a kind it does not know', async () => {
    const unknown = 'id: 1-0\nevent: new\ndata: {"at":"x","event":{"type":"new"}}\n\n';
    gateway.on(`GET /v1/sessions/${session.id}/events`, stream(unknown, 'data: {\n\n'));
    expect((await ids('code', 'Add logging')).code).toBe(0);
  });

  it('ends with 4 and says what to do when the session waits for a person', async () => {
    const pending = {
      kind: 'approval' as const,
      reason: 'Lint has warnings.',
      actions: ['proceed' as const],
    };
    session = { ...session, status: 'awaiting_approval', pending };
    gateway.on(`GET /v1/sessions/${session.id}/events`, (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(frame('1-0', { type: 'pending', pending }));
    });
    const { code, err } = await ids('code', 'Add logging');
    expect(code).toBe(4);
    expect(err).toContain(`ids approve ${session.id}`);
  });

  it('ends with 1 when the session was rolled back, and gives it as JSON', async () => {
    session = { ...session, status: 'rolled_back' };
    gateway.on(`GET /v1/sessions/${session.id}/events`, stream());
    const { code, out } = await ids('code', 'Add logging', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ id: session.id, status: 'rolled_back' });
  });

  it('detaches on Ctrl-C with a word on how to look again', async () => {
    const interrupt = new AbortController();
    gateway.on(`GET /v1/sessions/${session.id}/events`, (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
    });
    const run = idsIn({ signal: interrupt.signal }, 'code', 'Add logging');
    await until(() => gateway.requests.some((request) => request.line.endsWith('/events')));
    interrupt.abort();
    const { code, err } = await run;
    expect(code).toBe(130);
    expect(err).toContain(`ids status ${session.id}`);
  });
});

describe('ids rollback', () => {
  it('takes the latest session and waits for its new end, not for its old one', async () => {
    const old = frame('1-0', status('applying', 'applied'));
    const seen: unknown[] = [];
    gateway.on(`POST /v1/sessions/${session.id}/rollback`, json(session, 202));
    gateway.on(`GET /v1/sessions/${session.id}/events`, (request, response, body) => {
      const after = request.headers['last-event-id'];
      seen.push(after);
      if (after === '0') return stream(old)(request, response, body);
      if (seen.length < 3) return stream()(request, response, body);
      session = { ...session, status: 'rolled_back', updatedAt: '2026-01-01T00:00:06.000Z' };
      return stream(frame('2-0', status('rolling_back', 'rolled_back')))(request, response, body);
    });
    const { code, out, err } = await ids('rollback');
    expect({ code, out }).toEqual({ code: 0, out: `${session.id} rolled_back\n` });
    expect(seen).toEqual(['0', '1-0', '1-0']);
    expect(err).not.toContain('Applied');
  });

  it('ends with 1 and the sentence of the gateway when files were changed since', async () => {
    const sentence = 'Files were changed since (a.py\u001b[2J); nothing was touched.';
    gateway.on(`GET /v1/sessions/${session.id}/events`, stream());
    gateway.on(`POST /v1/sessions/${session.id}/rollback`, problem(409, 'rollback_conflict', sentence));
    const { code, out, err } = await ids('rollback', session.id, '--json');
    expect(code).toBe(1);
    expect(err.trim()).toBe('Files were changed since (a.py); nothing was touched.');
    expect(JSON.parse(out)).toMatchObject({ error: { code: 'rollback_conflict' } });
  });
});

describe('ids approve', () => {
  it('shows what comes after the word of the person, not what was before', async () => {
    const pending = {
      kind: 'approval' as const,
      reason: 'Lint has warnings.',
      actions: ['proceed' as const],
    };
    gateway.on(`POST /v1/sessions/${session.id}/decision`, json(session, 202));
    gateway.on(`GET /v1/sessions/${session.id}/events`, (request, response, body) => {
      const isFirst = request.headers['last-event-id'] === '0';
      if (!isFirst) return stream(frame('2-0', status('applying', 'applied')))(request, response, body);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      return void response.write(frame('1-0', { type: 'pending', pending }));
    });
    const { code, err } = await ids('approve');
    expect({ code, err: err.split('\n')[0] }).toEqual({ code: 0, err: '● Applied' });
    const sent = gateway.requests.find((request) => request.line.endsWith('/decision'));
    expect(JSON.parse(sent?.body ?? '')).toEqual({ action: 'proceed' });
  });
});

describe('ids diff', () => {
  it('prints the diff byte for byte where there is no terminal', async () => {
    const diff = '--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\u000c\n+b\r\n';
    gateway.on(`GET /v1/sessions/${session.id}/diff`, (_request, response) => void response.end(diff));
    expect((await ids('diff')).out).toBe(diff);
  });
});

describe('ids validate', () => {
  it('ends with 1 when a layer failed', async () => {
    const layers = [{ layer: 'syntax', status: 'failed', findings: [] }];
    gateway.on('POST /v1/validate', json({ passed: false, layers }));
    const { code, out } = await ids('validate', 'app/vessel.py');
    expect({ code, out }).toEqual({ code: 1, out: '  ✗ syntax   failed\nValidation failed\n' });
  });
});

describe('ids projects', () => {
  it('registers the absolute folder with its settings', async () => {
    gateway.on('POST /v1/projects', (_request, response, body) => {
      const times = { createdAt: session.createdAt, updatedAt: session.updatedAt };
      json({ description: '', settings: {}, ...JSON.parse(body), ...times }, 201)(_request, response, '');
    });
    const { code } = await ids('projects', 'add', 'mine', 'app', '--lint', 'required', '--types', 'off');
    expect(code).toBe(0);
    const [sent] = gateway.requests;
    expect(JSON.parse(sent?.body ?? '')).toEqual({
      name: 'mine',
      path: `${project.path}/app`,
      settings: { lint: 'required', types: false },
    });
  });
});

describe('ids', () => {
  it('ends with 2 on a command or option that it does not know', async () => {
    expect((await ids('dance')).code).toBe(2);
    expect((await ids('status', '--loud')).code).toBe(2);
    expect((await ids('code', 'x', '--approval', 'maybe')).code).toBe(2);
  });

  it('ends with 2 and names the projects when it cannot tell which is meant', async () => {
    const { code, err } = await idsIn({ cwd: '/' }, 'code', 'x');
    expect(code).toBe(2);
    expect(err).toContain('--project NAME; registered are: other, vessels');
  });

  it('ends with 2 when the gateway knows no such session', async () => {
    gateway.on('GET /v1/sessions/none', problem(404, 'session_not_found', 'There is no session none.'));
    expect(await ids('status', 'none')).toEqual({ code: 2, out: '', err: 'There is no session none.\n' });
  });

  it('ends with 3 and says how to start one when there is no gateway', async () => {
    const { code, err } = await idsIn({ url: 'http://127.0.0.1:9' }, 'sessions');
    expect(code).toBe(3);
    expect(err).toContain('npm start');
  });

  it('ends with 3 when something else answers there', async () => {
    gateway.on('GET /v1/sessions?limit=20', (_request, response) => void response.end('<html>hello</html>'));
    expect((await ids('sessions')).code).toBe(3);
  });

  it('tries again what an overloaded gateway shed', async () => {
    let tries = 0;
    gateway.on('GET /v1/sessions?limit=20', (request, response, body) => {
      tries += 1;
      if (tries > 1) return json({ sessions: [session], cursor: null })(request, response, body);
      response.setHeader('retry-after', '0');
      return problem(503, 'overloaded', 'Too many.')(request, response, body);
    });
    const { code, out } = await ids('sessions');
    expect({ code, tries }).toEqual({ code: 0, tries: 2 });
    expect(out).toContain(session.id);
  });
});
