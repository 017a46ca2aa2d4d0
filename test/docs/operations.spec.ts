import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { QUEUES } from '@ids/contracts';
import { ERRORS } from '@ids/kernel';
import { createMetrics, observeChatMessages, observeQueues } from '@ids/observability';
import { firstColumn, read, ROOT, section } from './documents.js';

const operations = read('docs/operations.md');

describe('docs/operations.md', () => {
  it('has a row for each error code, with its HTTP status and whether to try again', () => {
    const rows = section(operations, '## Error codes').split('\n');
    const begins = rows
      .filter((row) => row.startsWith('| `'))
      .map((row) => row.split(' | ').slice(0, 3).join(' | '));
    const expected = Object.entries(ERRORS).map(
      ([code, { http, retry }]) => `| \`${code}\` | ${http} | ${retry === 'transient' ? 'yes' : 'no'}`,
    );
    expect(begins).toEqual(expected);
  });

  it('says of each error code what to do', () => {
    const rows = section(operations, '## Error codes').split('\n');
    const todo = rows.filter((row) => row.startsWith('| `')).map((row) => row.split(' | ')[3] ?? '');
    expect(todo.filter((text) => text.length < 20)).toEqual([]);
  });

  it('has a row for each metric, and for no other', async () => {
    const metrics = createMetrics('docs');
    observeQueues(metrics, () => Promise.resolve(new Map()));
    observeChatMessages(metrics, () => Promise.resolve(0));
    const all = (await metrics.registry.getMetricsAsJSON()).map(({ name }) => name);
    const named = firstColumn(section(operations, '## Metrics'));
    expect(named.sort()).toEqual(all.filter((name) => name.startsWith('ids_')).sort());
  });

  it('has a row for each queue, with how many jobs it runs at a time', () => {
    const rows = section(operations, '## Scaling').matchAll(/^\| `(\w+)` \| (\d+) /gm);
    const options = read('libs/queue/src/options.ts');
    const expected = QUEUES.map((queue) => {
      const set = new RegExp(`^  ${queue}: { concurrency: (\\d+)`, 'm').exec(options)?.[1];
      return [queue, set];
    });
    expect([...rows].map(([, queue, concurrency]) => [queue, concurrency])).toEqual(expected);
  });

  it('quotes only log lines that the programs write', () => {
    const quoted = [...section(operations, '## Alerts').matchAll(/log line `([^`]+)`/g)].map(
      ([, line = '']) => line,
    );
    const sources = sourcesBelow('apps').map((path) => read(path));
    expect(quoted.length).toBeGreaterThan(3);
    expect(quoted.filter((line) => !sources.some((source) => source.includes(`'${line}'`)))).toEqual([]);
  });
});

function sourcesBelow(folder: string): string[] {
  const names = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' });
  return names.filter((name) => /(?<!spec)\.ts$/.test(name)).map((name) => `${folder}/${name}`);
}
