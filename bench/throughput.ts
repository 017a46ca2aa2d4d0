import { connectRedis, untilReady, type Redis } from '@ids/store';
import { startRedis, until } from '@ids/testing';
import { bareChain } from './bare-chain.js';
import { HOPS, noopPipeline } from './noop-pipeline.js';
import type { Pipeline } from './pipeline.js';
import { median, type Row } from './report.js';

const SESSIONS = 400;
const WARM_UP = 100;
const REPEATS = 5;
const CONCURRENCY = 16;
const IN_FLIGHT = 64;

interface Run {
  readonly perSecond: number;
  readonly scripts: number;
  readonly commands: number;
}

/** Sessions a second with stages that do nothing against a bare BullMQ chain of as many hops, side by side. */
export async function throughput(): Promise<Row[]> {
  const server = await startRedis();
  const redis = connectRedis(server.url, 'worker');
  await untilReady(redis, 10_000);
  const bare = await bareChain(server.url, CONCURRENCY, HOPS);
  const saga = await noopPipeline(server.url, CONCURRENCY);
  try {
    for (const pipeline of [bare, saga]) await run(redis, pipeline, WARM_UP);
    const runs = { bare: [] as Run[], saga: [] as Run[] };
    for (let repeat = 0; repeat < REPEATS; repeat += 1) {
      runs.bare.push(await run(redis, bare, SESSIONS));
      runs.saga.push(await run(redis, saga, SESSIONS));
    }
    const of = (pick: (run: Run) => number, which: 'bare' | 'saga'): number => median(runs[which].map(pick));
    const ratio = median(runs.saga.map((each, index) => each.perSecond / (runs.bare[index]?.perSecond ?? 1)));
    return [
      {
        name: `sessions a second, ${HOPS} hops, against a bare BullMQ chain`,
        value: ratio,
        goal: '>= 0.5',
        met: ratio >= 0.5,
        detail: `${Math.round(of((r) => r.perSecond, 'saga'))} against ${Math.round(of((r) => r.perSecond, 'bare'))}`,
      },
      {
        name: 'Redis scripts a session, BullMQ’s own included',
        value: of((r) => r.scripts, 'saga'),
        goal: '<= 8',
        met: of((r) => r.scripts, 'saga') <= 8,
        detail: `bare chain: ${of((r) => r.scripts, 'bare').toFixed(1)}`,
      },
      {
        name: 'Redis scripts a session beyond those of the bare chain',
        value: of((r) => r.scripts, 'saga') - of((r) => r.scripts, 'bare'),
        goal: '<= 8',
        met: of((r) => r.scripts, 'saga') - of((r) => r.scripts, 'bare') <= 8,
        detail: 'the create script and one transition a hop',
      },
      {
        name: 'Redis commands a session',
        value: of((r) => r.commands, 'saga'),
        goal: '',
        met: true,
        detail: `bare chain: ${of((r) => r.commands, 'bare').toFixed(1)}`,
      },
    ];
  } finally {
    await bare.close();
    await saga.close();
    redis.disconnect();
    await server.stop();
  }
}

async function run(redis: Redis, pipeline: Pipeline, sessions: number): Promise<Run> {
  const before = await counts(redis);
  const goal = pipeline.ended() + sessions;
  const start = performance.now();
  let begun = pipeline.ended();
  while (begun < goal) {
    const room = Math.min(IN_FLIGHT - (begun - pipeline.ended()), goal - begun);
    if (room <= 0) {
      await new Promise((resolve) => setImmediate(resolve));
      continue;
    }
    await Promise.all(Array.from({ length: room }, () => pipeline.start()));
    begun += room;
  }
  await until(() => pipeline.ended() >= goal, 60_000);
  const seconds = (performance.now() - start) / 1_000;
  const after = await counts(redis);
  return {
    perSecond: sessions / seconds,
    scripts: (after.scripts - before.scripts) / sessions,
    commands: (after.commands - before.commands) / sessions,
  };
}

/** Calls from outside: what scripts call within Redis is not counted again. */
async function counts(redis: Redis): Promise<{ scripts: number; commands: number }> {
  const stats = await redis.info('commandstats');
  let scripts = 0;
  for (const [, name, calls] of stats.matchAll(/cmdstat_(\w+):calls=(\d+)/g)) {
    if (name === 'evalsha' || name === 'eval') scripts += Number(calls);
  }
  const total = /total_commands_processed:(\d+)/.exec(await redis.info('stats'));
  return { scripts, commands: Number(total?.[1] ?? 0) };
}
