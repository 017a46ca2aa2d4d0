import { randomUUID } from 'node:crypto';
import { rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { newSessionId } from '@ids/kernel';
import { expect, it } from '@jest/globals';
import { failureTable, type Row } from './table.js';

const LATIN1 = Uint8Array.from([...Buffer.from('NAME = "caf'), 0xe9, ...Buffer.from('"\n')]);
const FILES = { 'a.py': 'VALUE = 1\n' };

/** A file that the request names and that cannot be shown: the session ends before anybody is asked. */
function refused(what: string, files: readonly string[], code: string, row: Partial<Row> = {}): Row {
  return {
    name: `the request names ${what}`,
    options: { files: [...files] },
    ends: 'rolled_back',
    error: { stage: 'deliberation', code },
    journal: 'none',
    calls: { parliament: 0, coder: 0 },
    ...row,
  };
}

function says(code: string, words: RegExp): Pick<Row, 'error'> {
  return { error: { stage: 'deliberation', code, says: words } };
}

const NOT_ALLOWED = 'path_not_allowed';
const rows: Row[] = [
  refused('a file outside of the project', ['../outside.py'], NOT_ALLOWED, says(NOT_ALLOWED, /\.\./)),
  refused('an absolute path', ['/etc/passwd'], NOT_ALLOWED),
  refused('a file of .git', ['.git/config'], NOT_ALLOWED, {
    files: { ...FILES, '.git/config': '[core]\n' },
  }),
  refused('a file of .ids', ['.ids/x.py'], NOT_ALLOWED),
  refused('a folder', ['pkg'], NOT_ALLOWED, { files: { ...FILES, 'pkg/b.py': '' } }),
  refused('a path with a control character', ['a\u0000.py'], NOT_ALLOWED),
  refused('a link that leads out', ['door.py'], NOT_ALLOWED, {
    before: ({ project }) => symlink('/etc/hostname', join(project.path, 'door.py')),
  }),
  refused('a file in a folder that is a link out', ['door/hostname'], NOT_ALLOWED, {
    before: ({ project }) => symlink('/etc', join(project.path, 'door')),
  }),
  refused('a file that is too large', ['big.py'], 'file_too_large', {
    files: { ...FILES, 'big.py': 'x = 1\n'.repeat(5_000) },
    ...says('file_too_large', /big\.py.*16384 bytes/),
  }),
  refused('a file that is not UTF-8 and says nothing', ['latin.py'], 'not_utf8', {
    files: { ...FILES, 'latin.py': LATIN1 },
    ...says('not_utf8', /latin\.py.*PEP 263/),
  }),
  refused('a file in an encoding that nobody knows', ['odd.py'], 'encoding_unsupported', {
    files: { ...FILES, 'odd.py': '# coding: klingon\n' },
    ...says('encoding_unsupported', /klingon/),
  }),
  refused('a file that is too large in its words', [], 'file_too_large', {
    files: { 'a.py': 'x = 1\n'.repeat(5_000) },
  }),
  {
    name: 'the request names a file that is not there: the agents are told so',
    options: { files: ['missing.py'] },
    after: ({ system }, { id }) => {
      const prompts = system.model.calls.filter(({ session }) => session === id);
      const told = /Named, but not in the project[^\n]*\n- "missing\.py"|"missing\.py" is not in the project/;
      expect(prompts.filter(({ prompt }) => !told.test(prompt)).map(({ role }) => role)).toEqual([]);
      return Promise.resolve();
    },
    ends: 'applied',
    tree: { 'a.py': 'VALUE = 2\n' },
    journal: 'applied',
  },
];

failureTable('bad input', { env: { IDS_MAX_FILE_KB: '16' } }, rows, {
  more: (table) => {
    it('a project that nobody registered', async () => {
      const task = { project: `p-${randomUUID()}`, task: 'Change a.py' };
      expect(await table.system.api('POST', '/v1/sessions', task)).toMatchObject({
        status: 404,
        body: { code: 'project_not_found', detail: expect.stringContaining('ids projects add') },
      });
    });

    it('a session that there is not', async () => {
      const id = newSessionId();
      for (const path of [`/v1/sessions/${id}`, `/v1/sessions/${id}/events`, `/v1/sessions/${id}/diff`]) {
        expect(await table.system.api('GET', path)).toMatchObject({
          status: 404,
          body: { code: 'session_not_found' },
        });
      }
    });

    it.each([
      ['no task', { task: ' ' }],
      ['a field that there is not', { task: 'x', colour: 'red' }],
      ['an empty path', { task: 'x', files: [''] }],
    ])('a request with %s', async (_what, fields) => {
      const { project } = await table.scene();
      expect(
        await table.system.api('POST', '/v1/sessions', { project: project.name, ...fields }),
      ).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
    });

    it('a project whose folder is gone, or has become a link to another', async () => {
      const { project } = await table.scene();
      const moved = `${project.path}-moved`;
      await rename(project.path, moved);
      const gone = await table.system.runTask(project, 'Change a.py');
      const vanished = { stage: 'deliberation', code: 'project_vanished' };
      expect((await table.system.waitForEnd(gone.id)).error).toMatchObject(vanished);
      await symlink(moved, project.path);
      const linked = await table.system.runTask(project, 'Change a.py');
      expect((await table.system.waitForEnd(linked.id)).error).toMatchObject(vanished);
      await rm(project.path);
      await rename(moved, project.path);
      expect(await project.read('a.py')).toBe('VALUE = 1\n');
    });
  },
});
