import 'reflect-metadata';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { analysis } from './analysis.js';
import { postLatency } from './post-latency.js';
import { table, type Row } from './report.js';
import { roundTime } from './round-time.js';
import { throughput } from './throughput.js';
import { validation } from './validation.js';
import { webhookLatency } from './webhook-latency.js';

const BENCHMARKS = {
  throughput,
  'post-latency': postLatency,
  'webhook-latency': webhookLatency,
  'round-time': roundTime,
  analysis,
  validation,
};

/** Runs the benchmarks that are named, or all; writes `bench/results.json` and prints a table of ratios. */
async function main(wanted: readonly string[]): Promise<void> {
  const rows: Row[] = [];
  for (const [name, run] of Object.entries(BENCHMARKS)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    process.stderr.write(`Running ${name} …\n`);
    rows.push(...(await run()));
  }
  mkdirSync('bench', { recursive: true });
  const about = { at: new Date().toISOString(), node: process.version, cores: cpus().length };
  writeFileSync('bench/results.json', `${JSON.stringify({ ...about, rows }, null, 2)}\n`);
  process.stdout.write(`${table(rows)}\n`);
}

await main(process.argv.slice(2));
