import { describe, expect, it, jest } from '@jest/globals';
import { applyReply, compileErrors, subjectOf } from '../../test/support.js';
import { TRICKY_FILES } from '../../test/tricky-files.js';
import { editsOf } from './edits.js';

// Python starts slowly on a machine that is busy with other tests.
jest.setTimeout(30_000);

const PATH = 'app/x.py';
const NO_CHANGES = expect.objectContaining({ code: 'no_changes' });

/** The file after the task; the answer must fit it exactly. */
function edited(task: string, text: string, findings: Parameters<typeof subjectOf>[2] = {}): string {
  const files = { [PATH]: text.replaceAll('\r\n', '\n') };
  return applyReply(files, editsOf(subjectOf(task, { [PATH]: text }, findings)))[PATH] ?? '';
}

/** The same for a file in which there may be nothing to do. */
function editedOrSame(task: string, text: string): string {
  try {
    return edited(task, text);
  } catch (error) {
    expect(error).toMatchObject({ code: 'no_changes' });
    return text;
  }
}

describe.each(['Add logging to app/x.py', 'Add docstrings to app/x.py', 'Add type hints to app/x.py'])(
  'the offline coder on "%s"',
  (task) => {
    it('keeps every tricky file valid and finds nothing to do a second time', async () => {
      const names = Object.keys(TRICKY_FILES);
      const after = Object.values(TRICKY_FILES).map((text) => editedOrSame(task, text));
      const errors = await compileErrors([...Object.values(TRICKY_FILES), ...after]);
      expect(errors).toEqual([...names, ...names].map(() => ''));
      for (const text of after) {
        expect(() => editsOf(subjectOf(task, { [PATH]: text }))).toThrow(NO_CHANGES);
      }
    });
  },
);

function log(text: string): string {
  return edited('Add logging to app/x.py', text);
}

function tricky(name: string): string {
  return log(TRICKY_FILES[name] ?? '');
}

describe('adding logging', () => {
  it.each([
    ['docstring, future and sorted imports', 'import json\nimport logging\nimport os\n'],
    ['third-party imports first', 'import logging\n\nfrom flask import Flask\n\nlogger ='],
    ['from imports sorted by module', 'from abc import ABC, abstractmethod\nimport logging\nimport os\n'],
    ['no import and no docstring', '# Of two lines.\n\nimport logging\n\nlogger ='],
    ['comment that belongs to the first statement', '(__name__)\n\n# the answer\nANSWER = 42'],
    ['guarded imports', 'import Sequence\n\nlogger = logging.getLogger(__name__)\n\nCONSTANT = 1'],
  ])('puts import and logger where convention has them: %s', (name, expected) => {
    expect(tricky(name)).toContain(expected);
  });

  it('keeps secrets and bulk out of the log', () => {
    const text = 'class A:\n    def login(self, user, password, api_key, data):\n        self.user = user\n';
    expect(log(text)).toContain('user=%s", user)');
    expect(
      log(text)
        .match(/logger\..*/g)
        ?.join(),
    ).not.toMatch(/password|api_key|data/);
  });

  it('takes the words of the error, formats included', () => {
    expect(tricky('docstring, future and sorted imports')).toContain(
      '"Cannot pay: %.2f is more than %r, 100%% wrong", amount, self.total',
    );
  });

  it('does not tell of a change that did not happen', () => {
    const text =
      'class A:\n    def go(self, to):\n        self.tries += 1\n        raise OSError("blocked")\n';
    expect(log(text)).not.toContain('logger.info');
  });

  it('uses the logger that is there, and leaves functions alone that log', () => {
    const text =
      'import logging as l\n\nLOG = l.getLogger("x")\n\n\nclass A:\n    def a(self, n):\n        LOG.info("a")\n        self.n = n\n\n    def set_b(self, n):\n        self.n = n\n';
    const changed = log(text);
    expect(changed.match(/LOG\.info/g)).toHaveLength(2);
    expect(changed).not.toContain('import logging\n');
  });

  it('does not touch a file that logs by another library, or one that it cannot read', () => {
    const loguru = 'from loguru import logger\n\ndef f(a):\n    open(a)\n';
    expect(() => editsOf(subjectOf('Add logging', { [PATH]: loguru }))).toThrow(NO_CHANGES);
    expect(editsOf(subjectOf('Add logging', { [PATH]: 'def f(:\n  x = "open\n' }))).toContain(
      'could not be read',
    );
  });
});

