import {
  JOB_NAMES,
  type FileAnalysis,
  type FolderAnalysis,
  type JobName,
  type ValidateAnswer,
} from '@ids/contracts';
import { IdsError } from '@ids/kernel';
import { silentLogger } from '@ids/observability';
import {
  FAILURE_SINK,
  HandlesJob,
  QUEUE_LOG,
  QueueModule,
  WorkerLauncher,
  type JobHandler,
} from '@ids/queue';
import { makeProject, startRedis, type TestProject, type TestRedis } from '@ids/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Injectable, Module, type INestApplicationContext, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { launchGateway, problemOf, send, Stage } from '../test/harness.js';
import type { RunningGateway } from './start.js';

type Behaviour = (data: unknown) => Promise<unknown>;

// Real servers start here, on machines that may be busy.
jest.setTimeout(120_000);

let redis: TestRedis;
let gateway: RunningGateway;
let worker: INestApplicationContext;
let stage: Stage;
let folder: TestProject;
/** What the worker of this spec does; a job that is not named here fails. */
const behaviours: Partial<Record<JobName, Behaviour>> = {};

beforeAll(async () => {
  redis = await startRedis();
  folder = await makeProject({ 'app.py': '' });
  [gateway, worker, stage] = await Promise.all([
    launchGateway(redis.url),
    startWorker(),
    Stage.open(redis.url),
  ]);
  await post('/v1/projects', { name: 'fleet', path: folder.path });
});
afterEach(() => {
  for (const name of JOB_NAMES) delete behaviours[name];
});
afterAll(async () => {
  stage.close();
  await worker.get(WorkerLauncher, { strict: false }).drain(1_000);
  await Promise.all([worker.close(), gateway.close()]);
  await redis.stop();
  await folder.remove();
});

const post = (path: string, json?: unknown) =>
  send(gateway, 'POST', path, json === undefined ? {} : { json });

function handlerOf(name: JobName): Type {
  @Injectable()
  @HandlesJob(name)
  class Handler implements JobHandler<typeof name> {
    async handle(data: unknown): Promise<unknown> {
      const behaviour = behaviours[name];
      if (behaviour === undefined) throw new Error(`nobody expected ${name}`);
      return await behaviour(data);
    }
  }
  return Handler;
}

@Module({
  providers: [
    { provide: FAILURE_SINK, useValue: { jobFailed: async () => undefined } },
    { provide: QUEUE_LOG, useValue: silentLogger },
  ],
  exports: [FAILURE_SINK, QUEUE_LOG],
})
class WorkerPartsModule {}

async function startWorker(): Promise<INestApplicationContext> {
  @Module({
    imports: [
      QueueModule.forJobs(redis.url),
      QueueModule.forWorker({
        queues: ['inspection'],
        concurrency: 4,
        imports: [WorkerPartsModule],
        handlers: JOB_NAMES.map(handlerOf),
      }),
    ],
  })
  class WorkerModule {}
  const options = { logger: false, abortOnError: false } as const;
  const app = await NestFactory.createApplicationContext(WorkerModule, options);
  await app.get(WorkerLauncher, { strict: false }).start();
  return app;
}

async function appliedSession(): Promise<string> {
  const { body } = await post('/v1/sessions', { project: 'fleet', task: 'x' });
  const { id } = body as { id: string };
  const change = { path: 'app.py', operation: 'modify', added: 1, removed: 0, backup: 'x.bak' } as const;
  await stage.move(id, { status: 'applied', changes: [change] });
  return id;
}

