import { chmod, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';

/** A project in a temporary folder. */
export interface PlantedProject {
  readonly path: string;
  write(path: string, content: string): Promise<void>;
  read(path: string): Promise<string>;
}

const SITE = '.venv/lib/python3.11/site-packages';
/** Python that leaves a mark and goes on, also where it cannot leave one. */
const python = (marks: string, name: string): string =>
  `try: open(${JSON.stringify(join(marks, name))}, "w").close()\nexcept OSError: pass\n`;
const shell = (marks: string, name: string, then: string): string =>
  `#!/bin/sh\n(: > ${join(marks, name)}) 2>/dev/null\n${then}\n`;

/**
 * Writes a project into which everything that could be run unasked was planted: each leaves a mark, a file of its
 * name in `marks`. It is committed with git, the environment too, as what came with the project's own files.
 */
export async function plant(project: PlantedProject, marks: string): Promise<void> {
  const mark = (name: string): string => python(marks, name);
  const line = (name: string): string => `import sys; exec(${JSON.stringify(mark(name))})\n`;
  const files: Record<string, string> = {
    'app/__init__.py': mark('package'),
    'app/__main__.py': mark('main'),
    'app/vessel.py': 'import json\nimport typing\n\nVALUE: int = 1\n',
    'conftest.py': `${mark('conftest')}import os\nos.environ["CONFTEST"] = "ran"\n`,
    'setup.py': mark('setup'),
    'sitecustomize.py': mark('sitecustomize'),
    'usercustomize.py': mark('usercustomize'),
    'typing.py': mark('typing'),
    'json.py': mark('json'),
    'plugin.py': `${mark('mypy-plugin')}from mypy.plugin import Plugin\ndef plugin(version): return Plugin\n`,
    'mypy.ini': `[mypy]\nplugins = plugin.py\npython_executable = ${project.path}/.venv/bin/python\ncache_dir = ${marks}/mypy-cache\n`,
    'pyproject.toml': `[tool.mypy]\nplugins = ["plugin.py"]\n[tool.ruff]\ncache-dir = "${marks}/ruff-cache"\nextend = "other.toml"\n`,
    'other.toml': `cache-dir = "${marks}/ruff-cache"\n`,
    'pyrightconfig.json': '{"venvPath": ".", "venv": ".venv", "pythonPlatform": "Linux"}\n',
    '.venv/pyvenv.cfg': 'home = /usr/bin\nversion = 3.11.2\n',
    [`${SITE}/line.pth`]: line('pth'),
    [`${SITE}/editable.pth`]: 'import __editable___own_finder\n',
    [`${SITE}/__editable___own_finder.py`]: mark('editable-finder'),
    [`${SITE}/sitecustomize.py`]: mark('venv-sitecustomize'),
    '.gitattributes': '*.txt filter=planted\n',
    'notes.txt': 'notes\n',
  };
  for (const name of ['python', 'python3', 'mypy', 'ruff', 'pyright']) {
    const then = name.startsWith('python') ? 'exec /usr/bin/python3 "$@"' : 'exit 0';
    files[`.venv/bin/${name}`] = shell(marks, `venv-${name}`, then);
  }
  for (const [path, text] of Object.entries(files)) await project.write(path, text);
  for (const name of await readdir(join(project.path, '.venv/bin'))) {
    await chmod(join(project.path, '.venv/bin', name), 0o755);
  }
  await plantInGit(project, marks);
}

async function plantInGit(project: PlantedProject, marks: string): Promise<void> {
  const git = (...args: string[]): Promise<unknown> => execa('git', args, { cwd: project.path });
  await git('init', '-q');
  await git('add', '-f', '.');
  await git('-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '-q', '-m', 'all');
  for (const [path, text] of Object.entries({
    '.git/monitor': shell(marks, 'git-fsmonitor', 'exit 1'),
    '.git/filter': shell(marks, 'git-filter', 'cat'),
    '.git/hooks/post-index-change': shell(marks, 'git-hook', 'exit 0'),
  })) {
    await project.write(path, text);
    await chmod(join(project.path, path), 0o755);
  }
  await git('config', 'core.fsmonitor', join(project.path, '.git/monitor'));
  await git('config', 'filter.planted.clean', join(project.path, '.git/filter'));
  await git('config', 'filter.planted.smudge', join(project.path, '.git/filter'));
  // What differs in time has to be read again, through the filter.
  await project.write('notes.txt', 'other notes\n');
}

const system = '/usr/bin/python3';
const inPath = (folder: string): Record<string, string> => ({ PYTHONPATH: folder });
type Bite = readonly [command: readonly string[], env?: Record<string, string>];

/** What makes each of them leave its mark: the plain tool, started in the project as a person might. */
export const BITES: Readonly<Record<string, Bite>> = {
  package: [[system, '-c', 'import app']],
  main: [[system, '-m', 'app']],
  conftest: [[system, '-c', 'import conftest']],
  setup: [[system, 'setup.py']],
  sitecustomize: [[system, '-c', ''], inPath('.')],
  usercustomize: [[system, '-c', ''], inPath('.')],
  typing: [[system, '-c', 'import typing']],
  json: [[system, '-c', 'import json']],
  'mypy-plugin': [['mypy', '--python-executable', system, 'app/vessel.py']],
  'mypy-cache': [['mypy', '--python-executable', system, 'app/vessel.py']],
  'venv-python': [['mypy', 'app/vessel.py']],
  pth: [[system, '-c', `import site; site.addsitedir("${SITE}")`]],
  'editable-finder': [[system, '-c', `import site; site.addsitedir("${SITE}")`]],
  'venv-sitecustomize': [[system, '-c', ''], inPath(SITE)],
  'venv-python3': [['.venv/bin/python3', '-c', '']],
  'venv-mypy': [['.venv/bin/mypy']],
  'venv-ruff': [['.venv/bin/ruff']],
  'venv-pyright': [['.venv/bin/pyright']],
  'git-fsmonitor': [['git', 'status']],
  'git-filter': [['git', 'diff', '--stat']],
  'git-hook': [['git', 'add', 'app']],
};

/** Starts the tool of one of them; the names of all marks that are there then, which are removed. */
export async function bite(project: PlantedProject, marks: string, [command, env]: Bite): Promise<string[]> {
  const [program = '', ...args] = command;
  const shadow = await project.read('typing.py');
  // mypy refuses a project with a module of this name, before it reads anything else.
  if (program === 'mypy') await rm(join(project.path, 'typing.py'));
  await execa(program, args, { cwd: project.path, env: env ?? {}, reject: false, stdin: 'ignore' });
  await project.write('typing.py', shadow);
  return await takeMarks(marks);
}

export async function takeMarks(marks: string): Promise<string[]> {
  const found = await readdir(marks);
  for (const name of found) await rm(join(marks, name), { recursive: true });
  return found;
}
