import { median, quantile, type Row } from './report.js';

const WARM_UP = 200;
const REQUESTS = 600;
const REPEATS = 7;

/** A request of a series; the number of the request is its own in the whole run. */
export interface Target {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: (request: number) => unknown;
}

/** Latency of a route against a bare one, turn by turn in one run: its p99 with a goal of 1.5, and its p50. */
export async function latencyRatios(name: string, own: Target, bare: Target): Promise<Row[]> {
  let sent = 0;
  const series = async (target: Target, requests: number): Promise<number[]> => {
    const times: number[] = [];
    for (let request = 0; request < requests; request += 1) {
      const start = performance.now();
      await post(target, sent++);
      times.push(performance.now() - start);
    }
    return times;
  };
  for (const target of [bare, own]) await series(target, WARM_UP);
  const p99: number[] = [];
  const p50: number[] = [];
  for (let repeat = 0; repeat < REPEATS; repeat += 1) {
    const [ours, other] = [await series(own, REQUESTS), await series(bare, REQUESTS)];
    p99.push(quantile(ours, 0.99) / quantile(other, 0.99));
    p50.push(quantile(ours, 0.5) / quantile(other, 0.5));
  }
  return [
    {
      name: `${name}, p99 against a bare route with one Redis write`,
      value: median(p99),
      goal: '<= 1.5',
      met: median(p99) <= 1.5,
      detail: `${REPEATS} turns of ${REQUESTS} requests, one at a time`,
    },
    { name: 'the same, p50', value: median(p50), goal: '', met: true, detail: '' },
  ];
}

async function post({ url, headers = {}, body }: Target, request: number): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body(request)),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${text}`);
}
