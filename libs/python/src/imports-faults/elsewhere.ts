import { FLAT, type Fault } from './fault.js';

const VESSEL = FLAT['app/vessel.py'] ?? '';
const RENAMED = VESSEL.replace('def load', 'def load_all');

/** What a change breaks in files that it does not touch. */
export const ELSEWHERE: readonly Fault[] = [
  {
    kind: 'a renamed function',
    change: { 'app/vessel.py': RENAMED },
    finds: [['app/fleet.py', 1, 32, 'missing-name']],
    says: "did you mean 'load_all'?",
    twin: { change: { 'app/vessel.py': `${RENAMED}\n\nload = load_all\n` } },
  },
  {
    kind: 'a removed constant',
    base: { 'tests/test_it.py': 'from app.vessel import (\n    LIMIT,  # how many\n    load,\n)\n' },
    change: { 'app/vessel.py': VESSEL.replace('LIMIT = 3\n', '') },
    finds: [['tests/test_it.py', 2, 5, 'missing-name']],
    roots: ['tests'],
    load: 'test_it',
    twin: { change: { 'app/vessel.py': VESSEL.replace('LIMIT = 3', 'LIMIT: int = 4') }, load: 'test_it' },
  },
  {
    kind: 'a deleted module that is imported whole',
    base: { 'tools.py': 'import os\nimport app.inner.reader\n' },
    change: {},
    removed: ['app/inner/reader.py'],
    finds: [['tools.py', 2, 8, 'unresolved-import']],
    twin: { change: { 'tools.py': 'import os\n' }, removed: ['app/inner/reader.py'] },
  },
  {
    kind: 'a deleted module of which a name is imported',
    base: { 'app/user.py': 'from .inner.reader import read\n' },
    change: {},
    removed: ['app/inner/reader.py'],
    finds: [['app/user.py', 1, 6, 'unresolved-import']],
    says: "No module named 'app.inner.reader'",
    twin: { change: {}, removed: ['app/user.py', 'app/inner/reader.py'], load: 'app' },
  },
  {
    kind: 'a deleted module that is imported from its package',
    base: { 'tools.py': 'from app.inner import reader\n' },
    change: {},
    removed: ['app/inner/reader.py'],
    finds: [['tools.py', 1, 23, 'missing-name']],
    twin: { change: { 'app/inner/__init__.py': 'reader = None\n' }, removed: ['app/inner/reader.py'] },
  },
  {
    kind: 'a moved package',
    base: { 'tools.py': 'from app.inner.reader import read\n' },
    change: { 'app/inout/__init__.py': '', 'app/inout/reader.py': FLAT['app/inner/reader.py'] ?? '' },
    removed: ['app/inner/__init__.py', 'app/inner/reader.py'],
    renamed: {
      'app/inout/__init__.py': 'app/inner/__init__.py',
      'app/inout/reader.py': 'app/inner/reader.py',
    },
    finds: [['tools.py', 1, 6, 'unresolved-import']],
    says: "did you mean 'app.inout.reader'?",
    twin: {
      change: {
        'app/inout/__init__.py': '',
        'app/inout/reader.py': FLAT['app/inner/reader.py'] ?? '',
        'tools.py': 'from app.inout.reader import read\n',
      },
      removed: ['app/inner/__init__.py', 'app/inner/reader.py'],
    },
  },
  {
    kind: 'a renamed module',
    change: { 'app/ship.py': VESSEL },
    removed: ['app/vessel.py'],
    renamed: { 'app/ship.py': 'app/vessel.py' },
    finds: [
      ['app/__init__.py', 1, 6, 'unresolved-import'],
      ['app/fleet.py', 1, 6, 'unresolved-import'],
      ['app/stars.py', 1, 6, 'unresolved-import'],
    ],
    load: 'app',
    twin: { change: { 'app/ship.py': VESSEL, 'app/vessel.py': 'from .ship import *\n' }, load: 'app' },
  },
  {
    kind: 'a renamed re-export',
    base: { 'main.py': 'import sys\nfrom app import Vessel\n' },
    change: { 'app/__init__.py': 'from .vessel import Vessel as Boat\n' },
    finds: [['main.py', 2, 17, 'missing-name']],
    says: "did you mean 'from app.vessel import Vessel'?",
    twin: { change: { 'app/__init__.py': 'from .vessel import Vessel as Boat\n\nVessel = Boat\n' } },
  },
  {
    kind: 'a re-export that a chain of stars carried',
    base: {
      'lib/__init__.py': 'from .core import *\n',
      'lib/core.py': 'from .deep import *\n',
      'lib/deep.py': 'thing = 1\n',
      'main.py': 'from lib import thing\n',
    },
    change: { 'lib/deep.py': 'thing2 = 1\n' },
    finds: [['main.py', 1, 17, 'missing-name']],
    twin: { change: { 'lib/deep.py': 'thing = thing2 = 1\n' } },
  },
  {
    kind: 'a name taken out of __all__',
    base: {
      'lib/__init__.py': 'from .deep import *\n',
      'lib/deep.py': '__all__ = ["thing"]\nthing = 1\n',
      'main.py': 'from lib import thing\n',
    },
    change: { 'lib/deep.py': '__all__ = ["other"]\nthing = other = 1\n' },
    finds: [['main.py', 1, 17, 'missing-name']],
    twin: { change: { 'lib/deep.py': '__all__ = ["thing", "other"]\nthing = other = 1\n' } },
  },
  {
    kind: 'a function that is gone and still in __all__',
    base: {
      'lib/deep.py': '__all__ = ["thing", "other"]\nthing = other = 1\n',
      'lib/__init__.py': '',
      'main.py': 'from lib.deep import *\n',
    },
    change: { 'lib/deep.py': '__all__ = ["thing", "other"]\nother = 1\n' },
    finds: [['main.py', 1, 22, 'missing-name']],
    twin: { change: { 'lib/deep.py': '__all__ = ["other"]\nother = 1\n' } },
  },
  {
    kind: 'a name taken out of a package',
    base: { 'main.py': 'from app import Vessel\n' },
    change: { 'app/__init__.py': '' },
    finds: [['main.py', 1, 17, 'missing-name']],
    twin: { change: { 'app/__init__.py': 'from app.vessel import *\n' } },
  },
  {
    kind: 'a deleted __init__.py',
    base: { 'main.py': 'from app import Vessel\n' },
    change: {},
    removed: ['app/__init__.py'],
    finds: [['main.py', 1, 17, 'missing-name']],
    twin: { base: { 'main.py': 'from app import vessel\n' }, change: {}, removed: ['app/__init__.py'] },
  },
  {
    kind: 'a name moved to another module',
    change: {
      'app/vessel.py': VESSEL.replace('def load():\n    return Vessel()\n\n\n', ''),
      'app/store.py': 'def load():\n    return 1\n',
    },
    finds: [['app/fleet.py', 1, 32, 'missing-name']],
    says: "did you mean 'from app.store import load'?",
    twin: {
      change: {
        'app/vessel.py': VESSEL.replace('def load():\n    return Vessel()\n', 'from app.store import load\n'),
        'app/store.py': 'def load():\n    return 1\n',
      },
    },
  },
  {
    kind: 'an import moved under TYPE_CHECKING',
    base: { 'app/given.py': 'from os import PathLike\n', 'app/user.py': 'from .given import PathLike\n' },
    change: {
      'app/given.py': 'from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from os import PathLike\n',
    },
    finds: [['app/user.py', 1, 20, 'missing-name']],
    twin: { change: { 'app/given.py': 'if len("x"):\n    from os import PathLike\n' } },
  },
  {
    kind: 'a name that the change deletes',
    change: { 'app/vessel.py': `${VESSEL}del load\n` },
    finds: [['app/fleet.py', 1, 32, 'missing-name']],
    twin: { change: { 'app/vessel.py': `${VESSEL}if LIMIT > 3:\n    del load\n` } },
  },
  {
    kind: 'a __getattr__ that is gone',
    base: { 'app/user.py': 'from .lazy import late\n' },
    change: { 'app/lazy.py': 'early = 1\n' },
    finds: [['app/user.py', 1, 19, 'missing-name']],
    twin: { change: { 'app/lazy.py': 'late = 1\n' } },
  },
  {
    kind: 'an attribute of a module that is gone',
    base: { 'main.py': 'import app.vessel\n\nprint(app.vessel.LIMIT)\n' },
    change: { 'app/vessel.py': VESSEL.replace('LIMIT = 3\n', '') },
    finds: [['main.py', 3, 18, 'missing-attribute']],
    says: "module 'app.vessel' has no attribute 'LIMIT'",
    twin: {
      base: { 'main.py': 'import app.vessel\n\nprint(getattr(app.vessel, "LIMIT", 3))\n' },
      change: { 'app/vessel.py': VESSEL.replace('LIMIT = 3\n', '') },
    },
  },
  {
    kind: 'an attribute read through an alias',
    base: { 'main.py': 'import app.vessel as v\n\n\nclass Fast(v.Vessel):\n    top = v.LIMIT\n' },
    change: { 'app/vessel.py': VESSEL.replace('LIMIT', 'LIMITS') },
    finds: [['main.py', 5, 13, 'missing-attribute']],
    twin: {
      base: {
        'main.py': 'import app.vessel as v\n\n\ndef f(v):\n    return v.LIMIT\n',
      },
      change: { 'app/vessel.py': VESSEL.replace('LIMIT', 'LIMITS') },
    },
  },
  {
    kind: 'an attribute read in a function',
    base: { 'main.py': 'from app import vessel\n\n\ndef f():\n    return vessel.load()\n' },
    change: { 'app/vessel.py': RENAMED },
    finds: [
      ['app/fleet.py', 1, 32, 'missing-name'],
      ['main.py', 5, 19, 'missing-attribute'],
    ],
    load: null,
    twin: {
      base: {
        'main.py': 'from app import vessel\n\n\ndef f():\n    return vessel.load()\n',
        'app/fleet.py': 'import app.vessel\n\napp.vessel.load = len\n',
      },
      change: { 'app/vessel.py': RENAMED },
    },
  },
];
