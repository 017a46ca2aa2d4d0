import type { Fault } from './fault.js';

/** A name that a module of the project does not bind, and one that it does. */
function bound(kind: string, source: string, wrong: string, right: string, says?: string): Fault {
  return {
    kind,
    base: { 'app/given.py': source },
    change: { 'app/new.py': `from app.given import ${wrong}\n` },
    finds: [['app/new.py', 1, 23, 'missing-name']],
    ...(says === undefined ? {} : { says }),
    twin: { change: { 'app/new.py': `from app.given import ${right}\n` } },
  };
}

/** Names that modules do not have. */
export const NAMES: readonly Fault[] = [
  {
    kind: 'a slip in a name',
    change: { 'app/new.py': 'from app.vessel import (\n    load,\n    Vessle,\n)\n' },
    finds: [['app/new.py', 3, 5, 'missing-name']],
    says: "did you mean 'Vessel'?",
    twin: { change: { 'app/new.py': 'from app.vessel import (\n    load,\n    Vessel,\n)\n' } },
  },
  {
    kind: 'the wrong case of a name',
    change: { 'app/new.py': 'from app.vessel import limit\n' },
    finds: [['app/new.py', 1, 24, 'missing-name']],
    twin: { change: { 'app/new.py': 'from app.vessel import LIMIT as limit\n' } },
  },
  {
    kind: 'a name that another module has',
    change: { 'app/new.py': 'from app import Fleet\n' },
    finds: [['app/new.py', 1, 17, 'missing-name']],
    says: "did you mean 'from app.fleet import Fleet'?",
    twin: { change: { 'app/new.py': 'from app import fleet\n' } },
  },
  {
    kind: 'a submodule that a package does not have',
    change: { 'app/new.py': 'from . import vesel\n' },
    finds: [['app/new.py', 1, 15, 'missing-name']],
    says: "did you mean 'vessel'?",
    twin: { change: { 'app/new.py': 'from . import inner, vessel\n' } },
  },
  {
    kind: 'a name missing in a standard module',
    change: { 'app/new.py': 'from json import loads, dmps\n' },
    finds: [['app/new.py', 1, 25, 'missing-name']],
    says: "did you mean 'dumps'?",
    twin: { change: { 'app/new.py': 'from json import loads, dumps\n' } },
  },
  {
    kind: 'a name missing in an extension module',
    change: { 'app/new.py': 'from math import sqroot\n' },
    finds: [['app/new.py', 1, 18, 'missing-name']],
    says: "did you mean 'sqrt'?",
    twin: { change: { 'app/new.py': 'from math import sqrt\n' } },
  },
  {
    kind: 'a name missing in a standard module that computes its names',
    change: { 'app/new.py': 'from os import getcwdd\n' },
    finds: [['app/new.py', 1, 16, 'missing-name']],
    says: "did you mean 'getcwd'?",
    twin: { change: { 'app/new.py': 'from os import getcwd, path\nfrom socket import AF_INET\n' } },
  },
  {
    kind: 'an underscore name through a star',
    change: { 'app/new.py': 'from app.stars import _secret\n' },
    finds: [['app/new.py', 1, 23, 'missing-name']],
    twin: { change: { 'app/new.py': 'from app.stars import LIMIT\nfrom app.vessel import _secret\n' } },
  },
  {
    kind: 'a name that __all__ keeps from a star',
    base: {
      'app/pub.py': '__all__ = ["a"]\n__all__ += ["c"]\na = b = c = 1\n',
      'app/more.py': 'from .pub import *\n',
    },
    change: { 'app/new.py': 'from app.more import b\n' },
    finds: [['app/new.py', 1, 22, 'missing-name']],
    twin: { change: { 'app/new.py': 'from app.more import a, c\nfrom app.pub import b\n' } },
  },
  {
    kind: 'a star import of what __all__ lists and nobody binds',
    base: { 'app/pub.py': '__all__ = ["first", "second"]\nfirst = 1\n' },
    change: { 'app/new.py': 'from app.pub import *\n' },
    finds: [['app/new.py', 1, 21, 'missing-name']],
    says: "'app.pub' has no 'second', which its __all__ lists",
    twin: {
      base: { 'app/pub.py': '__all__ = ["first", "second"]\nfirst, second = 1, 2\n' },
      change: { 'app/new.py': 'from app.pub import *\n' },
    },
  },
  {
    kind: 'a version that a package does not say',
    change: { 'app/new.py': 'from app import __version__\n' },
    finds: [['app/new.py', 1, 17, 'missing-name']],
    twin: { change: { 'app/new.py': 'from app import __name__, __file__, __path__, __doc__\n' } },
  },
  bound('a name that is deleted again', 'temp = kept = 1\ndel temp\n', 'temp', 'kept', 'deleted there'),
  bound('a name that is deleted and not bound anew', 'a = b = 1\ndel a, b\nb = 2\n', 'a', 'b'),
  bound(
    'a name for type checkers only',
    'from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from os import PathLike\nelse:\n    Other = 1\n',
    'PathLike',
    'Other',
    'for type checkers only',
  ),
  bound('a name that is only annotated', 'size: int\nrange_: int = 1\n', 'size', 'range_'),
  bound(
    'the variable of a comprehension',
    'xs = [i for i in range(3)]\nfor j in xs:\n    pass\nys = [last := k for k in xs]\n',
    'i',
    'j, last',
  ),
  bound(
    'the name of a caught error',
    'try:\n    1 / 0\nexcept ZeroDivisionError as error:\n    kept = error\n',
    'error',
    'kept',
  ),
  bound(
    'a name inside of a function',
    'def f():\n    global outer\n    inner = outer = 1\nf()\n',
    'inner',
    'outer',
  ),
  bound('a name inside of a class', 'class A:\n    b = 1\n\nc = A.b\n', 'b', 'c'),
  bound('a module under the name that its alias took', 'import os as system\n', 'os', 'system'),
  bound(
    'a name that only a branch that never runs binds',
    'if False:\n    off = 1\nif len("x"):\n    on = 1\n',
    'off',
    'on',
  ),
  {
    kind: 'a name beside those that are computed',
    base: { 'app/given.py': 'import json\n\n\ndef one():\n    return json\n' },
    change: { 'app/new.py': 'from app.given import two\n' },
    finds: [['app/new.py', 1, 23, 'missing-name']],
    twin: {
      base: { 'app/given.py': 'for name in ("one", "two"):\n    globals()[name] = 1\n' },
      change: { 'app/new.py': 'from app.given import two\nfrom app.lazy import late\n' },
    },
  },
];
