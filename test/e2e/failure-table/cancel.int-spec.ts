import { delimiter } from 'node:path';
import type { Session, SessionStatus } from '@ids/contracts';
import { editBlock, until, voteJson } from '@ids/testing';
import { afterAll, expect, it } from '@jest/globals';
import { holdProject } from '../../support/lock.js';
import { mypyDouble } from '../../support/tools.js';
import { SLOW_DISK, untilHalfApplied, writesManyFiles } from './many-files.js';
import { coder, cut, generalist, reply, specialists, stall, writes } from './models.js';
import { failureTable, type Row, type Scene } from './table.js';

const mypy = await mypyDouble();
afterAll(() => mypy.remove());

async function cancel({ system }: Scene, { id }: Session): Promise<void> {
  expect(await system.api('POST', `/v1/sessions/${id}/cancel`)).toMatchObject({ status: 202 });
}

/** Every call of the model is ended by the one who made it, not by the model. */
async function expectCallsClosed({ system }: Scene, { id }: Session): Promise<void> {
  const calls = system.model.calls.filter(({ session }) => session === id);
  await until(() => calls.every(({ outcome }) => outcome !== 'open'), 60_000, 'the end of the calls');
  expect(calls.filter(({ outcome }) => outcome === 'closed')).not.toHaveLength(0);
}

/** Cancels a session in a state; nothing was written. */
function cancelledIn(
  status: SessionStatus,
  row: Partial<Row>,
  isThere?: (scene: Scene, id: string) => boolean,
) {
  return {
    name: `a person cancels while the session is ${status}`,
    ends: 'cancelled',
    journal: 'none',
    ...row,
    meanwhile: async (scene: Scene, session: Session) => {
      await scene.system.waitForStatus(session.id, status);
      await until(() => isThere?.(scene, session.id) ?? true, 60_000, 'the call');
      await cancel(scene, session);
      // Once more changes nothing.
      await cancel(scene, session);
    },
  } satisfies Row;
}

const called =
  (stage: 'deliberation' | 'synthesis' | 'generation') =>
  ({ system }: Scene, session: string): boolean =>
    system.model.count({ session, stage }) > 0;

const rows: Row[] = [
  cancelledIn(
    'deliberating',
    { model: specialists(() => stall()), after: expectCallsClosed },
    called('deliberation'),
  ),
  {
    ...cancelledIn(
      'deliberating',
      { model: generalist(() => stall()), after: expectCallsClosed },
      called('synthesis'),
    ),
    name: 'a person cancels while the generalist speaks',
  },
  cancelledIn('awaiting_guidance', {
    model: specialists(() => reply(voteJson({ risk: 99 }))),
    options: { maxRounds: 1 },
  }),
  cancelledIn('generating', { model: coder(() => stall()), after: expectCallsClosed }, called('generation')),
  cancelledIn('validating', {
    model: writes(editBlock('a.py', 'VALUE = 1\n', 'VALUE = 2  # mypy: stall\n')),
    settings: { types: true },
  }),
  cancelledIn('awaiting_approval', { options: { approval: 'always' } }),
  {
    name: 'a person cancels while the change is written: it is undone',
    model: writesManyFiles,
    meanwhile: async (scene, session) => {
      await untilHalfApplied(scene.project);
      await cancel(scene, session);
    },
    ends: 'cancelled',
    journal: 'undone',
    rollbacks: 1,
  },
  {
    name: 'a person cancels while the change waits to be written',
    meanwhile: async (scene, session) => {
      const release = await holdProject(scene.system.redis.url, scene.project.name);
      await scene.system.waitForStatus(session.id, 'applying');
      await cancel(scene, session);
      await release();
    },
    ends: 'cancelled',
    journal: 'none',
    rollbacks: 1,
  },
  {
    name: 'an undo under way cannot be cancelled',
    meanwhile: async ({ system, project }, { id }) => {
      await system.waitForEnd(id);
      const release = await holdProject(system.redis.url, project.name);
      expect((await system.api('POST', `/v1/sessions/${id}/rollback`)).status).toBe(202);
      expect(await system.api('POST', `/v1/sessions/${id}/cancel`)).toMatchObject({
        status: 409,
        body: { code: 'not_cancellable', details: { status: 'rolling_back' } },
      });
      await release();
      await system.waitForStatus(id, 'rolled_back');
    },
    ends: 'rolled_back',
    passes: ['applied'],
    journal: 'undone',
  },
  {
    name: 'what is applied cannot be cancelled, only undone',
    meanwhile: async ({ system }, { id }) => {
      await system.waitForEnd(id);
      expect(await system.api('POST', `/v1/sessions/${id}/cancel`)).toMatchObject({
        status: 409,
        body: { code: 'not_cancellable' },
      });
    },
    ends: 'applied',
    tree: { 'a.py': 'VALUE = 2\n' },
    journal: 'applied',
  },
  {
    name: 'what failed cannot be cancelled',
    model: coder(() => cut()),
    meanwhile: async ({ system }, { id }) => {
      await system.waitForEnd(id);
      expect((await system.api('POST', `/v1/sessions/${id}/cancel`)).status).toBe(409);
    },
    ends: 'rolled_back',
    error: { stage: 'generation', code: 'model_unreachable' },
    journal: 'none',
  },
];

const env = { PATH: [mypy.path, process.env['PATH']].join(delimiter) };
failureTable('a person cancels', { env: { ...env, ...SLOW_DISK } }, rows, {
  more: (table) => {
    it('a session that no worker has begun is cancelled, and never begun', async () => {
      await table.system.killWorker(0);
      const scene = await table.scene();
      const session = await table.start(scene);
      await cancel(scene, session);
      const other = await table.start(scene);
      await table.system.startWorker();
      expect((await table.system.waitForEnd(other.id)).status).toBe('applied');
      expect((await table.system.session(session.id)).status).toBe('cancelled');
      expect(table.system.model.count({ session: session.id })).toBe(0);
    });
  },
});
