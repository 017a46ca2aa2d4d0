/** `{ROOT}` stands for the project's folder, `{HOME}` for the interpreter's, `{EXT}` for an extension module of it. */
type Files = Readonly<Record<string, string>>;

const SITE = '.venv/Lib/site-packages';
const VENV: Files = { '.venv/pyvenv.cfg': 'home = {HOME}\ninclude-system-site-packages = false\n' };

/** What is found on `sys.path` when the project runs, in this order. */
export interface FixtureProject {
  readonly roots: readonly string[];
  readonly files: Files;
}

const SRC: FixtureProject = {
  roots: ['src', 'tests', ''],
  files: {
    ...VENV,
    'pyproject.toml':
      '[project]\nname = "harbour"\ndependencies = ["tides"]\n\n[tool.setuptools.packages.find]\nwhere = ["src"]\n\n[tool.pytest.ini_options]\npythonpath = ["src", "tests"]\n',
    'src/harbour/__init__.py':
      '"""A harbour."""\n\nfrom .berths import *\nfrom .berths import __all__ as _berths\nfrom . import clock, models as entities\nfrom .models import Ship as Vessel\n\n__version__ = "1"\n__all__ = [*_berths, "Vessel", "clock"]\n',
    'src/harbour/berths.py':
      'import enum as _enum\n\n__all__ = ["Berth", "free"]\n__all__ += ["LIMIT"]\n\n\nclass Berth(_enum.Enum):\n    NORTH = 1\n\n\ndef free():\n    return list(Berth)\n\n\nif len(Berth) > 1:\n    LIMIT = 2\nelse:\n    LIMIT = 1\n',
    'src/harbour/clock.py':
      'try:\n    import zoneinfo\nexcept ImportError:\n    zoneinfo = None\ntry:\n    from orjson_of_nobody import dumps\nexcept (ImportError, AttributeError):\n    from json import dumps\n\n\ndef now():\n    return dumps(str(zoneinfo))\n',
    'src/harbour/models.py':
      'from __future__ import annotations\n\nimport typing as t\n\nif t.TYPE_CHECKING:\n    from harbour_stubs_only import Shape\n    from .lazy import Heavy\n\n\nclass Ship:\n    shape: Shape\n    heavy: Heavy\n',
    'src/harbour/lazy.py':
      'import importlib\n\n_LATE = {"Heavy": ".heavy"}\n\n\ndef __getattr__(name):\n    if name in _LATE:\n        return getattr(importlib.import_module(_LATE[name], __package__), name)\n    raise AttributeError(name)\n',
    'src/harbour/heavy.py': 'from .models import Ship\n\n\nclass Heavy(Ship):\n    pass\n',
    'src/harbour/plans/__init__.py': 'from ..lazy import Heavy\nfrom .. import Vessel, __version__, berths\n',
    'src/harbour/plans/deep/__init__.py':
      'from ... import clock\nfrom ...berths import LIMIT\nfrom .. import Heavy\n',
    'src/harbour/native.py': 'from harbour import {EXT}\nimport harbour.{EXT} as again\n',
    'src/harbour/__main__.py': 'from harbour.plans.deep import clock\n\nprint(clock)\n',
    'tests/helpers.py': 'from harbour import Berth, LIMIT, free, entities\n',
    'tests/test_all.py':
      'import helpers\nfrom helpers import Berth\nfrom tides import level\nfrom tides.moon import *\nfrom tides.moon import phase as p\n\nprint(phase, p, helpers, Berth, level)\n',
    [`${SITE}/__editable__.tides-1.pth`]:
      'import __editable___tides_1_finder; __editable___tides_1_finder.install()\n',
    [`${SITE}/__editable___tides_1_finder.py`]:
      'import importlib.util\nimport sys\n\nMAPPING: dict = {"tides": "{ROOT}/linked/tides"}\nNAMESPACES: dict = {}\n\n\nclass Finder:\n    @classmethod\n    def find_spec(cls, name, path=None, target=None):\n        place = MAPPING.get(name)\n        return place and importlib.util.spec_from_file_location(name, place + "/__init__.py")\n\n\ndef install():\n    sys.meta_path.append(Finder)\n',
    [`${SITE}/tides-1.dist-info/RECORD`]: '__editable__.tides-1.pth,,\n',
    'linked/tides/__init__.py': 'def level():\n    return 1\n',
    'linked/tides/moon.py': 'def phase():\n    return 1\n',
  },
};

