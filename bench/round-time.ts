import { storedEventSchema, type Specialist } from '@ids/contracts';
import { behaviours, makeProject, startModelDouble, startRedis, until, voteJson } from '@ids/testing';
import { addressIn, startProgram } from './programs.js';
import { median, type Row } from './report.js';

/** Milliseconds that each agent thinks; the round should last as long as the slowest alone. */
const THINKS: Record<Specialist, number> = {
  developer_progressive: 1_000,
  developer_critic: 1_400,
  architect_progressive: 1_800,
  architect_critic: 2_200,
  sre_progressive: 2_600,
  sre_critic: 3_000,
};
const SLOWEST = Math.max(...Object.values(THINKS));
const REPEATS = 5;

/** The wall time of a round of six agents against its slowest agent, over two workers. */
export async function roundTime(): Promise<Row[]> {
  const server = await startRedis();
  const project = await makeProject({ 'a.py': 'x = 1\n' });
  const model = await startModelDouble((request) => {
    const delayMs = Object.entries(THINKS).find(([role]) => role === request.role)?.[1] ?? 0;
    return behaviours.reply(voteJson(), { delayMs });
  });
  const env = {
    REDIS_URL: server.url,
    PORT: '0',
    IDS_PROJECTS_ROOT: project.path,
    OPENAI_BASE_URL: model.url,
    OPENAI_API_KEY: 'bench-key-0123456789',
    IDS_MODEL: 'bench',
    IDS_MODEL_REQUESTS_PER_MINUTE: '100000',
  };
  const gateway = await startProgram('apps/gateway/src/main.js', env);
  const workers = await Promise.all([1, 2].map(() => startProgram('apps/worker/src/main.js', env)));
  try {
    const url = addressIn(gateway.ready);
    await post(`${url}/v1/projects`, { name: 'bench', path: project.path });
    const ratios: number[] = [];
    for (let repeat = 0; repeat <= REPEATS; repeat += 1) {
      const ratio = (await oneRound(url)) / SLOWEST;
      // The first one warms the workers up.
      if (repeat > 0) ratios.push(ratio);
    }
    return [
      {
        name: 'wall time of a round of six agents against its slowest agent',
        value: median(ratios),
        goal: '<= 1.05',
        met: median(ratios) <= 1.05,
        detail: `slowest ${SLOWEST} ms, sum ${Object.values(THINKS).reduce((a, b) => a + b)} ms, two workers`,
      },
    ];
  } finally {
    await gateway.stop();
    await Promise.all(workers.map((worker) => worker.stop()));
    await model.close();
    await project.remove();
    await server.stop();
  }
}

/** Milliseconds from the opening of the round until the last opinion was recorded. */
async function oneRound(url: string): Promise<number> {
  const session = await post(`${url}/v1/sessions`, {
    project: 'bench',
    task: 'What is in a.py?',
    kind: 'ask',
  });
  const id = String(Reflect.get(Object(session), 'id'));
  const events = await until(async () => {
    const seen = await eventsOf(url, id);
    return seen.some((event) => event.type === 'decision') ? seen : null;
  }, 60_000);
  const at = (type: string): number[] =>
    events.filter((event) => event.type === type).map((event) => Date.parse(event.at));
  return Math.max(...at('opinion')) - Math.min(...at('round.started'));
}

async function eventsOf(url: string, id: string): Promise<{ type: string; at: string }[]> {
  const state = (await (await fetch(`${url}/v1/sessions/${id}`)).json()) as { status: string };
  // The stream closes only at the end of a session, so it is read then.
  if (state.status !== 'answered') return [];
  const text = await (await fetch(`${url}/v1/sessions/${id}/events`)).text();
  return [...text.matchAll(/^data: (.+)$/gm)].map(([, data]) => {
    const { at, event } = storedEventSchema.omit({ id: true }).parse(JSON.parse(data ?? ''));
    return { at, type: event.type };
  });
}

async function post(url: string, body: unknown): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return await response.json();
}
