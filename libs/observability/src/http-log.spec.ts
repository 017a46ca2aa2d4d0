import { createServer, type RequestListener } from 'node:http';
import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { httpLog } from './http-log.js';

/** Sends one request to `answer` and gives the lines that were logged. */
async function logged(
  path: string,
  headers: Record<string, string>,
  answer: RequestListener,
): Promise<Record<string, unknown>[]> {
  const lines: Record<string, unknown>[] = [];
  const logger = pino({ level: 'debug' }, { write: (line: string) => lines.push(JSON.parse(line)) });
  const log = httpLog(logger);
  const server = createServer((request, response) => {
    log(request, response, () => answer(request, response));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  await (await fetch(`http://127.0.0.1:${port}${path}`, { headers })).text();
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
  return lines;
}

const SESSION = 'sess_01JD0000000000000000000000';

describe('the request log', () => {
  it('has one line a request, with ids and without query, headers or body', async () => {
    const headers = { authorization: 'Bearer secret-key', 'x-request-id': 'trace-1' };
    const lines = await logged(`/v1/sessions/${SESSION}/diff?q=private`, headers, (_, response) =>
      response.end(),
    );
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({
      level: 30,
      requestId: 'trace-1',
      sessionId: SESSION,
      method: 'GET',
      path: `/v1/sessions/${SESSION}/diff`,
      status: 200,
      msg: 'request',
    });
    expect(JSON.stringify(lines)).not.toMatch(/secret|private/);
  });

  it('names the session that a request made', async () => {
    const lines = await logged('/v1/sessions', {}, (_, response) => {
      response.setHeader('location', `/v1/sessions/${SESSION}`).end();
    });
    expect(lines[0]).toMatchObject({ sessionId: SESSION });
  });

  it.each([
    ['/v1/x', 500, 50],
    ['/v1/x', 503, 40],
    ['/v1/x', 404, 30],
    ['/health/ready', 200, 20],
  ])('writes %s answered with %i at level %i', async (path, status, level) => {
    const lines = await logged(path, {}, (_, response) => response.writeHead(status).end());
    expect(lines[0]).toMatchObject({ level, status });
  });
});
