import { makeProject, startRedis } from '@ids/testing';
import { addressIn, startProgram } from './programs.js';
import { median, quantile, type Row } from './report.js';

const WARM_UP = 200;
const REQUESTS = 600;
const REPEATS = 7;

/** Latency of POST /v1/sessions against a bare route that does one Redis write, turn by turn in one run. */
export async function postLatency(): Promise<Row[]> {
  const server = await startRedis();
  const project = await makeProject({ 'a.py': 'x = 1\n' });
  const env = {
    REDIS_URL: server.url,
    PORT: '0',
    IDS_PROJECTS_ROOT: project.path,
    IDS_RATE_LIMIT_PER_MINUTE: '1000000',
  };
  const gateway = await startProgram('apps/gateway/src/main.js', env);
  const bare = await startProgram('bench/bare-route.js', env);
  try {
    const gatewayUrl = addressIn(gateway.ready);
    await post(`${gatewayUrl}/v1/projects`, { name: 'bench', path: project.path });
    const body = { project: 'bench', task: 'Add logging to a.py' };
    const targets = { bare: `${addressIn(bare.ready)}/`, ids: `${gatewayUrl}/v1/sessions` };
    for (const url of Object.values(targets)) await series(url, body, WARM_UP);
    const p99: number[] = [];
    const p50: number[] = [];
    for (let repeat = 0; repeat < REPEATS; repeat += 1) {
      const [own, other] = [
        await series(targets.ids, body, REQUESTS),
        await series(targets.bare, body, REQUESTS),
      ];
      p99.push(quantile(own, 0.99) / quantile(other, 0.99));
      p50.push(quantile(own, 0.5) / quantile(other, 0.5));
    }
    return [
      {
        name: 'POST /v1/sessions, p99 against a bare route with one Redis write',
        value: median(p99),
        goal: '<= 1.5',
        met: median(p99) <= 1.5,
        detail: `${REPEATS} turns of ${REQUESTS} requests, one at a time`,
      },
      { name: 'the same, p50', value: median(p50), goal: '', met: true, detail: '' },
    ];
  } finally {
    await gateway.stop();
    await bare.stop();
    await project.remove();
    await server.stop();
  }
}

async function series(url: string, body: unknown, requests: number): Promise<number[]> {
  const times: number[] = [];
  for (let request = 0; request < requests; request += 1) {
    const start = performance.now();
    await post(url, body);
    times.push(performance.now() - start);
  }
  return times;
}

async function post(url: string, body: unknown): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${text}`);
}
