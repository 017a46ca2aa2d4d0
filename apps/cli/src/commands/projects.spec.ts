import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ProjectSettings } from '@ids/contracts';
import { runCli } from '../run-cli.js';

/** A gateway that knows one project and remembers what it was sent. */
describe('the settings of a project on the command line', () => {
  let server: Server;
  let settings: ProjectSettings;
  let sent: { line: string; body: { settings?: unknown } }[];
  beforeEach(async () => {
    settings = {};
    sent = [];
    const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      const body = await text(request);
      const said = body === '' ? {} : JSON.parse(body);
      if (body !== '') sent.push({ line: `${request.method} ${request.url}`, body: said });
      const times = { createdAt: '2026-01-01', updatedAt: '2026-01-01' };
      const project = { name: 'mine', path: '/mine', description: '', settings, ...said, ...times };
      response.setHeader('content-type', 'application/json').end(JSON.stringify(project));
    };
    server = createServer((request, response) => void answer(request, response));
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });

  const ids = async (...args: string[]): Promise<{ code: number; out: string; err: string }> => {
    const written = { out: '', err: '' };
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const code = await runCli(args, {
      stdout: { write: (part) => (written.out += part) },
      stderr: { write: (part) => (written.err += part) },
      cwd: '/',
      settings: { url, apiKey: undefined },
      signal: new AbortController().signal,
    });
    return { code, ...written };
  };

  it('are given when it is registered', async () => {
    const judging = '--types on --rounds 2 --python .venv --severity F401=ignore --severity E=error'.split(
      ' ',
    );
    const command = `python -m pytest "a b" -k 'x y' --flag="c d"`;
    const testing = ['--unsandboxed-tests', '--test-command', command, '--test-seconds', '60'];
    const { code } = await ids('projects', 'add', 'mine', '.', ...judging, ...testing);
    expect(code).toBe(0);
    expect(sent[0]?.body.settings).toEqual({
      types: true,
      maxRounds: 2,
      python: '.venv',
      severities: { F401: 'ignore', E: 'error' },
      testCommand: ['python', '-m', 'pytest', 'a b', '-k', 'x y', '--flag=c d'],
      testSandbox: 'unsandboxed',
      testSeconds: 60,
    });
  });

  it('are changed one by one: what is not named stays', async () => {
    settings = {
      lint: true,
      python: '3.11',
      severities: { F: 'error', E501: 'ignore' },
      testSandbox: 'unsandboxed',
    };
    const { code, out } = await ids(
      ...'projects set mine --severity F=warning --tests required --unset python testSandbox'.split(' '),
    );
    expect(code).toBe(0);
    expect(sent).toEqual([
      {
        line: 'PATCH /v1/projects/mine',
        body: { settings: { lint: true, tests: 'required', severities: { F: 'warning', E501: 'ignore' } } },
      },
    ]);
    expect(out).toContain('mine has these settings:\n');
    expect(out).toContain('  severities: {"F":"warning","E501":"ignore"}\n');
  });

  it('can all be taken back', async () => {
    settings = { severities: { F: 'error' }, python: '3.11' };
    const { out } = await ids('projects', 'set', 'mine', '--unset', 'severities', 'python');
    expect(sent[0]?.body).toEqual({ settings: {} });
    expect(out).toBe('mine has no settings of its own\n');
  });

  it.each([
    ['nothing to change', []],
    ['a severity that there is not', ['--severity', 'F401=loud']],
    ['a severity without a code', ['--severity', '=error']],
    ['a Python that is neither a version nor a folder', ['--python', 'a b']],
    ['no rounds', ['--rounds', '0']],
    ['too many rounds', ['--rounds', '11']],
    ['an empty command', ['--test-command', '  ']],
    ['a time out of range', ['--test-seconds', '0']],
    ['the name of no setting', ['--unset', 'colour']],
  ])('end with 2 and send nothing for %s', async (_, args) => {
    const { code, err } = await ids('projects', 'set', 'mine', ...args);
    expect(code).toBe(2);
    expect(err).not.toBe('');
    expect(sent).toEqual([]);
  });
});
