import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { Round } from '@ids/contracts';
import { IdsError } from '@ids/kernel';
import { gatherContext, namedFiles, type ContextInput } from './context.js';
import type { ProjectReader } from './project-reader.js';

const FILES: Record<string, string | Uint8Array> = {
  'app/vessel.py': 'class Vessel:\r\n    pass\r\n',
  'app/crew.py': 'x = 1\n',
  'lib/crew.py': 'y = 2\n',
  'my dir/odd name.py': 'z = 3\n',
  'pyproject.toml': '[project]\n',
  'bad.py': Uint8Array.of(0xff, 0xfe, 0x41),
};

function reader(files = FILES, truncated = false): ProjectReader {
  return {
    read: (path) => {
      if (path.startsWith('..') || path.startsWith('/'))
        return Promise.reject(new IdsError('path_not_allowed', { path, reason: 'it lies outside' }));
      if (path === 'huge.py') return Promise.reject(new IdsError('file_too_large', { path, limit: '1 MB' }));
      const content = files[path];
      if (content === undefined) return Promise.reject(new IdsError('file_not_found', { path }));
      const bytes = Buffer.from(content);
      return Promise.resolve({ path, bytes, hash: createHash('sha256').update(bytes).digest('hex') });
    },
    list: () => {
      const listed = Object.keys(files).map((path) => ({ path, bytes: 1 }));
      return Promise.resolve({ files: truncated ? [] : listed, truncated });
    },
    survey: () => Promise.resolve({ files: [], edges: [] }),
  };
}

function gather(input: Partial<ContextInput>, from = reader()): ReturnType<typeof gatherContext> {
  return gatherContext({ project: 'p', task: '', files: [], named: [], guidance: [], ...input }, from);
}
const shown = async (input: Partial<ContextInput>): Promise<string[]> =>
  (await gather(input)).files.map((file) => file.path);

describe('gatherContext', () => {
  const tasks: [string, string[]][] = [
    ['Add logging to app/vessel.py', ['app/vessel.py']],
    ['Add logging to vessel.py.', ['app/vessel.py']],
    ['(see ./app/vessel.py, app\\crew.py)', ['app/vessel.py', 'app/crew.py']],
    ['`app/vessel.py:12` and "pyproject.toml"', ['app/vessel.py', 'pyproject.toml']],
    ['Fix "my dir/odd name.py" now', ['my dir/odd name.py']],
    ['Explain https://example.org/app/vessel.py', []],
    ['What about version 1.2.3, e.g. *.py files or app/vessel.pyc?', []],
    ['app/vessel.py app/vessel.py', ['app/vessel.py']],
  ];
  it.each(tasks)('finds the files in %j', async (task, paths) => {
    expect(await shown({ task })).toEqual(paths);
  });

  it('shows text with line feeds, the hash of the bytes, and the outline', async () => {
    const context = await gather({ files: ['app/vessel.py'] });
    expect(context.files).toEqual([
      {
        path: 'app/vessel.py',
        text: 'class Vessel:\n    pass\n',
        hash: createHash('sha256').update('class Vessel:\r\n    pass\r\n').digest('hex'),
      },
    ]);
    expect(context.outline).toContain('app/crew.py');
  });

  it('says which files a short name could mean instead of choosing one', async () => {
    const context = await gather({ task: 'Tidy crew.py' });
    expect(context.files).toEqual([]);
    expect(context.omitted).toEqual([
      { path: 'crew.py', reason: 'several files have this name: app/crew.py, lib/crew.py' },
    ]);
  });

  it('says what is missing, whoever of the persons named it', async () => {
    const context = await gather({
      task: 'Change app/none.py',
      files: ['other.py'],
      guidance: ['see third.py'],
    });
    expect(context.missing).toEqual(['other.py', 'app/none.py', 'third.py']);
  });

  it('reads files named in the guidance and by agents; an agent that names nothing real is ignored', async () => {
    expect(await shown({ guidance: ['look at app/crew.py'], named: ['pyproject.toml', 'dream.py'] })).toEqual(
      ['app/crew.py', 'pyproject.toml'],
    );
    expect((await gather({ named: ['dream.py'] })).missing).toEqual([]);
  });

  it('reads a file that the list was too short to hold', async () => {
    const context = await gather({ files: ['app/vessel.py'] }, reader(FILES, true));
    expect(context.files).toHaveLength(1);
  });

  it.each([
    ['file_too_large', { files: ['huge.py'] }],
    ['file_too_large', { task: 'Change huge.py' }],
    ['not_utf8', { task: 'Change bad.py' }],
    ['path_not_allowed', { files: ['../secret.py'] }],
  ])('stops with %s for %j', async (code, input) => {
    await expect(gather(input)).rejects.toMatchObject({ code });
  });

  it('leaves out, with the reason, what agents name and what a text names outside of the project', async () => {
    const context = await gather({ task: 'Compare /etc/x.txt', named: ['huge.py', 'bad.py'] });
    expect(context.omitted.map((file) => file.path)).toEqual(['/etc/x.txt', 'huge.py', 'bad.py']);
  });

  it('keeps within its limits and says what it left out', async () => {
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`f${i}.py`, 'x']));
    const context = await gather({ files: Object.keys(many) }, reader(many));
    expect([context.files.length, context.omitted.length]).toEqual([24, 6]);
    const large = { 'a.py': 'x'.repeat(300_000), 'b.py': 'y' };
    const one = await gather({ files: ['a.py', 'b.py'] }, reader(large));
    expect([one.files.length, one.omitted[0]?.path]).toEqual([1, 'b.py']);
  });

  it('is quick on a hostile task', async () => {
    const start = Date.now();
    for (const piece of ['a/', 'a', '.', './', '"', '/.py', 'a.p'])
      await gather({ task: piece.repeat(100_000) });
    expect(Date.now() - start).toBeLessThan(5_000);
  });
});

describe('namedFiles', () => {
  it('gives the files of the project that agents name, in order, each once', () => {
    const vote = { confidence: 1, risk: 1, outcome: 1, approach: '', concerns: [] as string[] };
    const round: Round = {
      number: 1,
      opinions: [
        { role: 'sre_critic', name: 'V', ...vote, concerns: ['vessel.py shares state', 'crew.py too'] },
        { role: 'developer_critic', name: 'B', error: { code: 'model_timeout', message: 'pyproject.toml' } },
      ],
      synthesis: { role: 'generalist', name: 'A', ...vote, approach: 'First `lib/crew.py`, then dream.py.' },
      merged: { avgConfidence: 1, maxRisk: 1, avgOutcome: 1, stdConfidence: 0, stdOutcome: 0 },
      decision: 'continue',
      reasoning: '',
    };
    expect(namedFiles([round, round], Object.keys(FILES))).toEqual(['lib/crew.py', 'app/vessel.py']);
  });
});
