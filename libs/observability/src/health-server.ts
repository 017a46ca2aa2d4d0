import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { Registry } from 'prom-client';
import { readHealth, type HealthChecks } from './health.js';

export interface HealthServer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Serves `/health/live`, `/health/ready` and `/metrics` for a program that has no HTTP of its own. Port 0 picks a
 * free one. Rejects if the port cannot be had.
 */
export async function serveHealth(
  port: number,
  checks: HealthChecks,
  registry: Registry,
  host = '127.0.0.1',
): Promise<HealthServer> {
  const server = createServer((request, response) => {
    const path = request.url?.split('?', 1)[0] ?? '';
    answer(path, checks, registry, response).catch(() => response.destroy());
  });
  server.listen(port, host);
  await once(server, 'listening');
  return { port: portOf(server), close: () => close(server) };
}

async function answer(
  path: string,
  checks: HealthChecks,
  registry: Registry,
  response: ServerResponse,
): Promise<void> {
  if (path === '/health/live') return sendJson(response, 200, { status: 'ok' });
  if (path === '/health/ready') {
    const report = await readHealth(checks);
    return sendJson(response, report.status === 'ok' ? 200 : 503, report);
  }
  if (path !== '/metrics') return sendJson(response, 404, { status: 'not_found' });
  const text = await registry.metrics();
  response.writeHead(200, { 'Content-Type': registry.contentType }).end(text);
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function close(server: Server): Promise<void> {
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
}
