import { changeSetSchema, sessionIdSchema } from '@ids/contracts';
import { readFile } from 'node:fs/promises';
import { Workspace } from '../src/index.js';
import { deadlyFileSystem } from './counting-file-system.js';

/** Applies or undoes, until it kills itself: ROOT apply|undo SESSION FILE-WITH-CHANGES NUMBER-OF-THE-FATAL-CALL */
const [root = '', what, session, changesFile = '', fatal] = process.argv.slice(2);
const workspace = new Workspace(root, { maxFileBytes: 1_000_000, fs: deadlyFileSystem(Number(fatal)) });
const sessionId = sessionIdSchema.parse(session);
const guard = { check: () => Promise.resolve() };
if (what === 'undo') await workspace.undo(sessionId, guard);
else {
  const changes = changeSetSchema.parse(JSON.parse(await readFile(changesFile, 'utf8')));
  await workspace.apply(sessionId, changes, guard);
}
