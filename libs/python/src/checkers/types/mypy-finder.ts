import { open, stat } from 'node:fs/promises';
import { basename, isAbsolute, join } from 'node:path';
import { executables } from '../../environment.js';
import type { ProjectPython } from '../../project-python.js';
import { runChild } from './child.js';
import { Mypy, mypyCommand, type MypyPlace } from './mypy.js';
import type { TypeLimits } from './tool.js';

const VERSION_LIMITS = { seconds: 20, outputBytes: 1_024 * 1_024 };

/** Finds mypy: in the project's environment where that may be trusted, else on this machine. */
export class MypyFinder {
  /** By the environment's folder and the time of its mypy, so that another version is seen. */
  private readonly ofEnvironment = new Map<string, Promise<Mypy | undefined>>();
  private ofMachine: Promise<Mypy | undefined> | undefined;

  constructor(
    private readonly interpreter: () => Promise<string>,
    private readonly limits: TypeLimits,
  ) {}

  async find(python: ProjectPython): Promise<Mypy | undefined> {
    const own = python.trusted ? await this.inEnvironment(python) : undefined;
    if (own !== undefined) return own;
    this.ofMachine ??= this.onMachine();
    const found = await this.ofMachine;
    // It may be installed while we run.
    if (found === undefined) this.ofMachine = undefined;
    return found;
  }

  private async inEnvironment(python: ProjectPython): Promise<Mypy | undefined> {
    if (python.environment === undefined) return undefined;
    const version = await timeOf(python.sitePackages.map((folder) => join(folder, 'mypy/version.py')));
    if (version === undefined) return undefined;
    const key = `${python.environment}\0${version}`;
    let found = this.ofEnvironment.get(key);
    if (found === undefined) {
      found = this.probe({ python: python.interpreter.executable, folders: python.sitePackages });
      this.ofEnvironment.set(key, found);
    }
    const answer = await found;
    // It may have failed for want of memory or time.
    if (answer === undefined) this.ofEnvironment.delete(key);
    return answer;
  }

  private async onMachine(): Promise<Mypy | undefined> {
    const pythons: string[] = [];
    for (const script of await executables('mypy')) pythons.push(...(await interpreterOf(script)));
    pythons.push(await this.interpreter(), ...(await executables('python3')));
    for (const python of new Set(pythons)) {
      const found = await this.probe({ python, folders: null });
      if (found !== undefined) return found;
    }
    return undefined;
  }

  private async probe(place: MypyPlace): Promise<Mypy | undefined> {
    const command = [...mypyCommand(place, [], this.limits), '--version'] as const;
    const { stdout, exitCode } = await runChild(command, { cwd: '/', limits: VERSION_LIMITS });
    const version = /^mypy (\S+)/.exec(stdout)?.[1];
    return exitCode === 0 && version !== undefined ? new Mypy(place, version, this.limits) : undefined;
  }
}

/** The time of the first of these files that is there. */
async function timeOf(files: readonly string[]): Promise<number | undefined> {
  for (const file of files) {
    const found = await stat(file).catch(() => undefined);
    if (found !== undefined) return found.mtimeMs;
  }
  return undefined;
}

/** The interpreter that a script names in its first line, if that is a Python. */
async function interpreterOf(script: string): Promise<string[]> {
  const [command = '', argument = ''] = (/^#!\s*(.*)/.exec(await headOf(script))?.[1] ?? '')
    .trim()
    .split(/\s+/);
  if (basename(command) === 'env') return argument.startsWith('python') ? await executables(argument) : [];
  return isAbsolute(command) && basename(command).startsWith('python') ? [command] : [];
}

async function headOf(file: string): Promise<string> {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(256), 0, 256, 0);
    return buffer.subarray(0, bytesRead).toString('latin1');
  } finally {
    await handle.close();
  }
}
