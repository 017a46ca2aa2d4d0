import { describe, jest } from '@jest/globals';
import { testRules, type Rule } from '../test/rules.js';
import type { Told } from '../test/python-workers.js';

// Interpreters start slowly on a busy machine.
jest.setTimeout(120_000);

const signatures = (told: Told): string[] => told.functions.map((each) => each.signature);
const qualified = (told: Told): string[] => told.functions.map((each) => each.qualifiedName);
const kinds = (told: Told): string => told.functions.map((each) => each.kind).join(', ');
const generators = (told: Told): string[] =>
  told.functions.filter((each) => each.generator).map((each) => each.name);

const SIGNATURES: Rule[] = [
  {
    rule: 'signature: positional-only, keyword-only, defaults and annotations as inspect writes them',
    source: [
      'def a(x, y=1, /, z: int = 2, *args: str, k, l=3, **kw: float) -> None: pass',
      'def b(*, only): pass',
      'def c(x, /): pass',
      'def d(x=(), *, y: "T"=[]): pass',
      'async def e() -> "a.B[c]": pass',
    ].join('\n'),
    tells: signatures,
    as: [
      '(x, y=1, /, z: int = 2, *args: str, k, l=3, **kw: float) -> None',
      '(*, only)',
      '(x, /)',
      "(x=(), *, y: 'T' = [])",
      "() -> 'a.B[c]'",
    ],
  },
  {
    rule: 'parameters: name, kind, annotation and default of each',
    source: 'def f(a, /, b: int = 1, *c, d=None, **e): pass',
    tells: (told) => told.functions[0]?.parameters.map((p) => [p.name, p.kind, p.annotation, p.default]),
    as: [
      ['a', 'positional_only', null, null],
      ['b', 'positional_or_keyword', 'int', '1'],
      ['c', 'var_positional', null, null],
      ['d', 'keyword_only', null, 'None'],
      ['e', 'var_keyword', null, null],
    ],
  },
  {
    rule: 'expressions: as ast.unparse writes them, plain ones and others',
    source:
      'def f(a: "é" = u"x", b: dict[str, a.b.C[int]] = {}, c: int | None = -1, d=0x10, e=1e3, g=lambda x: x,\n' +
      '      h=(1,), i=a.b(c, *d), j=..., k=1 .real, l="a" "b", m=b"\\x00", n=not x, o=True): pass',
    tells: signatures,
    as: [
      "(a: 'é' = u'x', b: dict[str, a.b.C[int]] = {}, c: int | None = -1, d=16, e=1000.0, g=lambda x: x, " +
        "h=(1,), i=a.b(c, *d), j=..., k=1 .real, l='ab', m=b'\\x00', n=not x, o=True)",
    ],
  },
  {
    rule: 'expressions: subscripts of one element and of none',
    source: 'def f(a: tuple[int,], b: tuple[()], c: tuple[int, ...], d: a[b][c], e: a[1:2]): pass',
    tells: signatures,
    as: ['(a: tuple[int,], b: tuple[()], c: tuple[int, ...], d: a[b][c], e: a[1:2])'],
  },
  {
    rule: 'expressions: an ellipsis where unparse refuses, and only there',
    source: `def f(a=1${'+1'.repeat(900)}, b=2, c=0x${'f'.repeat(5_000)}, d=x${'.a'.repeat(900)}): pass`,
    tells: signatures,
    as: ['(a=..., b=2, c=..., d=...)'],
    since: 12,
  },
  {
    rule: 'type parameters',
    source: 'def f[T: int, *Ts, **P](x: T): pass\ndef g(): pass',
    tells: (told) => told.functions.map((each) => each.typeParameters),
    as: [['T: int', '*Ts', '**P'], []],
    since: 12,
  },
];

