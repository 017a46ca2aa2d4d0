import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { ChangeSet, Decision } from '@ids/contracts';
import { IdsError, newSessionId } from '@ids/kernel';
import type { ModelPort, ModelRequest } from '@ids/llm';
import { Coder, type CoderInput } from './coder.js';
import type { ProjectReader } from './project-reader.js';

type Files = Record<string, string | Uint8Array>;
const sha256 = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

function readerOf(files: Files): ProjectReader {
  return {
    read: (path) => {
      const content = files[path];
      if (content === undefined) return Promise.reject(new IdsError('file_not_found', { path }));
      if (content === 'HUGE') return Promise.reject(new IdsError('file_too_large', { path, limit: '1 kB' }));
      return Promise.resolve({ path, bytes: Buffer.from(content), hash: sha256(content) });
    },
    list: () => Promise.resolve({ files: [], truncated: false }),
    survey: () => Promise.resolve({ files: [], edges: [] }),
  };
}

/** Gives the replies in turn and keeps the requests. */
function scripted(...replies: string[]): { model: ModelPort; requests: ModelRequest[] } {
  const requests: ModelRequest[] = [];
  const model: ModelPort = {
    label: 'scripted',
    complete: (request) => {
      requests.push(request);
      const text = replies[requests.length - 1];
      if (text === undefined) return Promise.reject(new Error('asked too often'));
      return Promise.resolve({ text, model: 'm', promptTokens: 1, completionTokens: 1, latencyMs: 1 });
    },
  };
  return { model, requests };
}

const decision: Decision = {
  kind: 'consensus',
  round: 2,
  approach: 'Do it so.',
  concerns: ['Mind the gap.'],
  merged: { avgConfidence: 90, maxRisk: 10, avgOutcome: 90, stdConfidence: 0, stdOutcome: 0 },
};

function inputOf(files: Files, extra: Partial<CoderInput> = {}): CoderInput {
  const shown = Object.keys(files).filter((path) => path !== 'hidden.py' && files[path] !== 'HUGE');
  return {
    sessionId: newSessionId(),
    attempt: 1,
    task: 'Add logging',
    decision,
    context: {
      project: 'p',
      files: shown.map((path) => ({ path, hash: 'old', text: 'old' })),
      missing: [],
      omitted: [],
      related: [],
      outline: '',
    },
    reader: readerOf(files),
    allow: (path) => {
      if (path.includes('..') || path.startsWith('/') || path.startsWith('.git'))
        throw new IdsError('path_not_allowed', { path, reason: 'it lies outside of the project' });
      return path;
    },
    ...extra,
  };
}

async function write(files: Files, replies: string[], extra?: Partial<CoderInput>): Promise<ChangeSet> {
  return new Coder(scripted(...replies).model).write(inputOf(files, extra), new AbortController().signal);
}

function block(path: string, search: string, replace: string): string {
  return `${path}\n<<<<<<< SEARCH\n${search}${search && '\n'}=======\n${replace}${replace && '\n'}>>>>>>> REPLACE\n`;
}

const del = (path: string): string => `${path}\n<<<<<<< DELETE\n>>>>>>> DELETE\n`;
const move = (from: string, to: string): string => `${from}\n<<<<<<< RENAME ${to}\n>>>>>>> RENAME\n`;

/** The change set with its bytes as latin1 text. */
function plain(changes: ChangeSet): unknown[] {
  return changes.map((change) => {
    const { path, operation } = change;
    const after = 'after' in change ? Buffer.from(change.after, 'base64').toString('latin1') : undefined;
    return [
      operation,
      path,
      ...(operation === 'rename' ? [change.from] : []),
      ...(after === undefined ? [] : [after]),
    ];
  });
}

