import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isEnd, type Session, type StoredEvent } from '@ids/contracts';
import { makeProject, snapshotTree } from '@ids/testing';
import { startSystem, type RegisteredProject, type System } from '../../support/system.js';
import { chaosModel, chaosTasks, SETTINGS, startFiles, type ChaosTask } from './tasks.js';

const KILLS = 16;
const KILL_EVERY_MS = 1_000;
const REDIS_AWAY_MS = 1_500;
const PROJECTS = 4;
const SETTLE_MS = 180_000;

interface Run {
  readonly task: ChaosTask;
  readonly project: RegisteredProject;
  readonly id: string;
}

const tasks = chaosTasks();
let system: System;
let runs: Run[];
let ended: Session[];
let events: StoredEvent[][];

/** Forty sessions, while processes die at random about each second and Redis once. */
beforeAll(async () => {
  system = await startSystem({ workers: 2, model: chaosModel(tasks) });
  const projects = await Promise.all(
    Array.from({ length: PROJECTS }, (_, index) =>
      system.createProject(startFiles(tasks.filter((_task, place) => place % PROJECTS === index)), SETTINGS),
    ),
  );
  const killing = kill();
  runs = await Promise.all(
    tasks.map(async (task, index) => {
      const project = projects[index % PROJECTS];
      if (project === undefined) throw new Error('there are fewer projects than that');
      await delay(index * 100);
      return { task, project, id: await insist(() => post(project, task, index)) };
    }),
  );
  await killing;
  ended = await Promise.all(runs.map(({ id }) => insist(() => system.waitForEnd(id, SETTLE_MS))));
  events = await Promise.all(runs.map(({ id }) => insist(() => system.events(id))));
}, SETTLE_MS + 120_000);

afterAll(() => system.stop(), 60_000);

/** Like a user's client: the same key until somebody answers. */
async function post(project: RegisteredProject, task: ChaosTask, index: number): Promise<string> {
  const session = await system.runTask(project, task.text, {
    files: task.kind === 'create' ? [] : [`app/${task.text.split(' ').at(-1)}.py`],
    approval: 'never',
    idempotencyKey: `chaos-${index}`,
  });
  return session.id;
}

/** Tries again while the gateway or Redis is away. */
async function insist<T>(attempt: () => Promise<T>): Promise<T> {
  const until = Date.now() + SETTLE_MS;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > until) throw error;
      await delay(200);
    }
  }
}

async function kill(): Promise<void> {
  for (let round = 0; round < KILLS; round += 1) {
    await delay(KILL_EVERY_MS * (0.5 + Math.random()));
    if (round === KILLS / 2) {
      await system.redis.kill();
      await delay(REDIS_AWAY_MS);
      await system.redis.restart();
    } else if (Math.random() < 0.25) {
      await system.killGateway();
      await system.startGateway();
    } else {
      const alive = system.workers.flatMap((worker, place) => (worker.running ? [place] : []));
      await system.killWorker(alive[Math.floor(Math.random() * alive.length)] ?? 0);
      await system.startWorker();
    }
  }
}

describe('forty sessions under kills', () => {
  it('each come to exactly one end', () => {
    for (const [index, session] of ended.entries()) {
      expect(isEnd(session.status)).toBe(true);
      const ends = (events[index] ?? []).flatMap(({ event }) =>
        event.type === 'status' && isEnd(event.status) ? [event.status] : [],
      );
      expect({ id: session.id, ends }).toEqual({ id: session.id, ends: [session.status] });
    }
  });

  it('apply each good change, and roll each bad one back for the layer that refused it', () => {
    const seen = ended.map((session, index) => ({
      task: runs[index]?.task.text,
      status: session.status,
      error: session.error,
      refusedBy: session.validation.filter((result) => result.status === 'failed').map(({ layer }) => layer),
    }));
    const wanted = runs.map(({ task }) => ({
      task: task.text,
      status: task.refusedBy === undefined ? 'applied' : 'rolled_back',
      error:
        task.refusedBy === undefined
          ? undefined
          : expect.objectContaining({ stage: 'validation', code: 'validation_failed' }),
      refusedBy: task.refusedBy === undefined ? [] : [task.refusedBy],
    }));
    expect(seen).toEqual(wanted);
  });

  it('leave each tree as its ends demand, byte for byte', async () => {
    for (const project of new Set(runs.map((run) => run.project))) {
      const own = runs.filter((run) => run.project === project);
      const files = {
        ...startFiles(own.map((run) => run.task)),
        ...Object.assign({}, ...own.map((run) => run.task.leads)),
      };
      const left = Object.entries<string | null>(files).flatMap(([path, text]) =>
        text === null ? [] : [[path, text] as const],
      );
      const twin = await makeProject(Object.fromEntries(left));
      expect(await snapshotTree(project.path)).toEqual(await snapshotTree(twin.path));
      await twin.remove();
    }
  });

  it('ask no opinion again once it was recorded', () => {
    const again: string[] = [];
    for (const [index, { id }] of runs.entries()) {
      for (const { at, event } of events[index] ?? []) {
        if (event.type !== 'opinion') continue;
        const later = system.model.calls.filter(
          (call) =>
            call.session === id &&
            call.role === event.opinion.role &&
            call.round === event.round &&
            call.at > Date.parse(at),
        );
        if (later.length > 0) again.push(`${id} ${event.opinion.role}`);
      }
    }
    expect(again).toEqual([]);
  });

  it('leave nothing in .ids but the backups of what was applied', async () => {
    for (const project of new Set(runs.map((run) => run.project))) {
      const applied = runs
        .filter((run, index) => run.project === project && ended[index]?.status === 'applied')
        .map((run) => run.id);
      expect((await readdir(join(project.path, '.ids'))).sort()).toEqual(['.gitignore', 'backups']);
      expect((await readdir(join(project.path, '.ids/backups'))).sort()).toEqual(applied.sort());
      const left = await readdir(join(project.path, '.ids/backups'), {
        recursive: true,
        withFileTypes: true,
      });
      const odd = left.filter((entry) => entry.isFile() && !/^manifest\.json$|\.bak$/.test(entry.name));
      expect(odd.map((entry) => entry.name)).toEqual([]);
    }
  });
});
