import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileAnalysisSchema } from '@ids/contracts';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { makeProject, until, type TestProject } from '@ids/testing';
import { PythonService, type PythonServiceOptions } from '../python.service.js';
import type { AnalysisCache } from './analysis-cache.js';

// Interpreters start slowly on a busy machine.
jest.setTimeout(120_000);

const services: PythonService[] = [];
let project: TestProject;

beforeEach(async () => {
  project = await makeProject();
});
afterEach(async () => {
  await Promise.all(services.splice(0).map((python) => python.close()));
  await project.remove();
});

function service(options: PythonServiceOptions = {}): PythonService {
  const python = new PythonService(options);
  services.push(python);
  return python;
}

async function write(files: Record<string, string | Uint8Array>): Promise<void> {
  for (const [path, content] of Object.entries(files)) await project.write(path, content);
}

/** Keeps everything, and remembers what it was asked for. */
class MapCache implements AnalysisCache {
  readonly entries = new Map<string, string>();
  hits = 0;
  asked = 0;

  async getMany(keys: readonly string[]): Promise<(string | undefined)[]> {
    this.asked += keys.length;
    const found = keys.map((key) => this.entries.get(key));
    this.hits += found.filter((value) => value !== undefined).length;
    return found;
  }

  async putMany(entries: readonly { readonly key: string; readonly value: string }[]): Promise<void> {
    for (const { key, value } of entries) this.entries.set(key, value);
  }
}

describe('the cache of analyses', () => {
  let cache: MapCache;
  beforeEach(async () => {
    cache = new MapCache();
    await write({ 'a.py': 'import b\n\n\ndef f(x: int) -> str: ...\n', 'b.py': 'x = 1\n', 'bad.py': '(' });
  });

  /** Analyses until all is kept: a file that was written this very moment is not. */
  async function filled(python: PythonService): ReturnType<PythonService['analyzeFolder']> {
    return await until(async () => {
      const folder = await python.analyzeFolder(project.path, '');
      return cache.entries.size === 3 ? folder : null;
    });
  }

  it('gives the same as Python did, for a folder and for a file, without asking a Python', async () => {
    const folder = await filled(service({ cache }));
    const file = await service({ cache }).analyzeFile(project.path, 'a.py');
    const again = service({ cache });
    const hits = cache.hits;
    expect(await again.analyzeFolder(project.path, '')).toEqual(folder);
    expect(await again.analyzeFile(project.path, 'a.py')).toEqual(file);
    expect(cache.hits - hits).toBe(4);
    for (const [key, value] of cache.entries) cache.entries.set(key, value.replace('"b"', '"changed"'));
    const changed = await again.analyzeFile(project.path, 'a.py');
    expect(fileAnalysisSchema.parse(changed).imports[0]?.module).toBe('changed');
  });

  it('knows a file by its content alone: under another name, but not with another letter', async () => {
    const python = service({ cache });
    await filled(python);
    const hits = cache.hits;
    await write({ 'copy/other.py': await project.read('a.py') });
    const copied = await python.analyzeFolder(project.path, 'copy');
    expect([cache.hits - hits, copied.largest[0]?.path]).toEqual([1, 'copy/other.py']);
    await write({ 'copy/other.py': `${await project.read('a.py')}y = 2\n` });
    expect((await python.analyzeFolder(project.path, 'copy')).lines).toBe(5);
  });

  it('holds nothing that a limit decided, and takes garbage for a miss', async () => {
    const python = service({ cache, limits: { fileSeconds: 1 } });
    await write({ 'slow/slow.py': `x = f"${'{a}'.repeat(200_000)}"\n` });
    const limited = await python.analyzeFolder(project.path, 'slow');
    expect([limited.failed.length, cache.entries.size]).toEqual([1, 0]);
    await unlink(join(project.path, 'slow/slow.py'));
    const folder = await filled(python);
    for (const key of cache.entries.keys()) cache.entries.set(key, '{"lines":-1}');
    expect(await python.analyzeFolder(project.path, '')).toEqual(folder);
  });
});
