import { delimiter } from 'node:path';
import type { Stage } from '@ids/contracts';
import { editBlock } from '@ids/testing';
import { afterAll } from '@jest/globals';
import { holdProject } from '../../support/lock.js';
import { mypyDouble } from '../../support/tools.js';
import { coder, generalist, specialists, stall, writes } from './models.js';
import { failureTable, type Row } from './table.js';

const mypy = await mypyDouble();
afterAll(() => mypy.remove());

/** Only what stalls may be so late, also on a machine on which all else is slow. */
const SECONDS = 20;

function late(name: string, stage: Stage, row: Partial<Row>): Row {
  return {
    name: `${name} is late: the session is rolled back`,
    ends: 'rolled_back',
    error: { stage, code: 'deadline_exceeded', says: new RegExp(`${stage} did not end within ${SECONDS} s`) },
    journal: 'none',
    ...row,
  };
}

const rows: Row[] = [
  late('a specialist', 'deliberation', { model: specialists(() => stall()) }),
  late('the generalist', 'deliberation', { model: generalist(() => stall('{"confidence"')) }),
  late('the coder', 'generation', { model: coder(() => stall()) }),
  late('a checker', 'validation', {
    model: writes(editBlock('a.py', 'VALUE = 1\n', 'VALUE = 2  # mypy: stall\n')),
    settings: { types: true },
  }),
  late('the right to write', 'application', {
    meanwhile: async ({ system, project }, { id }) => {
      const release = await holdProject(system.redis.url, project.name);
      await system.waitForStatus(id, 'rolling_back');
      await release();
    },
  }),
];

const env = {
  IDS_STAGE_DEADLINE_SECONDS: String(SECONDS),
  PATH: [mypy.path, process.env['PATH']].join(delimiter),
};
failureTable('deadlines of the stages', { env }, rows);