const NAMES: Rule[] = [
  {
    rule: 'qualified names and depth, whatever stands around the definition',
    source: [
      'class A:',
      '  try:',
      '    def m(self):',
      '      global g',
      '      def g():',
      '        class B:',
      '          def n(self): pass',
      '  except E:',
      '    with x:',
      '      class C: pass',
      '  else:',
      '    for _ in y:',
      '      def o(self): pass',
    ].join('\n'),
    tells: (told) => [...told.functions, ...told.classes].map((each) => [each.qualifiedName, each.depth]),
    as: [
      ['A.m', 1],
      ['A.m.<locals>.g', 2],
      ['A.m.<locals>.g.<locals>.B.n', 4],
      ['A.o', 1],
      ['A', 0],
      ['A.m.<locals>.g.<locals>.B', 3],
      ['A.C', 1],
    ],
  },
  {
    rule: 'order: that of the source, those inside right after what they are in',
    source:
      'def a():\n  def b(): pass\n  def c():\n    def d(): pass\nif x:\n  def e(): pass\nelif y:\n' +
      '  def f(): pass\nelse:\n  def g(): pass\ntry: pass\nexcept E:\n  def h(): pass\nexcept F:\n  def i(): pass\n' +
      'else:\n  def j(): pass\nfinally:\n  def k(): pass\nwhile x:\n  def l(): pass\nelse:\n  def m(): pass',
    tells: (told) => told.functions.map((each) => each.name).join(''),
    as: 'abcdefghijklm',
  },
  {
    rule: 'order: in match statements and except* too',
    source:
      'match x:\n  case 1:\n    def a(): pass\n  case _:\n    def b(): pass\ntry: pass\nexcept* E:\n  def c(): pass',
    tells: qualified,
    as: ['a', 'b', 'c'],
    since: 11,
  },
  {
    rule: 'range: from the first decorator, in lines and characters',
    source:
      '\n@a\n@b(\n  1)\nasync def f():\n  """x"""\n\n  y = 1\n\nif "é": pass\nelse:\n\tclass C: z = 1\n',
    tells: (told) =>
      [...told.functions, ...told.classes].map((d) => [d.line, d.column, d.startLine, d.endLine, d.lines]),
    as: [
      [5, 1, 2, 8, 7],
      [12, 2, 12, 12, 1],
    ],
  },
  {
    rule: 'docstring: its first line as get_docstring cleans it',
    source: [
      'def a():\n  """ One.\t\n\n  Two."""',
      'def b():\n  """\n\n      First\n    second\n  """',
      'def c():\n  """   """',
      'def d():\n  b"bytes"',
      'def e():\n  f"x"',
      'def f():\n  "one" "two"',
      'def g():\n  x = 1\n  "late"',
      'def h():\n  "a\\tb"',
    ].join('\n'),
    tells: (told) => told.functions.map((each) => each.doc),
    as: ['One.   ', '  First', null, null, null, 'onetwo', null, 'a       b'],
  },
];

const KINDS: Rule[] = [
  {
    rule: 'kind: the first decorator that says so decides',
    source: [
      'class C:',
      '  def a(self): pass',
      '  @staticmethod\n  def b(): pass',
      '  @other\n  @classmethod\n  def c(cls): pass',
      '  @property\n  @staticmethod\n  def d(self): pass',
      '  @functools.cached_property\n  def e(self): pass',
      '  @abc.property()\n  def f(self): pass',
      '  @d.setter\n  def d(self, v): pass',
      '  @d.deleter\n  def d(self): pass',
      '  @d.getter\n  def d(self): pass',
      '  @setter\n  def g(self): pass',
      '  if x:\n    @classmethod\n    def h(cls):\n      @staticmethod\n      def inner(): pass',
      '@property\ndef i(self): pass',
    ].join('\n'),
    tells: kinds,
    as:
      'method, staticmethod, classmethod, property, property, property, setter, deleter, ' +
      'property, method, classmethod, function, function',
  },
  {
    rule: 'overload: under whatever module’s name, but not a call of it',
    source:
      '@overload\ndef a(): pass\n@t.overload\ndef b(): pass\n@overload(x)\ndef c(): pass\n@x\ndef d(): pass',
    tells: (told) => told.functions.map((each) => each.overload),
    as: [true, true, false, false],
  },
  {
    rule: 'async and decorators',
    source: '@a.b\n@c(1, x="y")\nasync def f(): pass\ndef g(): pass',
    tells: (told) => told.functions.map((each) => [each.async, each.decorators]),
    as: [
      [true, ['a.b', "c(1, x='y')"]],
      [false, []],
    ],
  },
  {
    rule: 'generator: a yield of its own, wherever it stands',
    source: [
      'def a(): x = yield',
      'def b():\n  for i in (yield): pass',
      'def c():\n  with x as y, (yield): pass',
      'def d():\n  try: pass\n  except (yield): pass',
      'def e():\n  while x:\n    pass\n  else:\n    return (yield from z)',
      'def f():\n  def not_this(y=(yield)): pass',
      'def g():\n  @(yield)\n  class C: pass',
      'def h():\n  class C((yield)): pass',
      'def i(): return lambda x=(yield): x',
      'def j():\n  if x: pass\n  elif (yield): pass',
      'async def k():\n  x = f"{(yield)}"',
      'def l():\n  @(yield)\n  def not_this(): pass',
    ].join('\n'),
    tells: (told) => generators(told).join(''),
    as: 'abcdefghijkl',
  },
  {
    rule: 'generator: not by the yield of another',
    source: [
      '"yield"',
      'def a():\n  def b(): yield\n  # yield',
      'def c(): return lambda: (yield)',
      'def d():\n  class C:\n    def e(self): yield',
      'def f(x=(lambda: (yield))): yielded = "yield"; return (x for x in y)',
    ].join('\n'),
    tells: generators,
    as: ['b', 'e'],
  },
  {
    rule: 'generator: in a case of a match statement',
    source: 'def a():\n  match x:\n    case y if (yield): pass\ndef b():\n  match x:\n    case y: yield',
    tells: generators,
    as: ['a', 'b'],
    since: 10,
  },
];

describe('functions', () => testRules([...SIGNATURES, ...NAMES, ...KINDS]));
