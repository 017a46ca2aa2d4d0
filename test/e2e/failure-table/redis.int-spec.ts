import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { snapshotTree, until, type DoubleRequest } from '@ids/testing';
import { connectRedis } from '@ids/store';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { SLOW_DISK, untilHalfApplied, writesManyFiles } from './many-files.js';
import { coder, reply, setValue, specialists, stall } from './models.js';
import { Table, type Scene } from './table.js';

jest.setTimeout(240_000);

const table = new Table();
beforeAll(() => table.open({ env: SLOW_DISK }));
afterAll(() => table.close());

interface Begun {
  readonly scene: Scene;
  readonly id: string;
  readonly before: Readonly<Record<string, string>>;
}

async function begin(row: Parameters<Table['start']>[1]): Promise<Begun> {
  const scene = await table.scene();
  const before = await snapshotTree(scene.project.path);
  return { scene, before, id: (await table.start(scene, row)).id };
}

const isCalled = (id: string, isMeant: (request: DoubleRequest) => boolean): Promise<boolean> =>
  until(() => table.system.model.calls.some((call) => call.session === id && isMeant(call)), 60_000);

async function emptyRedis(): Promise<void> {
  const redis = connectRedis(table.system.redis.url, 'worker');
  await redis.flushall();
  redis.disconnect();
}

/** A session whose record is gone is known to nobody, and has left nothing in its project. */
async function expectLost({ scene, id, before }: Begun): Promise<void> {
  const { path } = scene.project;
  // While files come and go the look itself may fail.
  const now = (): Promise<Record<string, string>> => snapshotTree(path).catch(() => ({}));
  await until(async () => sameTree(await now(), before), 60_000, 'the tree as before');
  expect(await table.system.api('GET', `/v1/sessions/${id}`)).toMatchObject({
    status: 404,
    body: { code: 'session_not_found' },
  });
  expect(await snapshotTree(path)).toEqual(before);
}

function sameTree(one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

describe('Redis', () => {
  it('is gone for a while: requests are refused at once, and each session goes on when it is back', async () => {
    const gap = new AbortController();
    const late = (): Promise<unknown> => once(gap.signal, 'abort');
    const inOpinion = await begin({
      model: specialists(async ({ role }) => {
        if (role === 'sre_critic') await late();
        return reply('Confidence: 90\nRisk: 10\nOutcome: 90\nApproach: Do it.');
      }),
    });
    const inCode = await begin({
      model: coder(async () => {
        await late();
        return reply(setValue(1, 2));
      }),
    });
    const atPerson = await begin({ options: { approval: 'always' } });
    const othersAreThere = async (): Promise<void> => {
      await isCalled(inOpinion.id, ({ role }) => role === 'sre_critic');
      await isCalled(inCode.id, ({ role }) => role === 'coder');
      await table.system.waitForStatus(atPerson.id, 'awaiting_approval');
    };
    const inWriting = await begin({
      model: () => async (request) => {
        // Is written just when Redis goes.
        if (request.role === 'coder') await othersAreThere();
        return await writesManyFiles()(request);
      },
    });
    await untilHalfApplied(inWriting.scene.project);
    await table.system.redis.kill();

    const task = { project: inCode.scene.project.name, task: 'Change a.py' };
    const refused = await until(async () => {
      const got = await table.system.api('POST', '/v1/sessions', task);
      return got.status === 503 && got;
    });
    expect(refused.body).toMatchObject({ code: 'redis_unavailable' });
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
    expect((await table.system.api('GET', '/health/ready')).status).toBe(503);
    expect((await table.system.api('GET', '/health/live')).status).toBe(200);
    // The model answers into the gap.
    gap.abort();
    await delay(3_000);
    await table.system.redis.restart();

    for (const { id } of [inOpinion, inCode, inWriting]) {
      expect((await table.system.waitForEnd(id)).status).toBe('applied');
    }
    await table.system.api('POST', `/v1/sessions/${atPerson.id}/decision`, { action: 'proceed' });
    expect((await table.system.waitForEnd(atPerson.id)).status).toBe('applied');
    for (const { id } of [inOpinion, inCode, inWriting, atPerson]) {
      // Seven agents and the coder: no answer was lost in the gap.
      expect(table.system.model.paid({ session: id })).toHaveLength(8);
    }
  });

  it('is emptied: the trees are as before, and the system takes new work', async () => {
    const inOpinion = await begin({ model: specialists(() => stall()) });
    const inCode = await begin({ model: coder(() => stall()) });
    const atPerson = await begin({ options: { approval: 'always' } });
    await isCalled(inOpinion.id, ({ role }) => role === 'sre_critic');
    await isCalled(inCode.id, ({ role }) => role === 'coder');
    await table.system.waitForStatus(atPerson.id, 'awaiting_approval');
    const inWriting = await begin({ model: writesManyFiles });
    await untilHalfApplied(inWriting.scene.project);
    await emptyRedis();

    for (const lost of [inOpinion, inCode, atPerson, inWriting]) await expectLost(lost);
    // What nobody waits for any more is not waited for.
    const open = (): boolean => table.system.model.calls.some(({ outcome }) => outcome === 'open');
    await until(() => !open(), 60_000, 'the end of the calls');
    const name = await table.system.register(inWriting.scene.project.path);
    const { id } = await table.system.runTask(name, 'Change a.py');
    expect((await table.system.waitForEnd(id)).status).toBe('applied');
    expect((await table.system.api('POST', `/v1/sessions/${id}/rollback`)).status).toBe(202);
    await table.system.waitForStatus(id, 'rolled_back');
    expect(await snapshotTree(inWriting.scene.project.path)).toEqual(inWriting.before);
  });

  it('is emptied and the worker is killed: the next worker undoes what was begun in a project', async () => {
    const begun = await begin({ model: writesManyFiles });
    await untilHalfApplied(begun.scene.project);
    await table.system.killWorker(0);
    await emptyRedis();
    expect(await snapshotTree(begun.scene.project.path)).not.toEqual(begun.before);
    await table.system.register(begun.scene.project.path);
    await table.system.startWorker();
    await expectLost(begun);
  });
});
