import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ProjectFolders } from './folders.js';

async function opened(gate: AbortController): Promise<void> {
  if (!gate.signal.aborted) await once(gate.signal, 'abort');
}

describe('ProjectFolders', () => {
  let temporary: string;
  let folders: ProjectFolders;
  beforeEach(async () => {
    temporary = await mkdtemp(join(tmpdir(), 'ids-folders-spec-'));
    folders = new ProjectFolders(temporary);
  });
  afterEach(async () => {
    await folders.close();
    await rm(temporary, { recursive: true });
  });

  const folderOf = (root: string): Promise<string> =>
    folders.use(root, undefined, (folder) => Promise.resolve(folder));

  it('gives a project the same folder each time, and each project its own', async () => {
    const first = await folderOf('/a');
    await writeFile(join(first, 'kept'), '');
    expect(await folderOf('/b')).not.toBe(first);
    expect(await folderOf('/a')).toBe(first);
    expect(await readdir(first)).toEqual(['kept']);
  });

  it('makes them once it can, after it could not', async () => {
    await rm(temporary, { recursive: true });
    await expect(folderOf('/a')).rejects.toThrow('ENOENT');
    await mkdir(temporary);
    expect(await folderOf('/a')).toContain(temporary);
  });

  it('does one piece of work at a time for a project, also after one that failed', async () => {
    const events: string[] = [];
    const started = new AbortController();
    const gate = new AbortController();
    const first = folders.use('/a', undefined, async () => {
      events.push('first starts');
      started.abort();
      await opened(gate);
      events.push('first ends');
      throw new Error('failed');
    });
    const second = folders.use('/a', undefined, () => Promise.resolve(events.push('second')));
    // The two make their folders side by side: only this wait says which of them comes first.
    await opened(started);
    const other = folders.use('/b', undefined, () => Promise.resolve(events.push('other project')));
    await other;
    gate.abort();
    await expect(first).rejects.toThrow('failed');
    await second;
    expect(events).toEqual(['first starts', 'other project', 'first ends', 'second']);
  });

  it('lets go of one that waits when it is aborted', async () => {
    const controller = new AbortController();
    const gate = new AbortController();
    const first = folders.use('/a', undefined, () => opened(gate));
    const waiting = folders.use('/a', controller.signal, () => Promise.reject(new Error('it was started')));
    controller.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    gate.abort();
    await first;
    expect(await folderOf('/a')).toBeDefined();
  });

  it('keeps the folders of the eight projects that were used last', async () => {
    const parent = dirname(await folderOf('/0'));
    for (let i = 1; i < 8; i += 1) await folderOf(`/${i}`);
    const oldest = await folderOf('/0');
    const second = await folderOf('/1');
    await folderOf('/8');
    await folderOf('/9');
    const left = await readdir(parent);
    expect(left).toHaveLength(8);
    expect(left).toEqual(expect.arrayContaining([basename(oldest), basename(second)]));
  });

  it('removes what killed processes of this host left, and nothing else', async () => {
    const own = dirname(await folderOf('/a'));
    const prefix = basename(own).replace(/\d+-\w+$/, '');
    const dead = execFileSync(process.execPath, ['-p', 'process.pid'], { encoding: 'utf8' }).trim();
    const left = [`${prefix}${dead}-abc`, `${prefix}${process.pid}-of-an-earlier-process-with-this-number`];
    const others = [`${prefix}${process.ppid}-abc`, 'ids-types-00000000-1-abc', 'other'];
    for (const name of [...left, ...others]) await mkdir(join(temporary, name, 'inner'), { recursive: true });
    const next = new ProjectFolders(temporary);
    await next.use('/a', undefined, () => Promise.resolve());
    expect(await readdir(temporary)).toEqual(expect.arrayContaining([...others, basename(own)]));
    expect(await readdir(temporary)).not.toEqual(expect.arrayContaining([left[0]]));
    expect(await readdir(temporary)).not.toEqual(expect.arrayContaining([left[1]]));
    await next.close();
    await folders.close();
    expect((await readdir(temporary)).sort()).toEqual([...others].sort());
  });
});
