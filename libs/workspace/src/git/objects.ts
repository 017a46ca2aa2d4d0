import { lstat, readdir, realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { unless } from '../files.js';
import { refuse, smallFile } from './repository.js';

const ABSENT = ['ENOENT', 'ENOTDIR', 'ELOOP', 'EACCES'];
const MAX_ALTERNATES = 64 * 1024;
/** More stores than that are no repository that anybody works with. */
const MAX_STORES = 50;

/**
 * Refuses a repository whose objects lie where its owner may not read, since the worker may. git makes no links in
 * a store of objects, so none is taken; a store that it borrows from (`git clone --shared`) must belong to the
 * same user.
 * @param objects the folder of the repository's own objects, with links resolved
 * @throws IdsError `not_a_git_repository`
 */
export async function refuseForeignObjects(root: string, objects: string): Promise<void> {
  const { uid } = await lstat(objects);
  const seen = new Set([objects]);
  for (const store of seen) {
    const stats = await unless(lstat(store), ABSENT, null);
    if (stats === null) continue;
    if (stats.uid !== uid) throw refuse(root, 'it borrows objects that belong to another user');
    if (seen.size > MAX_STORES) throw refuse(root, 'it borrows objects from too many places');
    await refuseLinks(root, store);
    for (const next of await borrowedBy(root, store)) seen.add(next);
  }
}

async function refuseLinks(root: string, store: string): Promise<void> {
  for (const entry of await readdir(store, { withFileTypes: true })) {
    const inside = entry.isDirectory() ? await readdir(join(store, entry.name), { withFileTypes: true }) : [];
    if ([entry, ...inside].some((each) => each.isSymbolicLink())) {
      throw refuse(root, 'there is a link among its objects');
    }
  }
}

/** The stores that git looks into besides this one. */
async function borrowedBy(root: string, store: string): Promise<string[]> {
  const file = join(store, 'info', 'alternates');
  if ((await unless(lstat(file), ABSENT, null)) === null) return [];
  const bytes = await smallFile(file, MAX_ALTERNATES);
  const lines = Buffer.from(bytes ?? [])
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  if (bytes === null || lines.some((line) => line.startsWith('"') || line.includes('\ufffd'))) {
    throw refuse(root, 'it cannot be told from where it borrows objects');
  }
  const found = lines.map((line) => unless(realpath(resolve(store, line)), ABSENT, null));
  return (await Promise.all(found)).filter((each) => each !== null);
}
