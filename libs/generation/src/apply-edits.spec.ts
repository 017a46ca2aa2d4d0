import { describe, expect, it } from '@jest/globals';
import { applyEdits, type DraftFile } from './apply-edits.js';
import { parseEdits } from './parse-edits.js';

function draft(files: Record<string, string>): Map<string, DraftFile> {
  return new Map(Object.entries(files).map(([path, text]) => [path, { text, origin: path }]));
}

function block(path: string, search: string, replace: string): string {
  return `${path}\n<<<<<<< SEARCH\n${search}\n=======\n${replace}\n>>>>>>> REPLACE\n`;
}

/** The text of a.py after one block, or the problem. */
function edited(file: string, search: string, replace: string): string {
  const edits = parseEdits(block('a.py', search, replace));
  if (!edits.ok) throw new Error(edits.error);
  const result = applyEdits(draft({ 'a.py': file }), edits.value);
  return result.ok ? (result.value.get('a.py')?.text ?? 'gone') : `PROBLEM ${result.error[0]?.message}`;
}

const FILE = 'import os\n\n\ndef one():\n    return 1\n\n\ndef two():\n    return 2\n';

describe('applyEdits: the passes', () => {
  const cases: [string, string, string, string, string][] = [
    ['exact', FILE, '    return 1', '    return 10', FILE.replace('return 1', 'return 10')],
    [
      'trailing space in the search',
      FILE,
      '    return 1   ',
      '    return 10',
      FILE.replace('return 1', 'return 10'),
    ],
    ['trailing space in the file', 'a = 1  \nb = 2\n', 'a = 1\nb = 2', 'a = 1\nb = 3', 'a = 1  \nb = 3\n'],
    [
      'indentation left out',
      FILE,
      'return 1',
      'x = 1\nif x:\n    return 10',
      FILE.replace('    return 1\n', '    x = 1\n    if x:\n        return 10\n'),
    ],
    [
      'indentation too deep',
      FILE,
      '        def one():\n            return 1',
      '        @cached\n        def one():\n            return 1',
      FILE.replace('def one', '@cached\ndef one'),
    ],
    [
      'a replacement further left than the search',
      'class A:\n    def f(self):\n        pass\n',
      'def f(self):\n    pass',
      'def f(self):\n    pass\n\ndef g(self):\n    pass',
      'class A:\n    def f(self):\n        pass\n\n    def g(self):\n        pass\n',
    ],
    [
      'spaces for tabs',
      'if a:\n\tb()\n\tc()\n',
      '    c()',
      '    if c:\n        d()',
      'if a:\n\tb()\n\tif c:\n\t\td()\n',
    ],
    [
      'typographic quotes',
      's = “a” # it’s\nt = 1\n',
      's = "a" # it\'s\nt = 1',
      's = "a" # it\'s\nt = 2',
      's = “a” # it’s\nt = 2\n',
    ],
    [
      'dashes and no-break spaces',
      '# a – b\u00a0c\nx = 1\n',
      '# a - b c\nx = 1',
      '# a - b c\nx = 2',
      '# a – b\u00a0c\nx = 2\n',
    ],
    ['deletion of lines', 'a\nb\nc\n', 'b', '', 'a\n\nc\n'],
    ['a first line', 'a\nb\n', 'a', '#!x\na', '#!x\na\nb\n'],
    ['a last line without a final newline', 'a\nb', 'b', 'b\nc', 'a\nb\nc'],
    [
      'blank lines inside',
      FILE,
      'import os\n\n\ndef one():',
      'import os\nimport re\n\n\ndef one():',
      FILE.replace('os\n', 'os\nimport re\n'),
    ],
  ];
  it.each(cases)('%s', (_name, file, search, replace, expected) => {
    expect(edited(file, search, replace)).toBe(expected);
  });

  it('an empty replacement takes the lines out', () => {
    const edits = parseEdits('a.py\n<<<<<<< SEARCH\nb\n=======\n>>>>>>> REPLACE\n');
    const result = edits.ok && applyEdits(draft({ 'a.py': 'a\nb\nc\n' }), edits.value);
    expect(result && result.ok && result.value.get('a.py')?.text).toBe('a\nc\n');
  });

  it('an exact place wins over places that fit only leniently', () => {
    expect(edited('x = 1\n    x = 1\n', 'x = 1', 'x = 2')).toBe('x = 2\n    x = 1\n');
  });
});