describe('adding type hints', () => {
  it('hints what literals prove and nothing else', () => {
    const text = [
      'def f(a, b=1, c="x", d=None, *, e=.5, **k):',
      '    return f"{a}"',
      '',
      'def g(on=True, size=3):',
      '    if size is None:',
      '        return',
      '    print(on)',
      '',
      'def h(x):',
      '    if x: return 1',
      '    return 2',
      '',
    ].join('\n');
    expect(edited('add type hints to app/x.py', text)).toBe(
      text
        .replace(
          'def f(a, b=1, c="x", d=None, *, e=.5, **k):',
          'def f(a, b: int = 1, c: str = "x", d=None, *, e: float = .5, **k) -> str:',
        )
        .replace('def g(on=True, size=3):', 'def g(on: bool = True, size=3) -> None:'),
    );
  });
});

describe('renaming', () => {
  const files = {
    'app/a.py':
      '__all__ = ["find"]\n\n\ndef find(x):\n    """find it"""\n    return f"{find.__name__} find"\n\n\nprint(find(1), g(find=2), o.find)\n',
    'app/b.py': 'from app.a import find\nfrom app import a\n\nvalue = a.find(find(3))\n',
  };

  it('renames a function by token in every file at hand', async () => {
    const after = applyReply(files, editsOf(subjectOf('Rename function find to look_up in app/a.py', files)));
    expect(after['app/a.py']).toBe(
      '__all__ = ["look_up"]\n\n\ndef look_up(x):\n    """find it"""\n    return f"{look_up.__name__} find"\n\n\nprint(look_up(1), g(find=2), o.find)\n',
    );
    expect(after['app/b.py']).toBe(
      'from app.a import look_up\nfrom app import a\n\nvalue = a.look_up(look_up(3))\n',
    );
    expect(await compileErrors(Object.values(after))).toEqual(['', '']);
  });

  it('renames a method with its calls', () => {
    const text = 'class A:\n    def go(self):\n        self.go()\n\n\ngo = 1\nA().go()\n';
    expect(edited('rename the method A.go to run', text)).toBe(
      'class A:\n    def run(self):\n        self.run()\n\n\ngo = 1\nA().run()\n',
    );
  });

  it.each([
    ['rename find to x1', 'def other():\n    pass\n'],
    ['rename find to other', 'def find():\n    other()\n'],
    ['rename find to class', 'def find():\n    pass\n'],
    ['rename find to x1', 'def find():\n    pass\n\n\ndef f(find):\n    return find\n'],
  ])('refuses what is not sure: %s', (task, text) => {
    expect(editsOf(subjectOf(task, { [PATH]: text }))).toMatch(/^No change/);
  });
});

describe('repairing', () => {
  it('takes unused imports away', () => {
    const finding = {
      path: PATH,
      line: 2,
      column: 8,
      code: 'F401',
      severity: 'warning',
      message: '',
    } as const;
    const text = 'import os\nimport logging\n\nprint(os)\n';
    expect(edited('Add logging', text, { findings: [finding] })).toBe('import os\n\nprint(os)\n');
  });

  it('stands by its change where it knows no better', () => {
    const finding = { path: PATH, line: 2, column: 8, code: 'E999', severity: 'error', message: '' } as const;
    const once = log('def f(a):\n    open(a)\n');
    expect(edited('Add logging', once, { findings: [finding] })).toBe(once);
  });
});

it.each([
  'Fix the bug in app/x.py',
  'Remove logging from app/x.py',
  'Add logging to app/x.py and refactor the class',
  'Write a haiku',
])('says that it did not understand: %s', (task) => {
  expect(() => editsOf(subjectOf(task, { [PATH]: 'x = 1\n' }))).toThrow(
    expect.objectContaining({ code: 'not_understood' }),
  );
});

it('changes only the files that the task names', () => {
  const files = { 'app/x.py': 'def f(a):\n    open(a)\n', 'app/y.py': 'def f(a):\n    open(a)\n' };
  expect(editsOf(subjectOf('Please add log messages to y.py', files))).not.toContain('x.py');
});

it('names the file that is missing', () => {
  expect(() => editsOf(subjectOf('Add logging to no.py', {}, { missing: ['no.py'] }))).toThrow(
    expect.objectContaining({ code: 'file_not_found', details: { path: 'no.py' } }),
  );
});