describe('Coder: bytes', () => {
  const bytes: [string, string, string, string][] = [
    ['LF', 'a = 1\nb = 2\n', 'a = 1', 'a = 3\nb = 2\n'],
    ['CRLF', 'a = 1\r\nb = 2\r\n', 'a = 1', 'a = 3\r\nb = 2\r\n'],
    ['mixed line ends', 'a = 1\r\nb = 2\nc = 3\r\n', 'a = 1', 'a = 3\r\nb = 2\nc = 3\r\n'],
    ['no final newline', 'b = 2\na = 1', 'a = 1', 'b = 2\na = 3'],
    ['CRLF without a final newline', 'b\r\na = 1', 'a = 1', 'b\r\na = 3'],
    ['a byte order mark', '\xef\xbb\xbfa = 1\n', 'a = 1', '\xef\xbb\xbfa = 3\n'],
    [
      'a latin-1 cookie',
      '# coding: latin-1\ns = "\xe9"\na = 1\n',
      'a = 1',
      '# coding: latin-1\ns = "\xe9"\na = 3\n',
    ],
    ['a form feed', 'x\n\f\na = 1\n', 'a = 1', 'x\n\f\na = 3\n'],
  ];
  it.each(bytes)('keeps %s', async (_name, before, search, after) => {
    const file = Buffer.from(before, 'latin1');
    const changes = await write({ 'a.py': file }, [block('a.py', search, 'a = 3')]);
    expect(plain(changes)).toEqual([['modify', 'a.py', after]]);
    expect(changes[0]).toMatchObject({ baseHash: sha256(file), before: file.toString('base64') });
  });

  it('sends a character back that the encoding does not have', async () => {
    const file = Buffer.from('# coding: latin-1\na = "\xe9"\n', 'latin1');
    const { model, requests } = scripted(
      block('a.py', 'a = "é"', 'a = "€"'),
      block('a.py', 'a = "é"', 'a = "à"'),
    );
    const changes = await new Coder(model).write(inputOf({ 'a.py': file }), new AbortController().signal);
    expect(plain(changes)).toEqual([['modify', 'a.py', '# coding: latin-1\na = "\xe0"\n']]);
    expect(requests[1]?.messages.at(-1)?.content).toMatch(/latin-1\) does not have/);
  });
});

describe('Coder: operations', () => {
  it('gives one change per path, in the order of the paths', async () => {
    const changes = await write({ 'a.py': 'a\n', 'b.py': 'b\n', 'c.py': 'c\n' }, [
      [
        block('new.py', '', 'n'),
        block('c.py', 'c', 'c2'),
        block('c.py', 'c2', 'c3'),
        'b.py\n<<<<<<< DELETE\n>>>>>>> DELETE\n',
        'a.py\n<<<<<<< RENAME pkg/z.py\n>>>>>>> RENAME\n',
        block('pkg/z.py', 'a', 'z'),
      ].join('\n'),
    ]);
    expect(plain(changes)).toEqual([
      ['delete', 'b.py'],
      ['modify', 'c.py', 'c3\n'],
      ['create', 'new.py', 'n\n'],
      ['rename', 'pkg/z.py', 'a.py', 'z\n'],
    ]);
  });

  const combined: [string, string, unknown[]][] = [
    ['delete and create is a modify', del('a.py') + block('a.py', '', 'n'), [['modify', 'a.py', 'n\n']]],
    [
      'create and delete is nothing beside another',
      block('n.py', '', 'n') + del('n.py') + del('a.py'),
      [['delete', 'a.py']],
    ],
    [
      'rename onto a deleted file',
      del('b.py') + move('a.py', 'b.py'),
      [
        ['delete', 'a.py'],
        ['modify', 'b.py', 'a\n'],
      ],
    ],
    ['rename twice', move('a.py', 'x.py') + move('x.py', 'y.py'), [['rename', 'y.py', 'a.py', 'a\n']]],
    [
      'a new file where one was renamed away',
      move('a.py', 'x.py') + block('a.py', '', 'n'),
      [
        ['modify', 'a.py', 'n\n'],
        ['create', 'x.py', 'a\n'],
      ],
    ],
    [
      'a swap',
      move('a.py', 't.py') + move('b.py', 'a.py') + move('t.py', 'b.py'),
      [
        ['modify', 'a.py', 'b\n'],
        ['modify', 'b.py', 'a\n'],
      ],
    ],
    ['an edit of a file that was not shown', block('hidden.py', 'h', 'H'), [['modify', 'hidden.py', 'H\n']]],
  ];
  it.each(combined)('%s', async (_name, reply, expected) => {
    expect(plain(await write({ 'a.py': 'a\n', 'b.py': 'b\n', 'hidden.py': 'h\n' }, [reply]))).toEqual(
      expected,
    );
  });

  it('reads the files now, not as the context had them', async () => {
    const { model, requests } = scripted(block('a.py', 'fresh', 'x'));
    await new Coder(model).write(inputOf({ 'a.py': 'fresh\n' }), new AbortController().signal);
    expect(requests[0]?.subject.files).toEqual([{ path: 'a.py', hash: sha256('fresh\n'), text: 'fresh\n' }]);
  });

  it('says which file of the context is gone', async () => {
    const { model, requests } = scripted(block('b.py', '', 'x'));
    const input = inputOf({ 'a.py': 'a\n' }, { reader: readerOf({}) });
    await new Coder(model).write(input, new AbortController().signal);
    expect(requests[0]?.subject).toMatchObject({ files: [], missing: ['a.py'] });
  });
});

