import type { Fault } from './fault.js';

/** Modules that are not there, and relative imports that lead nowhere. */
export const MODULES: readonly Fault[] = [
  {
    kind: 'a module that nobody has',
    change: { 'app/new.py': 'import os\nimport vesselry\n' },
    finds: [['app/new.py', 2, 8, 'unresolved-import']],
    says: 'neither installed nor declared',
    twin: { change: { 'app/new.py': 'import os\nimport app.vessel\n' } },
  },
  {
    kind: 'a slip in the name of a standard module',
    change: { 'app/new.py': 'import jsn\n' },
    finds: [['app/new.py', 1, 8, 'unresolved-import']],
    says: "did you mean 'json'?",
    twin: { change: { 'app/new.py': 'import json\n' } },
  },
  {
    kind: 'a slip in the name of a submodule',
    change: { 'app/new.py': 'import app.vesel\n' },
    finds: [['app/new.py', 1, 8, 'unresolved-import']],
    says: "did you mean 'app.vessel'?",
    twin: { change: { 'app/new.py': 'import app.vessel\n' } },
  },
  {
    kind: 'a submodule that a standard package does not have',
    change: { 'app/new.py': 'import xml.etree.ElementTre\n' },
    finds: [['app/new.py', 1, 8, 'unresolved-import']],
    says: "did you mean 'xml.etree.ElementTree'?",
    twin: { change: { 'app/new.py': 'import xml.etree.ElementTree\n' } },
  },
  {
    kind: 'a submodule of what is no package',
    change: { 'app/new.py': 'import app.vessel.deep\n' },
    finds: [['app/new.py', 1, 8, 'unresolved-import']],
    says: "'app.vessel' is not a package",
    twin: { change: { 'app/new.py': 'import app.inner.reader\n' } },
  },
  {
    kind: 'a submodule of an extension module',
    change: { 'app/new.py': 'import math.trig\n' },
    finds: [['app/new.py', 1, 8, 'unresolved-import']],
    twin: { change: { 'app/new.py': 'import os.path, pyexpat.errors\n' } },
  },
  {
    kind: 'the wrong case of a module',
    change: { 'app/new.py': 'from app.Vessel import load\n' },
    finds: [['app/new.py', 1, 6, 'unresolved-import']],
    says: "did you mean 'app.vessel'?",
    twin: { change: { 'app/new.py': 'from app import Vessel\n' } },
  },
  {
    kind: 'a sibling named as if it were at the top',
    change: { 'app/new.py': 'from vessel import load\n' },
    finds: [['app/new.py', 1, 6, 'unresolved-import']],
    says: "did you mean 'app.vessel'?",
    twin: { change: { 'app/new.py': 'from app.vessel import load\n' } },
  },
  {
    kind: 'one dot too many at the top package',
    change: { 'app/new.py': 'from ..vessel import load\n' },
    finds: [['app/new.py', 1, 6, 'unresolved-import']],
    says: 'beyond the top-level package: ..vessel',
    twin: { change: { 'app/new.py': 'from .vessel import load\n' } },
  },
  {
    kind: 'one dot too many in an inner package',
    change: { 'app/inner/new.py': 'from ...vessel import load\n' },
    finds: [['app/inner/new.py', 1, 6, 'unresolved-import']],
    says: 'beyond the top-level package',
    twin: { change: { 'app/inner/new.py': 'from ..vessel import load\n' } },
  },
  {
    kind: 'more dots than folders',
    change: { 'app/new.py': 'from .... import vessel\n' },
    finds: [['app/new.py', 1, 6, 'unresolved-import']],
    twin: { change: { 'app/new.py': 'from . import vessel\n' } },
  },
  {
    kind: 'one dot too few',
    change: { 'app/inner/new.py': 'from .vessel import load\n' },
    finds: [['app/inner/new.py', 1, 6, 'unresolved-import']],
    says: "No module named 'app.inner.vessel'",
    twin: { change: { 'app/inner/new.py': 'from .reader import read\n' } },
  },
  {
    kind: 'a relative import in a script at the top',
    change: { 'run.py': 'from .app import vessel\n' },
    finds: [['run.py', 1, 6, 'unresolved-import']],
    says: 'with no known parent package',
    twin: { change: { 'run.py': 'from app import vessel\n' } },
  },
  {
    kind: 'beyond the package of a src layout',
    base: {
      'pyproject.toml': '[project]\nname = "x"\n',
      'src/pkg/__init__.py': '',
      'src/other/__init__.py': 'y = 1\n',
    },
    change: { 'src/pkg/new.py': 'from ..other import y\n' },
    finds: [['src/pkg/new.py', 1, 6, 'unresolved-import']],
    load: 'pkg.new',
    roots: ['src'],
    twin: { change: { 'src/pkg/new.py': 'from other import y\n' }, load: 'pkg.new' },
  },
  {
    kind: 'a module missing in a folder that the settings name',
    base: { 'setup.cfg': '[options]\npackage_dir =\n    = lib\n', 'lib/pkg/__init__.py': 'x = 1\n' },
    change: { 'run.py': 'import pkg.more\n' },
    finds: [['run.py', 1, 8, 'unresolved-import']],
    roots: ['lib'],
    twin: { change: { 'run.py': 'from pkg import x\n' } },
  },
  {
    kind: 'the handler of another error',
    change: { 'app/new.py': 'try:\n    import vesselry\nexcept ValueError:\n    vesselry = None\n' },
    finds: [['app/new.py', 2, 12, 'unresolved-import']],
    twin: {
      change: { 'app/new.py': 'try:\n    import vesselry\nexcept ImportError:\n    vesselry = None\n' },
    },
  },
  {
    kind: 'the else of a try',
    change: { 'app/new.py': 'try:\n    x = 1\nexcept ImportError:\n    x = 2\nelse:\n    import vesselry\n' },
    finds: [['app/new.py', 6, 12, 'unresolved-import']],
    twin: {
      change: { 'app/new.py': 'try:\n    x = 1\n    import vesselry\nexcept ImportError:\n    x = 2\n' },
    },
  },
  {
    kind: 'what runs where nobody checks types',
    change: {
      'app/new.py': 'from typing import TYPE_CHECKING\n\nif not TYPE_CHECKING:\n    import vesselry\n',
    },
    finds: [['app/new.py', 4, 12, 'unresolved-import']],
    twin: {
      change: {
        'app/new.py': 'from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    import vesselry\n',
      },
    },
  },
  {
    kind: 'an import inside of a function',
    change: { 'app/new.py': 'def f():\n    import vesselry\n    return vesselry\n' },
    finds: [['app/new.py', 2, 12, 'unresolved-import']],
    load: null,
    twin: { change: { 'app/new.py': 'def f():\n    import app.vessel\n    return app\n' } },
  },
  {
    kind: 'the second of two names, behind characters of several bytes',
    change: { 'app/new.py': 'x = "é€😀"; import os, vesselry as v\n' },
    finds: [['app/new.py', 1, 23, 'unresolved-import']],
    twin: { change: { 'app/new.py': 'x = "é€😀"; import os, app as v\n' } },
  },
];
