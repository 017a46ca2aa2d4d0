import { describe, expect, it } from '@jest/globals';
import { parseEdits } from './parse-edits.js';

function edits(text: string): unknown {
  const parsed = parseEdits(text);
  return parsed.ok ? parsed.value : parsed.error;
}
const SR = '<<<<<<< SEARCH\na\n=======\nb\n>>>>>>> REPLACE\n';
const replaced = (path: string): object => ({ kind: 'replace', path, search: ['a'], replace: ['b'] });

describe('parseEdits', () => {
  const paths: [string, string, string][] = [
    ['bare', `app/x.py\n${SR}`, 'app/x.py'],
    ['at the top without a folder', `x.py\n${SR}`, 'x.py'],
    ['in backticks', `\`app/x.py\`\n${SR}`, 'app/x.py'],
    ['bold with a colon', `**app/x.py**:\n${SR}`, 'app/x.py'],
    ['as a heading', `### \`app/x.py\`\n${SR}`, 'app/x.py'],
    ['with ./', `./app/x.py\n${SR}`, 'app/x.py'],
    ['before a fence', `app/x.py\n\`\`\`python\n${SR}\`\`\`\n`, 'app/x.py'],
    ['inside a fence', `\`\`\`python\napp/x.py\n${SR}\`\`\`\n`, 'app/x.py'],
    ['after prose', `I shall change one file.\n\napp/x.py\n\n${SR}`, 'app/x.py'],
    ['before prose', `app/x.py\nThe import goes first\n${SR}`, 'app/x.py'],
    ['with spaces, in backticks', `\`my app/x.py\`\n${SR}`, 'my app/x.py'],
    ['with CRLF', `app/x.py\n${SR}`.replaceAll('\n', '\r\n'), 'app/x.py'],
    ['a name without an ending', `Makefile\n${SR}`, 'Makefile'],
    ['in another alphabet', `app/größe.py\n${SR}`, 'app/größe.py'],
    ['that climbs out (refused later)', `../x.py\n${SR}`, '../x.py'],
  ];
  it.each(paths)('reads a path %s', (_name, text, path) => {
    expect(edits(text)).toEqual([replaced(path)]);
  });

  it('reads several blocks under one path and several files', () => {
    expect(edits(`a.py\n${SR}\nand then\n${SR}\nin a.py\n${SR}b.py\n${SR}`)).toEqual([
      replaced('a.py'),
      replaced('a.py'),
      replaced('a.py'),
      replaced('b.py'),
    ]);
  });

  it('reads create, delete and rename', () => {
    const text = [
      'new.py\n<<<<<<< SEARCH\n=======\nx = 1\n\n>>>>>>> REPLACE',
      'empty.py\n<<<<<<< SEARCH\n\n=======\n>>>>>>> REPLACE',
      'old.py\n<<<<<<< DELETE\n>>>>>>> DELETE',
      'a.py\n<<<<<<< RENAME pkg/b.py\n>>>>>>> RENAME',
    ].join('\n');
    expect(edits(text)).toEqual([
      { kind: 'create', path: 'new.py', content: ['x = 1', ''] },
      { kind: 'create', path: 'empty.py', content: [] },
      { kind: 'delete', path: 'old.py' },
      { kind: 'rename', path: 'a.py', to: 'pkg/b.py' },
    ]);
  });

  it('lets a created file hold lines of equals signs', () => {
    expect(edits('a.rst\n<<<<<<< SEARCH\n=======\nTitle!!\n=======\n>>>>>>> REPLACE\n')).toEqual([
      { kind: 'create', path: 'a.rst', content: ['Title!!', '======='] },
    ]);
  });

  it('gives no edits for an answer without a block', () => {
    expect(edits('Nothing needs to change.')).toEqual([]);
    expect(edits('')).toEqual([]);
    expect(edits('a.py\n<<<<<< SEARCH\na\n======\nb\n>>>>>> REPLACE')).toEqual([]);
  });

  const bad: [string, string, RegExp][] = [
    ['no path', SR, /no path/],
    ['a cut answer', 'a.py\n<<<<<<< SEARCH\na\n=======\nb', /not closed/],
    ['no divider', 'a.py\n<<<<<<< SEARCH\na\n>>>>>>> REPLACE', /no line =======/],
    ['two dividers', 'a.py\n<<<<<<< SEARCH\na\n=======\nb\n=======\nc\n>>>>>>> REPLACE', /2 lines =======/],
    ['a block in a block', `a.py\n<<<<<<< SEARCH\na\n${SR}`, /inside the one/],
    [
      'a marker in the content',
      `a.py\n<<<<<<< SEARCH\na\n=======\n>>>>>>> REPLACE\nb\n>>>>>>> REPLACE\n`,
      /not opened/,
    ],
    ['a wrong closing', 'a.py\n<<<<<<< DELETE\n>>>>>>> REPLACE', /closes REPLACE, but DELETE/],
    ['a delete with lines in it', 'a.py\n<<<<<<< DELETE\nx = 1\n>>>>>>> DELETE', /must be empty/],
    ['a rename to nothing', 'a.py\n<<<<<<< RENAME\n>>>>>>> RENAME', /names no new path/],
    ['prose that ends like a file', `a.py\n${SR}Now the import in b.py:\n${SR}`, /stand alone/],
    ['too many blocks', `a.py\n${SR.repeat(501)}`, /more than 500/],
    ['a huge answer', 'x'.repeat(2_000_001), /too long/],
  ];
  it.each(bad)('refuses %s', (_name, text, reason) => {
    expect(edits(text)).toMatch(reason);
  });

  it('is quick on hostile answers', () => {
    const start = Date.now();
    edits('<<<<<<< SEARCH\n'.repeat(60_000));
    edits('#'.repeat(1_000_000));
    edits(`${'* '.repeat(500_000)}.py`);
    edits('`"'.repeat(500_000));
    expect(Date.now() - start).toBeLessThan(2_000);
  });
});
