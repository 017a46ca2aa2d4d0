import type { ChangeSet, PlannedChange } from '@ids/contracts';
import { IdsError } from '@ids/kernel';
import { sha256 } from '../files.js';
import type { Git } from './git.js';
import type { Planned } from './plan.js';
import { isPythonName } from './relevance.js';

const MAX_BYTES = 64 * 1024 * 1024;
const LINE_END = 0x0a;

/** The sizes of objects. @throws IdsError `git_failed` if one is not there */
export async function sizesOf(git: Git, oids: Iterable<string>): Promise<Map<string, number>> {
  const names = [...new Set(oids)];
  if (names.length === 0) return new Map();
  const input = Buffer.from(names.map((oid) => `${oid}\n`).join(''));
  const output = await git.text(['cat-file', '--batch-check=%(objectname) %(objectsize)'], { input });
  const sizes = new Map<string, number>();
  for (const line of output.split('\n')) {
    const [oid = '', size = ''] = line.split(' ');
    if (size === 'missing') throw missing();
    if (oid !== '') sizes.set(oid, Number(size));
  }
  return sizes;
}

/** Parts changes into those of a size that is read and those with a large file that is no Python. */
export async function bySize(
  git: Git,
  planned: readonly Planned[],
  maxFileBytes: number,
): Promise<{ readonly fit: Planned[]; readonly large: Planned[] }> {
  const sizes = await sizesOf(git, planned.flatMap(objectsOf));
  const isLarge = (change: Planned): boolean =>
    !isPythonName(change.path) && objectsOf(change).some((oid) => (sizes.get(oid) ?? 0) > maxFileBytes);
  return { fit: planned.filter((change) => !isLarge(change)), large: planned.filter(isLarge) };
}

function objectsOf({ before, after }: Planned): string[] {
  return [before, after].flatMap((side) => side?.oid ?? []);
}

/** The planned changes with their contents. @throws IdsError `change_too_large`, `git_failed` */
export async function changeSetOf(git: Git, planned: readonly Planned[]): Promise<ChangeSet> {
  const sizes = await sizesOf(git, planned.flatMap(objectsOf));
  const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  if (total > MAX_BYTES) throw new IdsError('change_too_large', { limit: `${MAX_BYTES} bytes` });
  const contents = await contentsOf(git, [...sizes.keys()]);
  const bytesOf = (oid: string | undefined): Buffer => {
    const bytes = oid === undefined ? undefined : contents.get(oid);
    if (bytes === undefined) throw missing();
    return bytes;
  };
  return planned.map((change): PlannedChange => {
    const { path, operation } = change;
    if (operation === 'create') return { operation, path, after: base64(bytesOf(change.after?.oid)) };
    const old = bytesOf(change.before?.oid);
    const base = { path, baseHash: sha256(old), before: base64(old) };
    if (operation === 'delete') return { operation, ...base };
    const after = base64(bytesOf(change.after?.oid));
    if (operation === 'modify') return { operation, ...base, after };
    return { operation, ...base, from: change.from ?? path, after };
  });
}

async function contentsOf(git: Git, oids: readonly string[]): Promise<Map<string, Buffer>> {
  const contents = new Map<string, Buffer>();
  if (oids.length === 0) return contents;
  const input = Buffer.from(oids.map((oid) => `${oid}\n`).join(''));
  const output = await git.bytes(['cat-file', '--batch'], { input, maxBytes: 2 * MAX_BYTES });
  for (let at = 0; at < output.length;) {
    const end = output.indexOf(LINE_END, at);
    const [oid = '', , size = ''] = output.toString('latin1', at, end).split(' ');
    const start = end + 1;
    contents.set(oid, output.subarray(start, start + Number(size)));
    at = start + Number(size) + 1;
  }
  return contents;
}

function base64(bytes: Buffer): string {
  return bytes.toString('base64');
}

function missing(): IdsError {
  return new IdsError('git_failed', { reason: 'objects are missing, as in a partial clone' });
}