describe('a question that a worker answers', () => {
  it('gives the analysis of a file', async () => {
    const analysis: FileAnalysis = {
      kind: 'file',
      path: 'app.py',
      bytes: 0,
      lines: 0,
      encoding: 'utf-8',
      python: '3.11.7',
      pythonNote: null,
      doc: null,
      imports: [],
      functions: [],
      classes: [],
      globals: [],
      entryPoint: false,
    };
    const asked: unknown[] = [];
    behaviours['analyze-path'] = async (data) => {
      asked.push(data);
      return analysis;
    };
    const answer = await post('/v1/analyze', { project: 'fleet', path: 'app.py' });
    expect([answer.status, answer.body]).toEqual([200, analysis]);
    expect(asked).toEqual([{ contractVersion: 1, project: 'fleet', path: 'app.py' }]);
  });

  it('gives the summary of a folder', async () => {
    const analysis: FolderAnalysis = {
      kind: 'folder',
      path: 'app',
      python: '3.11.7',
      pythonNote:
        'The project asks for Python 3.12 (.python-version); 3.11.7 judged, the closest on this machine.',
      files: 3,
      bytes: 20,
      lines: 2,
      functions: 1,
      classes: 0,
      largest: [{ path: 'app/a.py', lines: 2 }],
      imports: {
        edges: [{ from: 'app/a.py', to: 'app/b.py', line: 1, when: 'load' }],
        omitted: 0,
        circles: [['app/a.py', 'app/b.py']],
      },
      entryPoints: [{ path: 'app/a.py', kind: 'script', name: 'serve' }],
      failed: [{ path: 'app/c.py', line: 1, column: 2, message: 'invalid syntax' }],
      truncated: false,
    };
    behaviours['analyze-path'] = async () => analysis;
    const answer = await post('/v1/analyze', { project: 'fleet', path: 'app' });
    expect([answer.status, answer.body]).toEqual([200, analysis]);
  });

  it('gives the verdict of the layers, with and without paths', async () => {
    const verdict: ValidateAnswer = {
      passed: true,
      layers: [{ layer: 'syntax', status: 'passed', findings: [] }],
    };
    const asked: unknown[] = [];
    behaviours['validate-paths'] = async (data) => {
      asked.push(data);
      return verdict;
    };
    const all = await post('/v1/validate', { project: 'fleet' });
    const some = await post('/v1/validate', { project: 'fleet', paths: ['app.py'] });
    const hook = { project: 'fleet', against: 'staged', index: 'index.lock' };
    const staged = await post('/v1/validate', hook);
    expect([all.status, all.body, some.body, staged.body]).toEqual([200, verdict, verdict, verdict]);
    expect(asked).toEqual([
      { contractVersion: 1, project: 'fleet' },
      { contractVersion: 1, project: 'fleet', paths: ['app.py'] },
      { contractVersion: 1, ...hook },
    ]);
  });

  it('refuses to compare with anything else, or to read an index from elsewhere', async () => {
    for (const wrong of [{ against: 'main' }, { against: 'staged', index: '../index' }]) {
      const answer = await post('/v1/validate', { project: 'fleet', ...wrong });
      expect([answer.status, problemOf(answer).code]).toEqual([400, 'invalid_request']);
    }
  });

  it('says what was compared', async () => {
    const files = [{ path: 'b.py', operation: 'rename', from: 'a.py' }] as const;
    const comparison = { against: 'head', commit: 'abc', files: [...files] } as const;
    const verdict: ValidateAnswer = {
      passed: true,
      layers: [],
      comparison: { ...comparison, files: [...files] },
    };
    behaviours['validate-paths'] = async () => verdict;
    expect((await post('/v1/validate', { project: 'fleet', against: 'head' })).body).toEqual(verdict);
  });

  it('passes on the error that the worker answers with', async () => {
    behaviours['analyze-path'] = async () => {
      throw new IdsError('file_not_found', { path: 'no.py' });
    };
    const answer = await post('/v1/analyze', { project: 'fleet', path: 'no.py' });
    expect([answer.status, problemOf(answer)]).toMatchObject([
      422,
      { code: 'file_not_found', details: { path: 'no.py' } },
    ]);
  });

  it('is a fault of ours, without a word of the inside, when the answer has not the promised form', async () => {
    behaviours['analyze-path'] = async () => ({ kind: 'secret', path: '/inside' });
    const answer = await post('/v1/analyze', { project: 'fleet', path: 'app.py' });
    expect(problemOf(answer)).toMatchObject({ status: 500, code: 'internal_error' });
    expect(answer.text).not.toContain('inside"');
    expect(answer.text).not.toMatch(/zod|stack|node_modules/i);
  });
});

describe('a rollback', () => {
  it('is promised once a worker has seen that it can be done', async () => {
    const id = await appliedSession();
    const asked: unknown[] = [];
    behaviours['check-rollback'] = async (data) => {
      asked.push(data);
      return { kind: 'undone', paths: ['app.py'] };
    };
    const answer = await post(`/v1/sessions/${id}/rollback`);
    expect([answer.status, answer.body]).toMatchObject([202, { id, status: 'rolling_back' }]);
    expect(asked).toEqual([{ contractVersion: 1, project: 'fleet', sessionId: id }]);
  });

  it('is refused with the names of the files that were edited since, and the session stays applied', async () => {
    const id = await appliedSession();
    behaviours['check-rollback'] = async () => ({ kind: 'conflict', paths: ['app.py'] });
    const answer = await post(`/v1/sessions/${id}/rollback`);
    expect([answer.status, problemOf(answer)]).toMatchObject([
      409,
      { code: 'rollback_conflict', details: { paths: ['app.py'] } },
    ]);
    expect((await send(gateway, 'GET', `/v1/sessions/${id}`)).body).toMatchObject({ status: 'applied' });
  });

  it('is refused when the backups are gone', async () => {
    const id = await appliedSession();
    behaviours['check-rollback'] = async () => ({ kind: 'nothing' });
    const answer = await post(`/v1/sessions/${id}/rollback`);
    expect([answer.status, problemOf(answer).code]).toEqual([409, 'backup_gone']);
  });
});
