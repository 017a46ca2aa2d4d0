import { readdir } from 'node:fs/promises';
import { delimiter } from 'node:path';
import type { Session, Stage } from '@ids/contracts';
import { connectRedis } from '@ids/store';
import { editBlock, until, type DoubleRequest, type ModelScript } from '@ids/testing';
import { afterAll } from '@jest/globals';
import { holdProject } from '../../support/lock.js';
import { mypyDouble } from '../../support/tools.js';
import { MANY_FILES, SLOW_DISK, untilHalfApplied, writesManyFiles } from './many-files.js';
import { agreeing, stall } from './models.js';
import { failureTable, type Row, type Scene, type Table } from './table.js';

const mypy = await mypyDouble();
afterAll(() => mypy.remove());

const PATIENCE_MS = 60_000;

/** A place where a session is when its worker is killed. */
type Place = Pick<Row, 'model' | 'settings'> & {
  readonly reached: (scene: Scene, session: Session) => Promise<unknown>;
  /** Lets go what only the test held. */
  readonly afterwards?: (scene: Scene) => Promise<void>;
};

/** The model says nothing to the worker that is killed, and answers the one that asks again. */
function inCall(isMeant: (request: DoubleRequest) => boolean): Place {
  return {
    model: (): ModelScript => (request) =>
      isMeant(request) && request.occurrence === 1 ? stall() : agreeing()(request),
    reached: ({ system }, { id }) =>
      until(() => system.model.calls.some((call) => call.session === id && isMeant(call)), PATIENCE_MS),
  };
}

const anOpinion = (): Place => inCall(({ role }) => role === 'sre_critic');
const theSynthesis = (): Place => inCall(({ stage }) => stage === 'synthesis');
const theCoder = (): Place => inCall(({ role }) => role === 'coder');

/** The checker stalls for the worker that is killed. */
function aChecker(name: string): Place & { readonly text: string } {
  const text = `VALUE = 2  # mypy: stall once ${name}\n`;
  return {
    text,
    settings: { types: true },
    model: () => agreeing(editBlock('a.py', 'VALUE = 1\n', text)),
    reached: () => until(async () => (await readdir(mypy.path)).includes(name), PATIENCE_MS),
  };
}

/** The worker waits for the right to write, or to undo. */
function theLock(status: 'applying' | 'rolling_back'): Place {
  let release: () => Promise<void>;
  return {
    reached: async ({ system, project }, { id }) => {
      if (status === 'rolling_back') await system.waitForEnd(id);
      release = await holdProject(system.redis.url, project.name);
      if (status === 'rolling_back') await system.api('POST', `/v1/sessions/${id}/rollback`);
      await system.waitForStatus(id, status);
    },
    afterwards: () => release(),
  };
}

let waiting = 0;
let announce: () => void = () => undefined;
const death = new Promise<void>((resolve) => (announce = resolve));

/** How often the jobs of a queue were started before, to the queue's knowledge. */
interface Starts {
  readonly queue: Stage;
  readonly count: number;
}

/** One row whose worker is killed at a place. */
function killedAt(name: string, place: Place, row: Partial<Row>, starts?: Starts): Row {
  return {
    name,
    ...(place.model === undefined ? {} : { model: place.model }),
    ...(place.settings === undefined ? {} : { settings: place.settings }),
    meanwhile: async (scene, session) => {
      await place.reached(scene, session);
      if (starts !== undefined) await pretendStarts(scene, session, starts);
      waiting += 1;
      await death;
      await place.afterwards?.(scene);
    },
    ends: 'applied',
    tree: { 'a.py': 'VALUE = 2\n' },
    journal: 'applied',
    ...row,
  };
}

async function pretendStarts({ system }: Scene, { id }: Session, { queue, count }: Starts): Promise<void> {
  const redis = connectRedis(system.redis.url, 'worker');
  // A status is told before its job is published: what has not started yet would begin to count at nought.
  const started = await until(async () => {
    const keys = await redis.keys(`ids-bull:${queue}:*${id}*`);
    const found = await Promise.all(keys.map((key) => hasStarted(redis, key)));
    return found.includes(true) && keys.filter((_, at) => found[at]);
  }, PATIENCE_MS);
  for (const key of started) await redis.hset(key, 'ats', count);
  redis.disconnect();
}

async function hasStarted(redis: ReturnType<typeof connectRedis>, key: string): Promise<boolean> {
  return (await redis.type(key)) === 'hash' && (await redis.hexists(key, 'ats')) === 1;
}

/** The death is the platform's fault: the session goes on, and nothing that was paid is asked again. */
const survived = (where: string, place: Place, row: Partial<Row> = {}): Row =>
  killedAt(`the worker is killed in ${where}: the session goes on`, place, { attempts: 1, ...row });

/** A stage that has killed eight workers is given up. */
const givenUp = (stage: Stage, where: string, place: Place): Row =>
  killedAt(
    `workers die eight times in ${where}: the session is rolled back`,
    place,
    { ends: 'rolled_back', error: { stage, code: 'stage_died', says: /8 times/ }, journal: 'none', tree: {} },
    { queue: stage, count: 8 },
  );

const checked = aChecker('survives');
const rows: Row[] = [
  survived('an opinion', anOpinion(), { calls: { parliament: 8, coder: 1 } }),
  survived('the synthesis', theSynthesis(), { calls: { parliament: 8, coder: 1 } }),
  survived("the coder's call", theCoder(), { calls: { parliament: 7, coder: 2 } }),
  survived('a checker', checked, { tree: { 'a.py': checked.text }, calls: { parliament: 7, coder: 1 } }),
  survived('the wait for the right to write', theLock('applying')),
  survived(
    'the middle of writing',
    {
      // Comes last, so that it is not over before the worker is killed.
      model: () => async (request) => {
        if (request.role === 'coder') await until(() => waiting === rows.length - 1, PATIENCE_MS);
        return await writesManyFiles()(request);
      },
      reached: ({ project }) => untilHalfApplied(project),
    },
    { tree: MANY_FILES },
  ),
  killedAt(
    'workers die in an undo, however often: it is taken up again',
    theLock('rolling_back'),
    { ends: 'rolled_back', passes: ['applied'], tree: {}, journal: 'undone' },
    { queue: 'rollback', count: 1_000 },
  ),
  givenUp('deliberation', 'an opinion', anOpinion()),
  givenUp('deliberation', 'the synthesis', theSynthesis()),
  givenUp('generation', "the coder's call", theCoder()),
  givenUp('validation', 'a checker', aChecker('dies')),
  givenUp('application', 'the wait for the right to write', theLock('applying')),
];

/** One death of the worker, and of the gateway, for all rows. */
async function killAll({ system }: Table): Promise<void> {
  await until(() => waiting === rows.length, 2 * PATIENCE_MS, 'all sessions in their places');
  await Promise.all([system.killWorker(0), system.killGateway()]);
  await Promise.all([system.startWorker(), system.startGateway()]);
  announce();
}

const env = {
  PATH: [mypy.path, process.env['PATH']].join(delimiter),
  // All sessions are held at the same time, so none may keep another from its place.
  WORKER_CONCURRENCY: '24',
};
failureTable('deaths of worker and gateway', { env: { ...env, ...SLOW_DISK } }, rows, { disturb: killAll });
