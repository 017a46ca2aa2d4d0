import { readdir } from 'node:fs/promises';
import { messageOf } from '@ids/kernel';
import { execa } from 'execa';
import { childEnvironment, executables } from '../environment.js';
import type { ProjectPython } from '../project-python.js';
import { findRuff } from './lint/ruff.js';
import { WasmRuff } from './lint/wasm.js';
import { MypyFinder } from './types/mypy-finder.js';
import { Pyright } from './types/pyright.js';
import { TYPE_LIMITS } from './types/tool.js';

/** A tool that judges, or that judging needs. */
export interface ToolReport {
  readonly name: 'mypy' | 'pyright' | 'ruff' | 'pytest' | 'bubblewrap' | 'git';
  /** `broken`: it is there and does not work. */
  readonly state: 'found' | 'missing' | 'broken';
  readonly version?: string;
  /** The file, or in words where it is. */
  readonly where?: string;
  /** What it is for here, or what is done without it. */
  readonly use: string;
  /** How to get it. */
  readonly advice?: string;
}

const PROBE_MS = 20_000;

/**
 * Which tools judge a project of this Python, found as validation finds them; without a Python those that need
 * none. Nothing of the project is started, and of its environment only what may be.
 */
export async function findTools(python: ProjectPython | undefined): Promise<ToolReport[]> {
  const [mypy, pyright, ruff, pytest, bubblewrap, git] = await Promise.all([
    mypyOf(python),
    pyrightOfNpm(),
    ruffOf(python),
    pytestOf(python),
    sandbox(),
    gitOfPath(),
  ]);
  const types = mypy.state === 'found' ? 'judges types where mypy cannot' : 'judges types';
  const second = pyright.state === 'found' ? { ...pyright, use: types } : pyright;
  const without = mypy.state === 'missing' && pyright.state === 'found';
  return [
    without ? { ...mypy, use: 'pyright judges types in its place' } : mypy,
    second,
    ruff,
    ...(pytest === undefined ? [] : [pytest]),
    bubblewrap,
    git,
  ];
}

async function mypyOf(python: ProjectPython | undefined): Promise<ToolReport> {
  const advice = 'Debian, Ubuntu: apt-get install mypy. Else: python3 -m pip install mypy';
  const missing = { name: 'mypy', state: 'missing', use: 'types are not judged', advice } as const;
  if (python === undefined) return missing;
  const finder = new MypyFinder(() => Promise.resolve(python.interpreter.executable), TYPE_LIMITS);
  const [found, ofMachine] = await Promise.all([
    finder.find(python),
    finder.find({ ...python, trusted: false }),
  ]);
  if (found === undefined) return missing;
  return {
    name: 'mypy',
    state: 'found',
    version: found.name.replace(/^mypy /, ''),
    where: found === ofMachine ? 'of this machine' : "of the project's environment",
    use: 'judges types',
  };
}

async function pyrightOfNpm(): Promise<ToolReport> {
  const found = await Pyright.find();
  if (found === undefined) {
    const advice = 'In the folder of IDS: npm ci';
    return { name: 'pyright', state: 'missing', use: 'types are judged by mypy alone', advice };
  }
  const version = found.name.replace(/^pyright /, '');
  return { name: 'pyright', state: 'found', version, where: 'comes with IDS', use: 'judges types' };
}

async function ruffOf(python: ProjectPython | undefined): Promise<ToolReport> {
  const native = await findRuff(python ?? { trusted: false, environment: undefined });
  if (native !== undefined) {
    const { executable, version } = native;
    return { name: 'ruff', state: 'found', version, where: executable, use: 'judges lint' };
  }
  const wasm = new WasmRuff();
  try {
    const version = /^ruff (\S+)/.exec(await wasm.name())?.[1] ?? '';
    const use = 'judges lint, but for stub files (.pyi)';
    return { name: 'ruff', state: 'found', version, where: 'comes with IDS, as WebAssembly', use };
  } catch (error) {
    const advice = 'In the folder of IDS: npm ci. Or: python3 -m pip install ruff';
    return { name: 'ruff', state: 'missing', use: `lint is not judged (${messageOf(error)})`, advice };
  } finally {
    await wasm.close();
  }
}

/** Read from its metadata, since asking it would start the environment; undefined if no folder is known. */
async function pytestOf(python: ProjectPython | undefined): Promise<ToolReport | undefined> {
  if (python === undefined || python.sitePackages.length === 0) return undefined;
  for (const folder of python.sitePackages) {
    const names = await readdir(folder).catch((): string[] => []);
    const [, version] = /^pytest-(\d[^-]*)\.dist-info$/m.exec(names.join('\n')) ?? [];
    if (version !== undefined && names.includes('pytest')) {
      return { name: 'pytest', state: 'found', version, where: folder, use: 'runs the tests' };
    }
  }
  const advice = 'In the environment of the project: python -m pip install pytest';
  return { name: 'pytest', state: 'missing', use: 'unittest runs the tests', advice };
}

/** bubblewrap with the kinds of isolation that tests get; where it is there it may still not be allowed to. */
async function sandbox(): Promise<ToolReport> {
  const [bwrap] = await executables('bwrap');
  if (bwrap === undefined) {
    const advice = 'Debian, Ubuntu: apt-get install bubblewrap';
    return { name: 'bubblewrap', state: 'missing', use: 'tests, which run project code, do not run', advice };
  }
  const version = /(\d\S*)/.exec(await output(bwrap, ['--version']))?.[1];
  const links = ['/bin', '/lib', '/lib64'].flatMap((path) => ['--ro-bind-try', path, path]);
  const isolation = [
    '--unshare-all',
    '--die-with-parent',
    '--new-session',
    '--clearenv',
    '--cap-drop',
    'ALL',
  ];
  const places = [
    '--ro-bind',
    '/usr',
    '/usr',
    ...links,
    '--proc',
    '/proc',
    '--dev',
    '/dev',
    '--tmpfs',
    '/tmp',
  ];
  const tried = await execa(bwrap, [...isolation, ...places, '/bin/sh', '-c', 'exit 0'], probe());
  const found = { name: 'bubblewrap', ...(version === undefined ? {} : { version }), where: bwrap } as const;
  if (!tried.failed) return { ...found, state: 'found', use: 'works: tests run in it, without network' };
  const reason = (tried.stderr.trim().split('\n').at(-1) ?? '').slice(0, 200) || 'it gave no reason';
  return {
    ...found,
    state: 'broken',
    use: `does not work here (${reason}); tests do not run`,
    advice: 'A container has to allow it namespaces of users; see the manual of bubblewrap.',
  };
}

async function gitOfPath(): Promise<ToolReport> {
  const [git] = await executables('git');
  const version = git === undefined ? undefined : /(\d\S*)/.exec(await output(git, ['--version']))?.[1];
  if (git === undefined || version === undefined) {
    const advice = 'Debian, Ubuntu: apt-get install git';
    return { name: 'git', state: 'missing', use: 'changes are not compared with HEAD', advice };
  }
  return { name: 'git', state: 'found', version, where: git, use: 'compares with HEAD' };
}

/** Empty if it fails. */
async function output(program: string, args: readonly string[]): Promise<string> {
  const { stdout, failed } = await execa(program, args, probe());
  return failed ? '' : stdout;
}

const probe = () =>
  ({
    env: childEnvironment(),
    extendEnv: false,
    cwd: '/',
    reject: false,
    timeout: PROBE_MS,
    stdin: 'ignore',
    maxBuffer: 100_000,
  }) as const;
