import { describe, jest } from '@jest/globals';
import { testRules, type Rule } from '../test/rules.js';
import type { Told } from '../test/python-workers.js';

// Interpreters start slowly on a busy machine.
jest.setTimeout(120_000);

const where = (told: Told): unknown[] =>
  told.imports.map(
    (i) => `${i.module} ${i.typeChecking ? 'C' : '-'}${i.inTry ? 'T' : '-'}${i.local ? 'L' : '-'}`,
  );
const places = (told: Told): unknown[] => told.imports.map((i) => [i.module, i.line, i.column, i.endLine]);
const globals = (told: Told): unknown[] => told.globals.map((g) => [g.name, g.annotation, g.kind, g.line]);
const kinds = (told: Told): string => told.globals.map((g) => `${g.name} ${g.kind}`).join(', ');
const file = (told: Told): unknown[] => [told.lines, told.encoding, told.doc];

const IMPORTS: Rule[] = [
  {
    rule: 'imports: one record a name of a plain import, one of a from import',
    source: 'import a.b as c, d\nfrom . import e\nfrom ...f.g import (h as i,\n  j)\nfrom k import *',
    tells: (told) => told.imports.map((i) => [i.module, i.level, i.names, i.alias]),
    as: [
      ['a.b', 0, null, 'c'],
      ['d', 0, null, null],
      ['', 1, [{ name: 'e', alias: null }], null],
      [
        'f.g',
        3,
        [
          { name: 'h', alias: 'i' },
          { name: 'j', alias: null },
        ],
        null,
      ],
      ['k', 0, [{ name: '*', alias: null }], null],
    ],
  },
  {
    rule: 'imports: local in functions, not in classes; in a try anywhere in the statement, also deeper',
    source: [
      'class A:\n  import a\n  def f(self):\n    import b\n    class B:\n      import c',
      'try:\n  import d\n  def g():\n    if x: import e\nexcept E: import f\nelse: import g\nfinally: import h',
      'import i',
      'with x:\n  import j',
    ].join('\n'),
    tells: where,
    as: ['a ---', 'b --L', 'c --L', 'd -T-', 'e -TL', 'f -T-', 'g -T-', 'h -T-', 'i ---', 'j ---'],
  },
  {
    rule: 'imports: for type checkers in the body alone, and in all that is in it',
    source: [
      'if TYPE_CHECKING:\n  import a\n  class A:\n    def f(self): import b\n  try: import c\n  except E: pass',
      'elif x: import d\nelse: import e',
      'if t.TYPE_CHECKING: import f',
      'if not TYPE_CHECKING: import g\nelse: import h',
      'if TYPE_CHECKING and x: import i',
      'if TYPE_CHECKING(): import j',
      'if x: pass\nelif TYPE_CHECKING: import k',
    ].join('\n'),
    tells: (told) => where(told).join(', '),
    as: 'a C--, b C-L, c CT-, d ---, e ---, f C--, g ---, h ---, i ---, j ---, k C--',
  },
  {
    rule: 'imports: in except* and in match statements',
    source: 'try: pass\nexcept* E: import a\nmatch x:\n  case 1: import b',
    tells: where,
    as: ['a -T-', 'b ---'],
    since: 11,
  },
];

const PLACES: Rule[] = [
  {
    rule: 'columns: in characters, after wide ones, and more than once on a line',
    source:
      'x = "é€\u{1F40D}"; import a; y = "é"; import b, c\n"""é\né"""; from d import (\n  e)\nif x:\n\timport f',
    tells: places,
    as: [
      ['a', 1, 12, 1],
      ['b', 1, 31, 1],
      ['c', 1, 31, 1],
      ['d', 3, 7, 4],
      ['f', 6, 2, 6],
    ],
  },
  {
    rule: 'columns: in characters, on one wide line after another',
    source: 'x = "é"; import a\nlonger = 1; y = "é"; import b',
    tells: places,
    as: [
      ['a', 1, 10, 1],
      ['b', 2, 22, 2],
    ],
  },
  {
    rule: 'columns: in characters of the text, not of its bytes, under a cookie',
    source: Buffer.from('# coding: latin-1\nx = "éé"; import a\n', 'latin1'),
    tells: places,
    as: [['a', 2, 11, 2]],
  },
  {
    rule: 'columns: under a cookie of many bytes a character',
    source: Buffer.concat([
      Buffer.from('# coding: shift_jis\nx = "'),
      Buffer.from([0x83, 0x5c, 0x83, 0x5c]),
      Buffer.from('"; import a\n'),
    ]),
    tells: places,
    as: [['a', 2, 11, 2]],
  },
];

