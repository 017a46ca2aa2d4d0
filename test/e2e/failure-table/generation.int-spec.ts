import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { editBlock, voteJson, type Behaviour } from '@ids/testing';
import { agreeing, coder, cut, reply, setValue, stall, status, tooMany, writes } from './models.js';
import { failureTable, type Row } from './table.js';

/** A fault of the coder: nothing was touched, the session is rolled back all the same. */
function fails(name: string, code: string, model: Row['model'], row: Partial<Row> = {}): Row {
  return {
    name,
    ...(model === undefined ? {} : { model }),
    ends: 'rolled_back',
    error: { stage: 'generation', code },
    journal: 'none',
    attempts: 0,
    ...row,
  };
}

const always = (behaviour: Behaviour): Row['model'] => coder(() => behaviour);

/** An answer that touches what it may not ends the session at once: no repair, and the sentence names the path. */
function forbidden(what: string, answer: string, says: RegExp, row: Partial<Row> = {}): Row {
  return fails(`the coder would touch ${what}`, 'edit_not_allowed', writes(answer), {
    error: { stage: 'generation', code: 'edit_not_allowed', says },
    calls: { coder: 1 },
    ...row,
  });
}

const creates = (path: string): string => editBlock(path, '', 'print("here")\n');
const LATIN1 = Uint8Array.from([...Buffer.from('VALUE = "caf'), 0xe9, ...Buffer.from('"\n')]);

const faultsOfTheModel: Row[] = [
  fails('the connection is cut', 'model_unreachable', always(cut()), { calls: { coder: 4 } }),
  fails('the connection is cut in the answer', 'model_unreachable', always(cut('a.py\n<<<<<<<'))),
  fails('the key is refused', 'model_unauthorized', always(status(401)), { calls: { coder: 1 } }),
  fails('429 asks for more patience than a call has', 'model_refused', always(tooMany(3_600))),
  fails('the model is silent', 'model_timeout', always(stall())),
  fails('the model falls silent in its answer', 'model_timeout', always(stall('a.py\n'))),
  fails(
    'the budget does not reach for the coder',
    'budget_exceeded',
    () => (request) =>
      request.role === 'generalist'
        ? reply(voteJson(), { usage: { prompt: 190_000, completion: 5_000 } })
        : agreeing()(request),
    { calls: { coder: 0 } },
  ),
];

const unusableAnswers: Row[] = [
  fails('the answer holds no edit', 'model_nonsense', writes('Done! I changed a.py as you asked.'), {
    calls: { coder: 3 },
  }),
  fails('the answer is empty', 'model_nonsense', writes('')),
  fails('a block is never closed', 'edit_failed', writes('a.py\n<<<<<<< SEARCH\nVALUE = 1\n')),
  fails('the text to be replaced is not there', 'edit_failed', writes(setValue(7, 8)), {
    calls: { coder: 3 },
    error: { stage: 'generation', code: 'edit_failed', says: /a\.py/ },
  }),
  fails(
    'the text to be replaced is there twice',
    'edit_failed',
    writes(editBlock('a.py', 'x = 1\n', 'x = 2\n')),
    {
      files: { 'a.py': 'x = 1\nprint()\nx = 1\n' },
    },
  ),
  fails('the file to be deleted is not there', 'edit_failed', writes('b.py\n<<<<<<< DELETE\n>>>>>>> DELETE')),
  fails('nothing would change', 'no_changes', writes(setValue(1, 1))),
  {
    name: 'an edit that does not match is repaired',
    model: coder(({ occurrence, stage }) =>
      reply(occurrence === 1 && stage === 'generation' ? setValue(7, 8) : setValue(1, 2)),
    ),
    ends: 'applied',
    tree: { 'a.py': 'VALUE = 2\n' },
    journal: 'applied',
    attempts: 1,
    calls: { coder: 2 },
  },
];

const forbiddenEdits: Row[] = [
  forbidden('a file outside of the project', creates('../outside.py'), /\.\.\/outside\.py/),
  forbidden('an absolute path', creates('/tmp/ids-outside.py'), /ids-outside/),
  forbidden('.git', creates('.git/config'), /\.git/),
  forbidden('.git by a detour', creates('pkg/../.git/hooks/run.py'), /\.git/),
  forbidden('.git in other letters', creates('.GIT/x.py'), /\.GIT/),
  forbidden('.ids', creates('.ids/backups/x.py'), /\.ids/),
  forbidden('a file that is no text', creates('logo.png'), /logo\.png/),
  forbidden('a program', creates('run.sh'), /run\.sh/),
  forbidden('a name that Windows reserves', creates('aux.py'), /aux\.py/),
  forbidden('a place outside by a rename', 'a.py\n<<<<<<< RENAME ../b.py\n>>>>>>> RENAME', /\.\.\/b\.py/),
  forbidden('.git by a deletion', '.git/HEAD\n<<<<<<< DELETE\n>>>>>>> DELETE', /\.git/, {
    files: { 'a.py': 'VALUE = 1\n', '.git/HEAD': 'ref: refs/heads/main\n' },
  }),
  forbidden('a good file and .git in one answer', `${setValue(1, 2)}\n${creates('.git/x.py')}`, /\.git/),
  forbidden('a folder outside through a link', creates('door/evil.py'), /door/, {
    before: ({ project }) => symlink('/tmp', join(project.path, 'door')),
  }),
  forbidden('a file outside through a link', editBlock('door.py', 'x\n', 'y\n'), /door\.py/, {
    before: ({ project }) => symlink('/etc/hostname', join(project.path, 'door.py')),
  }),
  forbidden('a file that is not UTF-8', editBlock('b.py', 'VALUE\n', 'OTHER\n'), /b\.py/, {
    files: { 'a.py': 'VALUE = 1\n', 'b.py': LATIN1 },
  }),
  forbidden('a file that is too large', editBlock('b.py', 'x = 1\n', 'x = 2\n'), /b\.py.*16384 bytes/, {
    files: { 'a.py': 'VALUE = 1\n', 'b.py': 'x = 1\n'.repeat(5_000) },
  }),
];

/** Only a model that is silent may take 20 s, also on a machine on which all else is slow. */
const env = { IDS_MODEL_TIMEOUT_SECONDS: '20', IDS_MAX_FILE_KB: '16' };
failureTable('faults of the generation', { env }, [
  ...faultsOfTheModel,
  ...unusableAnswers,
  ...forbiddenEdits,
]);
