import { IdsError } from '@ids/kernel';
import { lstat, mkdir, readdir, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unless } from '../files.js';
import { Git } from './git.js';
import { refuseForeignObjects } from './objects.js';
import { findRepository, isFolder, refuse, smallFile, type Repository } from './repository.js';

/** A repository seen through a private folder; `git` never reads its configuration nor writes into it. */
export interface PrivateRepository extends Repository {
  readonly git: Git;
}

const MAX_INDEX = 256 * 1024 * 1024;
const MAX_CONFIG = 1024 * 1024;
const MAX_REFERENCES = 256 * 1024 * 1024;
const SHARED_INDEX = /^sharedindex\.[0-9a-f]{40,64}$/;

/** What is said to git in the place of the repository's own configuration. */
const CONFIG = `[core]
\tbare = false
\tfsmonitor = false
\thooksPath = /dev/null
\tsafecrlf = false
\tuntrackedCache = false
`;

/**
 * Over what the repository's own files of attributes say: no filter and no other encoding; line ends as they are in
 * the repository, so that a checkout with CRLF is not taken for a change.
 */
const ATTRIBUTES = '* text=auto !eol !ident !filter !working-tree-encoding !diff !merge\n';

/**
 * Opens the repository of a folder through an empty private folder, which becomes a git directory of our own: HEAD
 * and index are copies, objects and references are those of the repository, new objects stay in the private
 * folder. A repository's configuration can name programs (fsmonitor, filters, remotes of partial clones, hooks …);
 * it is not read at all but for the format of objects, as data. So it does not matter to whom the repository
 * belongs either, which git asks for that reason.
 * @throws IdsError `not_a_git_repository`, `git_failed`
 */
export async function openPrivately(
  folder: string,
  root: string,
  index: string,
  signal: AbortSignal,
): Promise<PrivateRepository> {
  const git = new Git(folder, signal);
  const config = async (file: string, key: string): Promise<string | null> => {
    const bytes = await smallFile(file, MAX_CONFIG);
    if (bytes === null) return null;
    const copy = join(folder, 'their-config');
    await writeFile(copy, bytes);
    const value = await git.answer(['config', '--file', copy, '--no-includes', '-z', '--get', key]);
    return value === null ? null : Buffer.from(value.replace(/\0$/, ''), 'latin1').toString('utf8');
  };
  const repository = await findRepository(root, config);
  const { gitDir, commonDir } = repository;
  if (await isFolder(join(commonDir, 'reftable'))) throw refuse(root, 'its references are a reftable');
  if (!(await isFolder(join(commonDir, 'refs')))) throw refuse(root, 'it has no folder of references');
  await refuseForeignObjects(root, join(commonDir, 'objects'));
  const format = await config(join(commonDir, 'config'), 'extensions.objectformat');
  const head = await smallFile(join(gitDir, 'HEAD'), MAX_CONFIG);
  if (head === null) throw refuse(root, 'it has no HEAD');
  await mkdir(join(folder, 'info'));
  await mkdir(join(folder, 'objects', 'info'), { recursive: true });
  await writeFile(join(folder, 'HEAD'), head);
  await writeFile(join(folder, 'config'), CONFIG + extension(format));
  await writeFile(join(folder, 'info', 'attributes'), ATTRIBUTES);
  await writeFile(join(folder, 'objects', 'info', 'alternates'), '../their-objects\n');
  const exclude = await smallFile(join(commonDir, 'info', 'exclude'), MAX_CONFIG);
  if (exclude !== null) await writeFile(join(folder, 'info', 'exclude'), exclude);
  await symlink(join(commonDir, 'objects'), join(folder, 'their-objects'));
  await symlink(join(commonDir, 'refs'), join(folder, 'refs'));
  await copyPackedReferences(root, commonDir, folder);
  await copyIndex(gitDir, index, folder);
  return { ...repository, git };
}

function extension(format: string | null): string {
  if (format?.toLowerCase() !== 'sha256') return '\trepositoryformatversion = 0\n';
  return '\trepositoryformatversion = 1\n[extensions]\n\tobjectformat = sha256\n';
}

/** As a copy: through a link git would read any file, and quote what is no reference in its message. */
async function copyPackedReferences(root: string, commonDir: string, folder: string): Promise<void> {
  const packed = join(commonDir, 'packed-refs');
  if ((await unless(lstat(packed), ['ENOENT'], null)) === null) return;
  const bytes = await smallFile(packed, MAX_REFERENCES);
  if (bytes === null) throw refuse(root, 'its packed references cannot be read');
  await writeFile(join(folder, 'packed-refs'), bytes);
}

async function copyIndex(gitDir: string, index: string, folder: string): Promise<void> {
  const shared = (await readdir(gitDir)).filter((name) => SHARED_INDEX.test(name));
  for (const [name, copy] of [[index, 'index'], ...shared.map((each) => [each, each])] as const) {
    if (name === undefined || copy === undefined) continue;
    await copyIndexFile(join(gitDir, name), join(folder, copy), name === 'index');
  }
}

async function copyIndexFile(file: string, copy: string, optional: boolean): Promise<void> {
  const stats = await unless(lstat(file), ['ENOENT'], null);
  if (stats === null && optional) return;
  const bytes = await smallFile(file, MAX_INDEX);
  if (stats === null || bytes === null) {
    throw new IdsError('git_failed', { reason: 'the index that was named cannot be read' });
  }
  await writeFile(copy, bytes);
  // git looks again into files that are not older than the index; rounded down, it looks into more of them.
  const seconds = Math.floor(stats.mtimeMs / 1_000);
  await utimes(copy, seconds, seconds);
}
