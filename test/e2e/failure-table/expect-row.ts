import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isEnd, type Session, type SessionEvent } from '@ids/contracts';
import { mayFollow } from '@ids/saga';
import { snapshotTree } from '@ids/testing';
import { expect } from '@jest/globals';
import type { Played, Row, RowError } from './table.js';

/** Looks at all that a fault may have left: the session, the tree, the journal, the events, the model's calls. */
export async function expectRow({ row, scene, treeBefore, session }: Played): Promise<void> {
  const { system, project } = scene;
  expect(summary(session)).toEqual({ status: row.ends, error: told(row.error) });
  if (row.error?.says !== undefined) expect(session.error?.message).toMatch(row.error.says);
  await expectTree(project.path, treeBefore, row.tree ?? {});
  await expectJournal(project.path, session, row.journal);
  expectEvents(
    row,
    session,
    (await system.events(session.id)).map(({ event }) => event),
  );
  if (row.attempts !== undefined) expect(session.attempts).toBe(row.attempts);
  if (row.calls !== undefined) expectCalls(row.calls, played(system.model.calls, session));
}

function summary({ status, error }: Session): { status: string; error: string } {
  return { status, error: told(error) };
}

/** In one line, so that a difference is read at once. */
function told(error: RowError | undefined): string {
  return error === undefined ? 'none' : `${error.stage}: ${error.code}`;
}

async function expectTree(
  root: string,
  before: Readonly<Record<string, string>>,
  changed: NonNullable<Row['tree']>,
): Promise<void> {
  // A new file brings its new folder along.
  const folders = Object.keys(changed).map((path) => dirname(path));
  const paths = [...Object.keys(changed), ...folders.filter((folder) => before[folder] === undefined)];
  const others = (tree: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(Object.entries(tree).filter(([path]) => !paths.includes(path)));
  expect(others(await snapshotTree(root))).toEqual(others(before));
  for (const [path, text] of Object.entries(changed)) {
    const now = existsSync(join(root, path)) ? await readFile(join(root, path), 'utf8') : null;
    expect({ path, text: now }).toEqual({ path, text });
  }
}

async function expectJournal(root: string, session: Session, journal: Row['journal']): Promise<void> {
  const ids = join(root, '.ids');
  const left = await readdir(ids).catch(() => []);
  if (journal !== 'undoing' && journal !== 'damaged') {
    expect(left.filter((name) => name !== '.gitignore' && name !== 'backups')).toEqual([]);
  }
  const backups = join(ids, 'backups', session.id);
  if (journal === 'none') expect(existsSync(backups)).toBe(false);
  if (journal === 'none' || journal === 'damaged') return;
  const manifest: unknown = JSON.parse(await readFile(join(backups, 'manifest.json'), 'utf8'));
  expect(manifest).toMatchObject({ sessionId: session.id, state: journal });
  if (session.status !== 'applied') return;
  for (const { backup, operation } of session.changes) {
    expect({ operation, kept: backup !== null && existsSync(join(root, backup)) }).toEqual({
      operation,
      kept: operation !== 'create',
    });
  }
}

function expectEvents(row: Row, session: Session, events: readonly SessionEvent[]): void {
  expect(events[0]?.type).toBe('session.created');
  const statuses = events.flatMap((event) => (event.type === 'status' ? [event] : []));
  let at: Session['status'] = 'queued';
  for (const { from, status } of statuses) {
    expect(`${at} to ${status}`).toBe(`${from} to ${status}`);
    expect(`${from} to ${status}: ${mayFollow(from, status)}`).toBe(`${from} to ${status}: true`);
    at = status;
  }
  const ends = statuses.map(({ status }) => status).filter(isEnd);
  expect(ends).toEqual(row.passes === undefined ? [row.ends] : [...row.passes, row.ends]);
  const errors = events.flatMap((event) => (event.type === 'error' ? [told(event.error)] : []));
  const last = row.error === undefined ? [] : [told(row.error)];
  expect(errors).toEqual([...(row.earlier ?? []).map(told), ...last]);
  const begun = statuses.filter(({ status }) => status === 'rolling_back');
  const done = statuses.filter(({ from }) => from === 'rolling_back');
  const rollbacks = row.rollbacks ?? (row.ends.startsWith('roll') ? 1 : 0);
  expect([begun.length, done.length]).toEqual([rollbacks, rollbacks]);
}

type Calls = readonly { readonly session: string; readonly role: string }[];

function played(calls: Calls, session: Session): Calls {
  return calls.filter((call) => call.session === session.id);
}

function expectCalls(wanted: NonNullable<Row['calls']>, calls: Calls): void {
  const coder = calls.filter(({ role }) => role === 'coder').length;
  const seen = { coder, parliament: calls.length - coder };
  expect(seen).toMatchObject(wanted);
}