const FLAT: FixtureProject = {
  roots: [''],
  files: {
    ...VENV,
    'setup.py':
      'NEEDS = ["buoys"]\n\nif __name__ == "__main__":\n    from setuptools import setup\n\n    setup(install_requires=NEEDS)\n',
    'requirements.txt': 'setuptools\nbuoys\n',
    'app/__init__.py': 'import app.config\n\nNAME = app.config.NAME\n',
    'app/config.py':
      'import os, sys as system\nfrom os import path, environ as env\n\nNAME = "app"\nfor _key in ("HOST", "PORT"):\n    globals()[_key] = env.get(_key, path.sep)\n',
    'app/users.py':
      'from app import config, NAME\nfrom app.config import HOST, PORT, system\nfrom app.config import NAME as other\nfrom .roles import Role, ADMIN\nimport app.roles as roles, app.config\n',
    'app/roles.py':
      'from enum import IntEnum\n\n\nclass Role(IntEnum):\n    ADMIN = 1\n\n\nglobals().update(Role.__members__)\n',
    'app/logging.py':
      'import logging\nfrom logging import getLogger, handlers as handlers\nimport logging.handlers\n',
    'app/json.py': 'from json import dumps\nfrom . import json as own\n',
    'app/shapes.py':
      'import sys\n\n\nclass Shapes:\n    circle = 1\n    __path__ = None\n\n\nsys.modules[__name__] = Shapes()\n',
    'app/draw.py': 'from app.shapes import circle\n',
    'app/first.py': 'ONE = 1\n\nimport app.second  # noqa: E402\n',
    'app/second.py': 'import app.first\n\nTWO = 2\n\n\ndef one():\n    return app.first.ONE\n',
    'app/patterns.py':
      'import re\n\nif (found := re.match("a", "a")) is not None:\n    (start, *rest), last = found.regs, 1\nwith open(__file__) as stream:\n    text: str = stream.read()\nfor number, _ in enumerate(text):\n    pass\ntry:\n    del number\nexcept NameError:\n    number = 0\nnumber = 0\n',
    'app/uses.py': 'from app.patterns import found, start, rest, last, stream, text, number, re\n',
    'manage.py':
      'import sys\n\n\ndef main():\n    from app import users\n    from buoys.sea import deep, shallow\n    import buoys.light\n\n    return users, deep, shallow, buoys, sys\n\n\nif sys.version_info < (3,):\n    import urllib2\nif sys.platform == "win32":\n    import winreg\nmain()\n',
    [`${SITE}/easy-install.pth`]:
      'import sys; sys.__plen = len(sys.path)\n{ROOT}/eggs/buoys.egg\nimport sys; new=sys.path[sys.__plen:]; del sys.path[sys.__plen:]; p=getattr(sys,"__egginsert",0); sys.path[p:p]=new; sys.__egginsert = p+len(new)\n',
    [`${SITE}/setuptools/__init__.py`]: 'def setup(**_):\n    pass\n',
    'eggs/buoys.egg/buoys/__init__.py': '',
    'eggs/buoys.egg/buoys/light.py': '',
    'eggs/buoys.egg/buoys/sea/__init__.py': 'from buoys.sea.floor import *\n',
    'eggs/buoys.egg/buoys/sea/floor.py': 'import math as _math\n\ndeep, shallow = _math.pi, 1\n',
  },
};

const NAMESPACES: FixtureProject = {
  roots: ['', 'packages/one', 'packages/two'],
  files: {
    ...VENV,
    'pyproject.toml': '[tool.uv.workspace]\nmembers = ["packages/*"]\n',
    'packages/one/pyproject.toml':
      '[project]\nname = "fleet-one"\ndependencies = ["fleet-two", "fleet-three"]\n',
    'packages/one/fleet/one/__init__.py':
      'from fleet.two import two\nimport fleet.three.deep\nfrom fleet.three import deep\n',
    'packages/one/fleet/one/inner.py':
      'from . import two\nfrom ..two.more import more\nfrom .. import two as sibling\n',
    'packages/two/pyproject.toml': '[project]\nname = "fleet-two"\n',
    'packages/two/fleet/two/__init__.py': 'two = 2\n',
    'packages/two/fleet/two/more.py': 'from fleet.two import two as more\n',
    'tools/build.py':
      'from tools.deploy import ship\nimport tools.parts.part\nfrom tools.parts import part\n',
    'tools/deploy.py': 'from .parts.part import x\n\n\ndef ship():\n    return x\n',
    'tools/parts/part.py': 'from ..other import y as x\n',
    'tools/other.py': 'y = 1\n',
    [`${SITE}/fleet/three/deep.py`]: 'x = 1\n',
    [`${SITE}/paths.pth`]: '# more\n../../../more\n\n',
    'more/signals.py': 'flag = 1\n',
    'use.py':
      'from signals import flag\nimport fleet.one, fleet.two.more, fleet.three.deep\nfrom fleet import one, two\n',
  },
};

export const PROJECTS: Readonly<Record<string, FixtureProject>> = {
  'src layout': SRC,
  flat: FLAT,
  'namespace packages': NAMESPACES,
};
