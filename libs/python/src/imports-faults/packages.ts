import type { Fault, Files } from './fault.js';

const SITE = '.venv/Lib/site-packages';
const VENV = { '.venv/pyvenv.cfg': 'include-system-site-packages = false\n' };

/** A package that a file declares in its own way, and that is not installed. */
function declared(file: string, text: string, more: Files = {}): Fault {
  return {
    kind: `declared in ${file} and not installed: ${text.split('\n').join(' ')}`,
    base: { ...VENV, ...more },
    change: { [file]: text, 'main.py': 'import maritime_core\n' },
    finds: [['main.py', 1, 8, 'not-installed', 'warning']],
    says: `declared in ${Object.keys(more)[0] ?? file} but not installed; install it with: `,
    load: null,
    twin: {
      base: { ...VENV, ...more, [`${SITE}/maritime_core/__init__.py`]: '' },
      change: { [file]: text, 'main.py': 'import maritime_core\n' },
      load: 'main',
    },
  };
}

/** Packages of others: invented, declared, installed, and their names. */
export const PACKAGES: readonly Fault[] = [
  {
    kind: 'an invented package',
    base: { ...VENV, 'requirements.txt': 'requests\n' },
    change: { 'main.py': 'from vessel_tracker.api import Client\n' },
    finds: [['main.py', 1, 6, 'unresolved-import']],
    says: 'declare the package that provides it (requirements.txt or pyproject.toml)',
    twin: {
      base: { ...VENV, [`${SITE}/vessel_tracker/api.py`]: 'class Client: ...\n' },
      change: { 'main.py': 'from vessel_tracker.api import Client\n' },
    },
  },
  declared('requirements.txt', 'Maritime_Core[fast]>=1 ; python_version > "3"\n'),
  declared('requirements.txt', '-r more.txt\n', { 'more.txt': 'maritime.core==2\n' }),
  declared('requirements/dev.txt', 'maritime-core @ git+ssh://somewhere/x.git\n'),
  declared('dev-requirements.txt', '-e git+ssh://somewhere/x.git#egg=maritime-core\n'),
  declared('pyproject.toml', '[project]\nname = "x"\ndependencies = ["maritime-core~=1.0"]\n'),
  declared('pyproject.toml', '[project.optional-dependencies]\nfast = ["maritime-core"]\n'),
  declared('pyproject.toml', '[dependency-groups]\ndev = ["maritime-core>1"]\n'),
  declared('pyproject.toml', '[tool.poetry.group.dev.dependencies]\nmaritime-core = "^1"\n'),
  declared('pyproject.toml', '[tool.pdm.dev-dependencies]\ntest = ["maritime-core"]\n'),
  declared('pyproject.toml', '[tool.uv]\ndev-dependencies = ["maritime-core"]\n'),
  declared('pyproject.toml', '[tool.hatch.envs.default]\ndependencies = ["maritime-core"]\n'),
  declared('setup.cfg', '[options]\ninstall_requires =\n    maritime-core>=1\n'),
  declared('setup.py', 'from setuptools import setup\n\nsetup(install_requires=["maritime-core"])\n', {
    'setup.py': '',
    [`${SITE}/setuptools/__init__.py`]: 'def setup(**options): ...\n',
  }),
  declared('Pipfile', '[packages]\nmaritime-core = "*"\n'),
  declared('environment.yml', 'dependencies:\n  - python=3.11\n  - pip:\n    - maritime-core==1\n'),
  {
    kind: 'a package that the change no longer declares',
    base: { ...VENV, 'requirements.txt': 'maritime-core\n', 'main.py': 'import maritime_core\n' },
    change: { 'requirements.txt': '' },
    finds: [['main.py', 1, 8, 'unresolved-import']],
    twin: { change: { 'requirements.txt': 'maritime-core>=2\n' }, load: null },
  },
  {
    kind: 'the name of the package in the place of its module',
    base: {
      ...VENV,
      'requirements.txt': 'PyYAML\n',
      [`${SITE}/yaml/__init__.py`]: 'def safe_load(): ...\n',
      [`${SITE}/PyYAML-6.0.dist-info/top_level.txt`]: '_yaml\nyaml\n',
    },
    change: { 'main.py': 'import pyyaml\n' },
    finds: [['main.py', 1, 8, 'unresolved-import']],
    says: "the installed package 'PyYAML' is imported as 'yaml'",
    twin: { change: { 'main.py': 'import yaml\n' } },
  },
  {
    kind: 'a package of which only the stubs are installed',
    base: { ...VENV, [`${SITE}/sextant-stubs/__init__.pyi`]: 'x: int\n' },
    change: { 'main.py': 'import sextant\n' },
    finds: [['main.py', 1, 8, 'unresolved-import']],
    says: 'only its type stubs are installed',
    twin: {
      base: {
        ...VENV,
        [`${SITE}/sextant-stubs/__init__.pyi`]: 'x: int\n',
        [`${SITE}/sextant/__init__.py`]: 'x = 1\n',
      },
      change: { 'main.py': 'from sextant import x\n' },
    },
  },
  {
    kind: 'a name that an installed package does not have',
    base: { ...VENV, [`${SITE}/sextant/__init__.py`]: 'def measure(): ...\n' },
    change: { 'main.py': 'from sextant import mesure\n' },
    finds: [['main.py', 1, 21, 'missing-name']],
    says: "did you mean 'measure'?",
    twin: { change: { 'main.py': 'from sextant import measure\n' } },
  },
  {
    kind: 'a name missing behind a .pth line',
    base: { ...VENV, [`${SITE}/linked.pth`]: '../../../linked\n', 'linked/behind.py': 'x = 1\n' },
    change: { 'main.py': 'from behind import y\n' },
    finds: [['main.py', 1, 20, 'missing-name']],
    roots: ['linked'],
    twin: { change: { 'main.py': 'from behind import x\n' } },
  },
  {
    kind: 'an extension module that was built for another Python',
    base: { 'app/fast.cpython-34m-x86_64-linux-gnu.so': '' },
    change: { 'app/new.py': 'from app import fast\n' },
    finds: [['app/new.py', 1, 17, 'missing-name']],
    twin: {
      base: { 'app/fast.abi3.so': '', 'app/built.pyx': '' },
      change: { 'app/new.py': 'from app.fast import anything\nfrom app.built import more\n' },
      load: null,
    },
  },
];