describe('applyEdits: what is not applied', () => {
  it('quotes the places of an ambiguous search and takes none of them', () => {
    const problem = edited('a = 1\nb = 2\na = 1\n', 'a = 1', 'a = 3');
    expect(problem).toMatch(/fits 2 places/);
    expect(problem).toMatch(/ {4}1 \| a = 1/);
    expect(problem).toMatch(/ {4}3 \| a = 1/);
  });

  it('calls places that differ by indentation only ambiguous when the search has neither', () => {
    expect(edited('  x = 1\nif a:\n    x = 1\n', 'x = 1', 'x = 2')).toMatch(/fits 2 places/);
  });

  it('calls overlapping places ambiguous', () => {
    expect(edited('a\na\na\n', 'a\na', 'b')).toMatch(/fits 2 places/);
  });

  it('quotes the nearest lines with their numbers', () => {
    const problem = edited(FILE, 'def two(x):\n    return 3', 'pass');
    expect(problem).toMatch(/not found/);
    expect(problem).toMatch(/ {4}8 \| def two\(\):/);
  });

  it('stays quick and short on a large file', () => {
    const file = Array.from({ length: 20_000 }, (_, i) => `value_${i} = compute(${i})`).join('\n');
    const problem = edited(file, 'value_15000 = calculate(15000)', 'x');
    expect(problem).toMatch(/15001 \|/);
    expect(problem.length).toBeLessThan(3_000);
  });

  it('applies nothing of an answer with one problem', () => {
    const files = draft({ 'a.py': 'a\n', 'b.py': 'b\n' });
    const edits = parseEdits(block('a.py', 'a', 'x') + block('b.py', 'zzz', 'y'));
    expect(edits.ok && applyEdits(files, edits.value).ok).toBe(false);
    expect(files.get('a.py')?.text).toBe('a\n');
  });

  it('names every problem', () => {
    const edits = parseEdits(block('a.py', 'q', 'x') + block('none.py', 'zzz', 'y'));
    const result = edits.ok && applyEdits(draft({ 'a.py': 'a\n' }), edits.value);
    expect(result && !result.ok && result.error.map((problem) => problem.path)).toEqual(['a.py', 'none.py']);
  });

  it('creates no file over one that exists, unless that is empty', () => {
    const create = 'a.py\n<<<<<<< SEARCH\n=======\nnew\n>>>>>>> REPLACE\n';
    const edits = parseEdits(create);
    if (!edits.ok) throw new Error(edits.error);
    const refused = applyEdits(draft({ 'a.py': 'old\n' }), edits.value);
    expect(!refused.ok && refused.error[0]?.message).toMatch(/exists already/);
    const filled = applyEdits(draft({ 'a.py': '' }), edits.value);
    expect(filled.ok && filled.value.get('a.py')).toEqual({ text: 'new\n', origin: 'a.py' });
  });

  it('renames over no file that exists', () => {
    const edits = parseEdits('a.py\n<<<<<<< RENAME b.py\n>>>>>>> RENAME\n');
    const result = edits.ok && applyEdits(draft({ 'a.py': '', 'b.py': '' }), edits.value);
    expect(result && !result.ok && result.error[0]?.message).toMatch(/b\.py exists already/);
  });
});

describe('applyEdits: secrets that were masked for the model', () => {
  const file = 'API_KEY = "AKIAABCDEFGHIJKLMNOP"\nTIMEOUT = 1\n';

  it('finds a masked line by what the model saw and keeps the secret', () => {
    expect(edited(file, 'API_KEY = "[masked]"\nTIMEOUT = 1', 'API_KEY = "[masked]"\nTIMEOUT = 2')).toBe(
      file.replace('= 1', '= 2'),
    );
  });

  it('never writes the mask over the secret', () => {
    expect(edited(file, 'API_KEY = "[masked]"', 'KEY = "[masked]"')).toMatch(/stands for a secret/);
  });
});

describe('applyEdits: several edits', () => {
  it('merges edits of one file, each on the result of the one before', () => {
    const edits = parseEdits(block('a.py', 'a', 'b\nc') + block('a.py', 'c', 'd'));
    const result = edits.ok && applyEdits(draft({ 'a.py': 'a\n' }), edits.value);
    expect(result && result.ok && result.value.get('a.py')?.text).toBe('b\nd\n');
  });

  it('renames and edits under the new path, keeping the origin', () => {
    const edits = parseEdits(`a.py\n<<<<<<< RENAME b.py\n>>>>>>> RENAME\n${block('b.py', 'a', 'x')}`);
    const result = edits.ok && applyEdits(draft({ 'a.py': 'a\n' }), edits.value);
    expect(result && result.ok && [...result.value]).toEqual([['b.py', { text: 'x\n', origin: 'a.py' }]]);
  });
});
