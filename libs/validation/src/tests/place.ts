import { chmod, copyFile, lchown, mkdir, open, readdir, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Owner } from './copy-tree.js';
import { removeTree } from './remove-tree.js';

/** The folders of one run, in a private folder that goes with it. */
export interface Place {
  /** The copy of the project. */
  readonly copy: string;
  /** The run's folder for temporary files. */
  readonly temp: string;
  /** Our programs that run the tests. */
  readonly runners: string;
  readonly report: string;
  /** Held open: whatever is put in its place, this is the file that was made. */
  readonly reportFile: FileHandle;
  readonly passwd: string;
  readonly group: string;
  readonly hosts: string;
}

const RUNNERS = fileURLToPath(new URL('../runners', import.meta.url));
const READABLE = 0o644;
export const HOST_NAME = 'tests';

/** Runs `work` with fresh folders below `parent`, which are removed whatever happens. */
export async function withPlace<T>(
  parent: string,
  owner: Owner,
  work: (place: Place) => Promise<T>,
): Promise<T> {
  const folder = join(parent, 'run');
  await mkdir(folder, { mode: 0o755 });
  let place: Place | undefined;
  try {
    place = await makePlace(folder, owner);
    return await work(place);
  } finally {
    await place?.reportFile.close();
    await removeTree(folder);
  }
}

async function makePlace(folder: string, owner: Owner): Promise<Place> {
  const inside = (name: string): string => join(folder, name);
  const place = {
    copy: inside('copy'),
    temp: inside('tmp'),
    runners: inside('runners'),
    report: inside('report'),
    passwd: inside('passwd'),
    group: inside('group'),
    hosts: inside('hosts'),
  };
  for (const made of [place.copy, place.temp, place.runners]) await mkdir(made, { mode: 0o755 });
  for (const name of (await readdir(RUNNERS)).filter((each) => each.endsWith('.py'))) {
    await copyFile(join(RUNNERS, name), join(place.runners, name));
    // The tests' user must be able to read them, whatever rights they were checked out with.
    await chmod(join(place.runners, name), READABLE);
  }
  const user = owner ?? process.getuid?.() ?? 0;
  const root = user === 0 ? '' : 'root:x:0:0::/root:/bin/sh\n';
  await writeFile(place.passwd, `${root}tests:x:${user}:${user}::/tmp:/bin/sh\n`);
  await writeFile(place.group, `${user === 0 ? '' : 'root:x:0:\n'}tests:x:${user}:\n`);
  await writeFile(place.hosts, `127.0.0.1 localhost ${HOST_NAME}\n::1 localhost\n`);
  for (const file of [place.passwd, place.group, place.hosts]) await chmod(file, READABLE);
  const reportFile = await open(place.report, 'wx+', 0o600);
  try {
    if (owner !== undefined) {
      for (const owned of [place.copy, place.temp, place.report]) await lchown(owned, owner, owner);
    }
  } catch (error) {
    await reportFile.close();
    throw error;
  }
  return { ...place, reportFile };
}
