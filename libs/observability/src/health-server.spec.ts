import { afterEach, describe, expect, it } from '@jest/globals';
import { serveHealth, type HealthServer } from './health-server.js';
import { createMetrics, observeQueues } from './metrics.js';

let server: HealthServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function get(path: string): Promise<{ status: number; text: string }> {
  const response = await fetch(`http://127.0.0.1:${server?.port}${path}`);
  return { status: response.status, text: await response.text() };
}

describe('the health server', () => {
  it('tells that the program lives, whether it is ready, and its metrics', async () => {
    const metrics = createMetrics('worker');
    metrics.stageSeconds.observe({ stage: 'generation', outcome: 'done' }, 1.5);
    let up = true;
    server = await serveHealth(
      0,
      { redis: () => (up ? Promise.resolve(['careful']) : Promise.reject(new Error('away'))) },
      metrics.registry,
    );
    expect(await get('/health/live')).toEqual({ status: 200, text: '{"status":"ok"}' });
    expect(await get('/health/ready?x=1')).toMatchObject({
      status: 200,
      text: expect.stringContaining('careful'),
    });
    up = false;
    expect(await get('/health/ready')).toMatchObject({ status: 503, text: expect.stringContaining('away') });
    expect((await get('/health/live')).status).toBe(200);
    expect((await get('/metrics')).text).toContain(
      'ids_stage_seconds_sum{program="worker",stage="generation",outcome="done"} 1.5',
    );
    expect((await get('/else')).status).toBe(404);
  });

  it('rejects when the port is taken', async () => {
    const { registry } = createMetrics('worker');
    server = await serveHealth(0, {}, registry);
    await expect(serveHealth(server.port, {}, registry)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});

describe('the depth of the queues', () => {
  it('is read at each scrape, and does not break it when it cannot be read', async () => {
    const metrics = createMetrics('gateway');
    let waiting = 3;
    observeQueues(metrics, async () => {
      if (waiting < 0) throw new Error('Redis is away');
      return new Map([['generation', { waiting }]]);
    });
    const line = 'ids_queue_jobs{queue="generation",state="waiting",program="gateway"}';
    expect(await metrics.registry.metrics()).toContain(`${line} 3`);
    waiting = 4;
    expect(await metrics.registry.metrics()).toContain(`${line} 4`);
    waiting = -1;
    expect(await metrics.registry.metrics()).not.toContain(line);
  });
});
