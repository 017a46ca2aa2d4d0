import { makeProject, startRedis } from '@ids/testing';
import { latencyRatios } from './latency.js';
import { addressIn, startProgram } from './programs.js';
import type { Row } from './report.js';

const body = (): unknown => ({ project: 'bench', task: 'Add logging to a.py' });

/** Latency of POST /v1/sessions against a bare route that does one Redis write. */
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
    const url = addressIn(gateway.ready);
    await register(url, project.path);
    return await latencyRatios(
      'POST /v1/sessions',
      { url: `${url}/v1/sessions`, body },
      { url: `${addressIn(bare.ready)}/`, body },
    );
  } finally {
    await gateway.stop();
    await bare.stop();
    await project.remove();
    await server.stop();
  }
}

async function register(url: string, path: string): Promise<void> {
  const response = await fetch(`${url}/v1/projects`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'bench', path }),
  });
  if (!response.ok) throw new Error(`not registered: ${response.status} ${await response.text()}`);
}
