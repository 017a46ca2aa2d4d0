import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import type { Finding, ValidateAnswer } from '@ids/contracts';
import { makeProject, type TestProject } from '@ids/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runCli } from '../run-cli.js';

let project: TestProject;
let server: Server;
let answer: ValidateAnswer;
/** The body of each validation that was asked for. */
let asked: unknown[];

const finding: Finding = {
  path: 'a.py',
  line: 1,
  column: 2,
  code: 'F401',
  severity: 'warning',
  message: 'unused',
};

beforeEach(async () => {
  project = await makeProject({ 'app/vessel.py': '' });
  asked = [];
  answer = { passed: true, layers: [{ layer: 'lint', status: 'warnings', findings: [finding] }] };
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => (body += String(part)));
    request.on('end', () => {
      const times = { createdAt: '2026-01-01', updatedAt: '2026-01-01' };
      const registered = { name: 'fleet', path: project.path, description: '', settings: {}, ...times };
      if (request.method === 'POST') asked.push(JSON.parse(body));
      const value = request.method === 'POST' ? answer : { projects: [registered] };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await project.remove();
});

async function ids(
  args: readonly string[],
  { cwd = project.path, gitIndexFile = '' } = {},
): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const code = await runCli(['validate', ...args], {
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
    cwd,
    settings: { url, apiKey: undefined, ...(gitIndexFile === '' ? {} : { gitIndexFile }) },
    signal: new AbortController().signal,
  });
  return { code, out, err };
}

describe('what ids validate asks for', () => {
  it.each([
    [[], {}],
    [['app'], { paths: ['app'] }],
    [['--head'], { against: 'head' }],
    [['--staged', 'app/vessel.py'], { against: 'staged', paths: ['app/vessel.py'] }],
  ])('%j', async (args, body) => {
    await ids(args);
    expect(asked).toEqual([{ project: 'fleet', ...body }]);
  });

  it('names the index that git gave to a hook, since commit -a has one of its own', async () => {
    await ids(['--staged'], { gitIndexFile: '/repo/.git/index.lock' });
    await ids(['--staged'], { gitIndexFile: '.git/index' });
    await ids(['--head'], { gitIndexFile: '.git/index.lock' });
    const body = { project: 'fleet', against: 'staged' };
    expect(asked).toEqual([{ ...body, index: 'index.lock' }, body, { project: 'fleet', against: 'head' }]);
  });

  it('refuses an index that lies elsewhere, instead of judging another one', async () => {
    const { code, err } = await ids(['--staged'], { gitIndexFile: '/tmp/mine' });
    expect([code, asked]).toEqual([2, []]);
    expect(err).toContain('GIT_INDEX_FILE');
  });

  it.each([
    ['--staged', '--head'],
    ['--json', '--format', 'sarif'],
    ['--format', 'xml'],
  ])('is refused for %s %s', async (...args) => {
    expect([(await ids(args)).code, asked]).toEqual([2, []]);
  });
});

describe('how ids validate ends', () => {
  it.each([
    ['passed', [], 0],
    ['warnings', [], 0],
    ['warnings', ['--strict'], 1],
    ['passed', ['--strict'], 0],
    ['failed', [], 1],
  ] as const)('with %s and %j: %i', async (status, args, code) => {
    answer = { passed: status !== 'failed', layers: [{ layer: 'lint', status, findings: [] }] };
    for (const format of ['text', 'json', 'sarif', 'github']) {
      expect((await ids([...args, '--format', format])).code).toBe(code);
    }
  });
});

describe('what ids validate prints', () => {
  it('is the answer itself as JSON, by either option', async () => {
    const { out, err } = await ids(['--json']);
    expect([JSON.parse(out), err]).toEqual([answer, '']);
    expect((await ids(['--format', 'json'])).out).toBe(out);
  });

  it('is text for people without an option', async () => {
    expect((await ids([])).out).toBe(
      'a.py: 1 warning\n  ! 1:2 F401 unused\n\n  ! lint     warnings\nValidation passed: 1 warning in 1 file\n',
    );
  });

  it('has paths below the working folder in the formats for pipelines', async () => {
    const cwd = dirname(project.path);
    const name = project.path.slice(cwd.length + 1);
    const sarif = await ids(['--format', 'sarif'], { cwd });
    const github = await ids(['--format', 'github'], { cwd });
    expect(sarif.out).toContain(`"uri": "${name}/a.py"`);
    expect(github.out.split('\n')[0]).toBe(
      `::warning file=${name}/a.py,line=1,col=2,title=IDS lint%3A F401::unused`,
    );
    expect((await ids(['--format', 'sarif'], { cwd: `${project.path}/app` })).out).toContain('"uri": "a.py"');
  });
});
