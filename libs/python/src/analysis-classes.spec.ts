import { describe, jest } from '@jest/globals';
import { testRules, type Rule } from '../test/rules.js';
import type { Told } from '../test/python-workers.js';

// Interpreters start slowly on a busy machine.
jest.setTimeout(120_000);

type ToldClass = Told['classes'][number];
const first = (told: Told): ToldClass | undefined => told.classes[0];
const kinds = (told: Told): string => told.classes.map((each) => each.kind).join(', ');
const fields = (told: Told): unknown[] | undefined =>
  first(told)?.fields.map((f) => [f.name, f.annotation, f.default, f.line]);
const attributes = (told: Told): unknown[] | undefined =>
  first(told)?.attributes.map((a) => [a.name, a.annotation, a.kind, a.line]);

const KINDS: Rule[] = [
  {
    rule: 'kind: of bases by their last name, in any place and subscripted',
    source: [
      'class A(x, enum.IntEnum): pass\nclass B(enum.Flag): pass\nclass C(StrEnum): pass\nclass D(ReprEnum): pass',
      'class E(typing.TypedDict, total=False): pass\nclass F(NamedTuple): pass\nclass G(t.Protocol[T]): pass',
      'class H(Protocol, Enum): pass\nclass I(Enum()): pass\nclass J(metaclass=Enum): pass\nclass K: pass',
    ].join('\n'),
    tells: kinds,
    as: 'enum, enum, enum, enum, typed_dict, named_tuple, protocol, enum, class, class, class',
  },
  {
    rule: 'kind: a decorator dataclass goes before the bases',
    source:
      '@dataclass\nclass A(Enum): pass\n@d.dataclass(frozen=True)\nclass B(Protocol): pass\n@x.y\nclass C: pass\n' +
      '@f(dataclass)\nclass D: pass',
    tells: kinds,
    as: 'dataclass, dataclass, class, class',
  },
  {
    rule: 'bases, keywords and the metaclass',
    source: 'class A(a.B, C[int], *d, metaclass=M(), total=False, **kw): "Doc."\nclass B: pass',
    tells: (told) => told.classes.map((c) => [c.bases, c.keywords, c.metaclass, c.doc]),
    as: [
      [['a.B', 'C[int]', '*d'], ['metaclass=M()', 'total=False', '**kw'], 'M()', 'Doc.'],
      [[], [], null, null],
    ],
  },
  {
    rule: 'type parameters of a class',
    source: 'class A[T, *Ts](B[T]): pass',
    tells: (told) => first(told)?.typeParameters,
    as: ['T', '*Ts'],
    since: 12,
  },
];

const FIELDS: Rule[] = [
  {
    rule: 'fields of a dataclass: annotated names but no ClassVar, InitVar or KW_ONLY, each once',
    source: [
      '@dataclass',
      'class A:',
      '  a: int',
      '  b: t.ClassVar[int] = 1',
      '  c: InitVar[str]',
      '  _: KW_ONLY',
      '  if x:',
      '    d: "ClassVar[int]" = field(default=2)',
      '  b: int = 3',
      '  a: str',
      '  e = 4',
      '  f.g: int = 5',
      '  def h(self):',
      '    i: int = 6',
    ].join('\n'),
    tells: fields,
    as: [
      ['a', 'int', null, 3],
      ['d', "'ClassVar[int]'", 'field(default=2)', 8],
      ['b', 'int', '3', 9],
    ],
  },
  {
    rule: 'fields of a typed dictionary and a named tuple: every annotated name',
    source: 'class A(TypedDict):\n  a: Required[int]\n  b: ClassVar[int]\n  c = 1',
    tells: fields,
    as: [
      ['a', 'Required[int]', null, 2],
      ['b', 'ClassVar[int]', null, 3],
    ],
  },
  {
    rule: 'fields of an enumeration: assigned names that do not start with an underscore',
    source: [
      'class A(Enum):',
      '  RED = auto()',
      '  B = C = 2',
      '  D, [E, *F] = 1, [2, 3]',
      '  _ignore_ = 1',
      '  __x = 2',
      '  G: int = 3',
      '  RED = 4',
      '  if x:',
      '    H = """',
      '  """',
      '  def m(self): pass',
      '  I.J = 5',
    ].join('\n'),
    tells: fields,
    as: [
      ['RED', null, 'auto()', 2],
      ['B', null, '2', 3],
      ['C', null, '2', 3],
      ['D', null, null, 4],
      ['E', null, null, 4],
      ['F', null, null, 4],
      ['H', null, "'\\n  '", 10],
    ],
  },
  {
    rule: 'fields: none of other classes',
    source: 'class A(Protocol):\n  a: int = 1',
    tells: fields,
    as: [],
  },
];

const ATTRIBUTES: Rule[] = [
  {
    rule: 'attributes of the class: all that its own statements bind, where they first do',
    source: [
      'class A:',
      '  a: int',
      '  b = c = 1',
      '  (d, [e, *f]) = x',
      '  a = 2',
      '  with y as z:',
      '    g: "str" = 3',
      '  h += 1',
      '  i.j = k[0] = 4',
      '  for l in m: pass',
      '  def n(self): o = 1',
      '  class P:',
      '    q = 1',
    ].join('\n'),
    tells: attributes,
    as: [
      ['a', 'int', 'class', 2],
      ['b', null, 'class', 3],
      ['c', null, 'class', 3],
      ['d', null, 'class', 4],
      ['e', null, 'class', 4],
      ['f', null, 'class', 4],
      ['g', "'str'", 'class', 7],
    ],
  },
  {
    rule: 'attributes of the instance: what methods assign to their first parameter, after those of the class',
    source: [
      'class A:',
      '  def __init__(me, self, /):',
      '    me.a: int = 1',
      '    if x:',
      '      me.b, (c, *me.d) = y',
      '    self.no = 1',
      '    me.e.f = me.g[0] = 1',
      '    def inner(): me.no = 2',
      '    lambda: (me.no)',
      '  @staticmethod',
      '  def s(self): self.no = 3',
      '  @classmethod',
      '  def c(cls): cls.no = 4',
      '  @property',
      '  def p(self): self.a = self.h = 5',
      '  if x:',
      '    def q(self):',
      '      with self.no as self.no: self.i = 6',
      '  def none(): self.no = 7',
      '  def star(*self): self.no = 8',
      '  class B:',
      '    def r(self): self.no = 9',
      '  a = 10',
    ].join('\n'),
    tells: attributes,
    as: [
      ['a', null, 'class', 23],
      ['a', 'int', 'instance', 3],
      ['b', null, 'instance', 5],
      ['d', null, 'instance', 5],
      ['h', null, 'instance', 15],
      ['i', null, 'instance', 18],
    ],
  },
  {
    rule: 'attributes: a type alias in a class is one',
    source: 'class A:\n  type B = int',
    tells: attributes,
    as: [['B', null, 'class', 2]],
    since: 12,
  },
];

describe('classes', () => testRules([...KINDS, ...FIELDS, ...ATTRIBUTES]));