describe('Coder: the question', () => {
  it('holds decision, fenced files with hashes, style and the format', async () => {
    const file = 'class A:\n\tdef f(self):\n\t\t"""Do."""\n\t\treturn "x", "y", "z"\n';
    const { model, requests } = scripted(block('a.py', 'class A:', 'class B:'));
    await new Coder(model).write(inputOf({ 'a.py': file }), new AbortController().signal);
    const [request] = requests;
    const text = request?.messages.map((message) => message.content).join('\n') ?? '';
    for (const part of [
      'Do it so.',
      'Mind the gap.',
      sha256(file),
      'Indentation: tabs',
      'double quotes',
      '<<<<<<< RENAME',
    ])
      expect(text).toContain(part);
    expect(text).toMatch(/\[BEGIN DATA \w+: file a\.py/);
    expect(request).toMatchObject({
      stage: 'generation',
      role: 'coder',
      round: 2,
      callKey: 'generation:1',
      format: 'text',
    });
  });
});

describe('Coder: repairs and refusals', () => {
  it('sends a problem back with the nearest lines, then takes the repaired answer', async () => {
    const { model, requests } = scripted(
      block('a.py', 'def gone():', 'x'),
      block('a.py', 'def here():', 'x'),
    );
    const input = inputOf({ 'a.py': 'def here():\n' }, { attempt: 3 });
    expect(plain(await new Coder(model).write(input, new AbortController().signal))).toEqual([
      ['modify', 'a.py', 'x\n'],
    ]);
    expect(requests[1]).toMatchObject({ stage: 'repair', callKey: 'generation-repair:3:1' });
    expect(requests[1]?.messages.at(-1)?.content).toContain('1 | def here():');
    expect(requests[1]?.subject.findings).toMatchObject([{ path: 'a.py', severity: 'error' }]);
  });

  const failing: [string, string[], string][] = [
    ['edits that fit nowhere', Array(3).fill(block('a.py', 'q', 'x')), 'edit_failed'],
    ['edits that fit two places', Array(3).fill(block('a.py', 'same', 'x')), 'edit_failed'],
    ['a created file that exists', Array(3).fill(block('a.py', '', 'x')), 'edit_failed'],
    ['a file that does not exist', Array(3).fill(block('n.py', 'a', 'x')), 'edit_failed'],
    ['a cut answer', Array(3).fill('a.py\n<<<<<<< SEARCH\na'), 'edit_failed'],
    ['markers inside of content', Array(3).fill(block('a.py', 'a', '<<<<<<< SEARCH')), 'edit_failed'],
    ['a huge answer', Array(3).fill('x'.repeat(3_000_000)), 'edit_failed'],
    ['prose only', Array(3).fill('I would rather not.'), 'model_nonsense'],
    ['nothing at all', Array(3).fill(''), 'model_nonsense'],
    ['no change', [block('a.py', 'a', 'a')], 'no_changes'],
    ['a path that climbs out', [block('../b.py', '', 'x')], 'edit_not_allowed'],
    [
      'a path that climbs out beside a good edit',
      [block('a.py', 'a', 'x') + block('/etc/cron.d/x', '', 'x')],
      'edit_not_allowed',
    ],
    ['a rename out of the project', ['a.py\n<<<<<<< RENAME ../b.py\n>>>>>>> RENAME\n'], 'edit_not_allowed'],
    ['a file that is too large to edit', [block('big.py', 'H', 'x')], 'edit_not_allowed'],
  ];
  it.each(failing)('%s', async (_name, replies, code) => {
    await expect(write({ 'a.py': 'a\nsame\nsame\n', 'big.py': 'HUGE' }, replies)).rejects.toMatchObject({
      code,
    });
  });

  it('lets an error of the model through', async () => {
    const model: ModelPort = { label: '', complete: () => Promise.reject(new IdsError('model_timeout')) };
    const writing = new Coder(model).write(inputOf({ 'a.py': 'a\n' }), new AbortController().signal);
    await expect(writing).rejects.toMatchObject({ code: 'model_timeout' });
  });
});

describe('Coder: rework', () => {
  const findings = [
    { path: 'a.py', line: 1, column: 1, code: 'E1', severity: 'error' as const, message: 'wrong name' },
  ];
  const disk: Files = { 'a.py': 'a\r\nz\r\n', 'b.py': 'b\n', 'c.py': 'c\n' };

  async function first(): Promise<ChangeSet> {
    const reply = [
      block('a.py', 'a', 'a2'),
      block('n.py', '', 'n'),
      'b.py\n<<<<<<< RENAME d.py\n>>>>>>> RENAME\n',
      'c.py\n<<<<<<< DELETE\n>>>>>>> DELETE\n',
    ];
    return write(disk, [reply.join('\n')]);
  }

  it('starts from the earlier change and gives a change set relative to the disk', async () => {
    const changes = await first();
    const { model, requests } = scripted(
      block('a.py', 'a2', 'a3') + block('n.py', 'n', 'n2') + block('d.py', 'b', 'd'),
    );
    const input = inputOf(disk, { attempt: 2, rework: { changes, findings, cause: 'validation' } });
    const reworked = await new Coder(model).write(input, new AbortController().signal);
    expect(plain(reworked)).toEqual([
      ['modify', 'a.py', 'a3\r\nz\r\n'],
      ['delete', 'c.py'],
      ['rename', 'd.py', 'b.py', 'd\n'],
      ['create', 'n.py', 'n2\n'],
    ]);
    expect(reworked[0]).toMatchObject({ baseHash: sha256('a\r\nz\r\n') });
    expect(requests[0]).toMatchObject({ stage: 'repair', callKey: 'generation:2', subject: { findings } });
    expect(requests[0]?.messages[1]?.content).toContain('a.py:1:1 error E1: wrong name');
    expect(requests[0]?.subject.files.map((file) => file.path).sort()).toEqual(['a.py', 'd.py', 'n.py']);
  });

  it('may put a deleted file back and take a created one out', async () => {
    const changes = await first();
    const reply = `${block('c.py', '', 'c')}n.py\n<<<<<<< DELETE\n>>>>>>> DELETE\n`;
    const reworked = await write(disk, [reply], { rework: { changes, findings, cause: 'person' } });
    expect(plain(reworked)).toEqual([
      ['modify', 'a.py', 'a2\r\nz\r\n'],
      ['rename', 'd.py', 'b.py', 'b\n'],
    ]);
  });

  it('shows a file that was changed on disk meanwhile without the earlier change, and says so', async () => {
    const changes = await first();
    const now = { ...disk, 'a.py': 'person\n', 'n.py': 'mine\n' };
    const { model, requests } = scripted(block('a.py', 'person', 'both'));
    const input = inputOf(now, { rework: { changes, findings, cause: 'validation' } });
    const reworked = await new Coder(model).write(input, new AbortController().signal);
    expect(plain(reworked)).toEqual([
      ['modify', 'a.py', 'both\n'],
      ['delete', 'c.py'],
      ['rename', 'd.py', 'b.py', 'b\n'],
    ]);
    expect(requests[0]?.messages[1]?.content).toMatch(/Changed on disk meanwhile.*"a.py", "n.py"/);
  });
});