const GLOBALS: Rule[] = [
  {
    rule: 'globals: what statements of the module itself assign, where they first do',
    source: [
      'a: int',
      'b = c = 1',
      'if x:',
      '  d, [e, *f] = y',
      'else:',
      '  a = g = 2',
      'h.i = j[0] = 3',
      'k += 1',
      'def l(): m = 1',
      'class N:\n  o = 1',
      'for p in q: r: "str" = 4',
      '(s): int = 5',
    ].join('\n'),
    tells: globals,
    as: [
      ['a', 'int', 'variable', 1],
      ['b', null, 'variable', 2],
      ['c', null, 'variable', 2],
      ['d', null, 'variable', 4],
      ['e', null, 'variable', 4],
      ['f', null, 'variable', 4],
      ['g', null, 'variable', 6],
      ['r', "'str'", 'variable', 12],
      ['s', 'int', 'variable', 13],
    ],
  },
  {
    rule: 'globals: kinds, in their order of precedence',
    source: [
      '__all__: TypeAlias = []',
      'Alias: t.TypeAlias = int',
      'Id = typing.NewType("Id", int)',
      'IDS: x = NewType("IDS", int)',
      'T = TypeVar("T")',
      'PS: Final = t.ParamSpec("PS")',
      'Ts = TypeVarTuple("Ts")',
      'LIMIT = 1\n_L = 1\n__L2 = 1\n___L = 1\nLimit = 1\nL: int = 1\n_ = 1\nA_1 = 1\n_1 = 1\nÉ = 1',
      'final: Final[int] = 1\nfinal2: "Final" = 1',
    ].join('\n'),
    tells: kinds,
    as:
      '__all__ all, Alias type_alias, Id type_alias, IDS type_alias, T type_variable, ' +
      'PS type_variable, Ts type_variable, LIMIT constant, _L constant, __L2 constant, ' +
      '___L variable, Limit variable, L constant, _ variable, A_1 constant, _1 variable, ' +
      'É variable, final constant, final2 variable',
  },
  {
    rule: 'globals: a type statement is an alias',
    source: 'type A = int\ntype __all__ = int',
    tells: globals,
    as: [
      ['A', null, 'type_alias', 1],
      ['__all__', null, 'all', 2],
    ],
    since: 12,
  },
];

const FILES: Rule[] = [
  { rule: 'file: empty', source: '', tells: file, as: [0, 'utf-8', null] },
  {
    rule: 'file: lines without a last newline',
    source: '"""Doc.\n\nMore."""\nx = 1',
    tells: file,
    as: [4, 'utf-8', 'Doc.'],
  },
  {
    rule: 'file: CRLF and lone CR end lines',
    source: 'a = 1\r\nb = 2\rc = 3\n',
    tells: file,
    as: [3, 'utf-8', null],
  },
  {
    rule: 'file: a form feed and other separators end none',
    source: 'a = 1\n\f\n# \u2028 \v \u0085\nb = 2\n',
    tells: file,
    as: [4, 'utf-8', null],
  },
  { rule: 'file: a BOM alone', source: '\uFEFF', tells: file, as: [0, 'utf-8', null] },
  {
    rule: 'file: a BOM and a cookie that agrees',
    source: '\uFEFF# coding: UTF_8\n"é"',
    tells: file,
    as: [2, 'utf-8', 'é'],
  },
  {
    rule: 'file: a cookie in the second line',
    source: Buffer.from('#!x\n# -*- coding: Latin_1 -*-\n"é"\n', 'latin1'),
    tells: file,
    as: [3, 'iso-8859-1', 'é'],
  },
  {
    rule: 'file: no cookie in the second line after code',
    source: 'x = 1\n# coding: latin-1\n"é"\n',
    tells: file,
    as: [3, 'utf-8', null],
  },
  {
    rule: 'file: no cookie in the third line',
    source: '#\r#\r# coding: latin-1\r"é"',
    tells: file,
    as: [4, 'utf-8', 'é'],
  },
  {
    rule: 'file: other encodings as they are named',
    source: Buffer.from('# vim: set fileencoding=cp1252 :\n"\x80"\n', 'latin1'),
    tells: file,
    as: [2, 'cp1252', '€'],
  },
  {
    rule: 'file: a comment that is not UTF-8, with its cookie and without',
    source: Buffer.from('# é coding: latin-1\n"é"\n', 'latin1'),
    tells: file,
    as: [2, 'iso-8859-1', 'é'],
  },
  {
    rule: 'file: a comment that is not UTF-8, and no cookie',
    source: Buffer.from('# é\nx = 1\n', 'latin1'),
    tells: file,
    as: [2, 'utf-8', null],
  },
  {
    rule: 'entry point: the test in either order, in any block of the module',
    source: 'try:\n  pass\nfinally:\n  if x: pass\n  elif "__main__" == __name__: pass',
    tells: (told) => told.entryPoint,
    as: true,
  },
  {
    rule: 'entry point: nothing else is one',
    source: [
      'def f():\n  if __name__ == "__main__": pass',
      'class C:\n  if __name__ == "__main__": pass',
      'if __name__ != "__main__": pass',
      'if __name__ == "__main__" == x: pass',
      'if __name__ == "main" or x.__name__ == "__main__": pass',
      'while __name__ == "__main__": pass',
    ].join('\n'),
    tells: (told) => told.entryPoint,
    as: false,
  },
  {
    rule: 'what only the compiler refuses is analyzed',
    source: 'def f(a, a): pass\nreturn\nfrom __future__ import nothing',
    tells: (told) => told.functions.map((each) => each.signature),
    as: ['(a, a)'],
  },
];

describe('modules', () => testRules([...IMPORTS, ...PLACES, ...GLOBALS, ...FILES]));
