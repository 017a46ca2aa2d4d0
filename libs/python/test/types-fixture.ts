import { execFileSync } from 'node:child_process';
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { TypesChecker } from '../src/checkers/types/types-checker.js';
import {
  executables,
  PythonService,
  type CheckRequest,
  type Judgement,
  type NoJudgement,
  type ProjectPython,
} from '../src/index.js';

type Files = Readonly<Record<string, string>>;
type TypesCheckerOptions = ConstructorParameters<typeof TypesChecker>[1];

export interface TypesChange {
  readonly added?: Files;
  readonly removed?: readonly string[];
  readonly renamed?: Files;
  readonly severities?: NonNullable<CheckRequest['severities']>;
  readonly python?: Partial<ProjectPython>;
  readonly signal?: AbortSignal;
}

class Folder {
  constructor(readonly path: string) {}

  async write(path: string, text: string): Promise<void> {
    await mkdir(dirname(join(this.path, path)), { recursive: true });
    await writeFile(join(this.path, path), text);
  }
}

/** A project, a stage for its changes, and the types layer over them. */
export class TypesFixture {
  readonly checker: TypesChecker;
  private readonly folder: string;

  private constructor(
    readonly python: PythonService,
    readonly project: Folder,
    private readonly stage: Folder,
    readonly temporary: string,
    options: TypesCheckerOptions,
  ) {
    this.folder = join(temporary, 'request');
    this.checker = new TypesChecker(
      {
        interpreter: async () => (await python.info()).executable,
        settings: (question, signal) => python.typeSettings(question, signal),
      },
      { temporary, ...options },
    );
  }

  static async make(files: Files, options: TypesCheckerOptions = {}): Promise<TypesFixture> {
    const temporary = await realpath(await mkdtemp(join(tmpdir(), 'ids-types-spec-')));
    await mkdir(join(temporary, 'request'));
    const python = new PythonService({ processes: 1 });
    const [project, stage] = [new Folder(join(temporary, 'project')), new Folder(join(temporary, 'stage'))];
    for (const folder of [project, stage]) await mkdir(folder.path);
    for (const [path, text] of Object.entries(files)) await project.write(path, text);
    return new TypesFixture(python, project, stage, temporary, options);
  }

  /** What the layer says of a change. */
  async check(change: TypesChange): Promise<Judgement | NoJudgement> {
    const { added = {}, removed = [], renamed = {} } = change;
    for (const [path, text] of Object.entries(added)) await this.stage.write(path, text);
    for (const path of Object.keys(added)) await makeOld(join(this.stage.path, path));
    const placed = Object.keys(added).map((path) => [path, join(this.stage.path, path)] as const);
    return await this.checker.check({
      ...(await this.common(change)),
      paths: Object.keys(added),
      staged: { added: Object.fromEntries(placed), removed },
      renamed,
    });
  }

  async judge(change: TypesChange): Promise<Judgement> {
    return judged(await this.check(change));
  }

  /** What the layer says of files as they stand. */
  async judgeStanding(paths: readonly string[], change: TypesChange = {}): Promise<Judgement> {
    return judged(await this.checker.check({ ...(await this.common(change)), paths }));
  }

  async remove(): Promise<void> {
    await this.checker.close();
    await this.python.close();
    await rm(this.temporary, { recursive: true, force: true });
  }

  private async common({ python, severities, signal }: TypesChange): Promise<Omit<CheckRequest, 'paths'>> {
    return {
      root: this.project.path,
      python: { ...(await this.python.project(this.project.path)), sitePackages: [], ...python },
      folder: this.folder,
      ...(severities === undefined ? {} : { severities }),
      ...(signal === undefined ? {} : { signal }),
    };
  }
}

/** Gives a file the same time as all others: no tool may tell contents apart by it. */
export async function makeOld(file: string): Promise<void> {
  await utimes(file, 1_700_000_000, 1_700_000_000);
}

export function judged(answer: Judgement | NoJudgement): Judgement {
  if ('unavailable' in answer) throw new Error(`no judgement: ${answer.unavailable}`);
  return answer;
}

/** Path, line and code of each finding. */
export function places({ findings }: Judgement): unknown[] {
  return findings.map(({ path, line, code }) => [path, line, code]);
}

/**
 * A folder for PATH in which there is nothing but a Python without modules of others. Each of its starts leaves its
 * first two arguments as a line in `log`.
 */
export async function barePython(folder: string): Promise<{ readonly bin: string; readonly log: string }> {
  const service = new PythonService({ processes: 1 });
  const python = await realpath((await service.info()).executable);
  await service.close();
  const [bin, log] = [join(folder, 'bare/bin'), join(folder, 'starts')];
  await mkdir(bin, { recursive: true });
  await writeFile(
    join(folder, 'bare/pyvenv.cfg'),
    `home = ${dirname(python)}\ninclude-system-site-packages = false\n`,
  );
  await symlink(python, join(bin, 'python-behind'));
  await writeFile(
    join(bin, 'python3'),
    `#!/bin/sh\necho "$1 $2" >> ${log}\nexec ${join(bin, 'python-behind')} "$@"\n`,
  );
  await chmod(join(bin, 'python3'), 0o755);
  return { bin, log };
}

export async function withVariables<T>(
  variables: Readonly<Record<string, string>>,
  work: () => Promise<T>,
): Promise<T> {
  const before = { ...process.env };
  Object.assign(process.env, variables);
  try {
    return await work();
  } finally {
    for (const name of Object.keys(variables)) delete process.env[name];
    Object.assign(process.env, before);
  }
}

/** A virtual environment with the mypy of this machine, or with a double in its place. */
export async function makeEnvironment(folder: string, mypy: 'real' | 'double'): Promise<string> {
  const site = join(folder, 'lib/python3/site-packages');
  await mkdir(site, { recursive: true });
  await writeFile(join(folder, 'pyvenv.cfg'), 'home = /usr/bin\ninclude-system-site-packages = false\n');
  if (mypy === 'real') {
    const from = await mypyFolder();
    for (const name of await readdir(from)) {
      if (
        /^(mypy|mypyc|mypy_extensions.*|typing_extensions.*|\w+__mypyc.*|tomli|pathspec|librt)$/.test(name)
      ) {
        await symlink(join(from, name), join(site, name));
      }
    }
    return site;
  }
  await mkdir(join(site, 'mypy'));
  await writeFile(join(site, 'mypy/__init__.py'), '');
  await writeFile(join(site, 'mypy/version.py'), '');
  await writeFile(join(site, 'mypy/pyinfo.py'), '');
  await writeFile(join(site, 'mypy/__main__.py'), MYPY_DOUBLE);
  return site;
}

/** Does what the file says after `# double:`. */
const MYPY_DOUBLE = `import os, signal, sys, time
if "--version" in sys.argv:
    print("mypy 9.9.9 (double)")
    sys.exit(0)
cache = next(each for each in sys.argv if each.startswith("--cache-dir=")).partition("=")[2]
for file in sys.argv[sys.argv.index("--") + 1:]:
    text = open(file).read()
    wanted = text.partition("# double: ")[2].split("\\n")[0]
    if wanted == "stall":
        open(os.path.join(cache, "stalled"), "w").close()
        time.sleep(600)
    elif wanted == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    elif wanted == "crash":
        print("INTERNAL ERROR", file=sys.stderr)
        sys.exit(2)
    elif wanted == "flood":
        while True:
            print("x" * 10000)
    elif wanted == "memory":
        bytearray(10 ** 11)
    elif wanted == "error":
        print(file + ":1:1: error: Wrong  [misc]")
        sys.exit(1)
`;

/** The site-packages of the interpreter that has the mypy on PATH. */
async function mypyFolder(): Promise<string> {
  const [script] = await executables('mypy');
  if (script === undefined) throw new Error('these tests need mypy on PATH');
  const python = (await readFile(script, 'utf8')).split('\n')[0]?.slice(2).trim() ?? '';
  const program = 'import mypy, os; print(os.path.dirname(os.path.dirname(mypy.__file__)))';
  return execFileSync(python, ['-c', program], { encoding: 'utf8', cwd: '/' }).trim();
}
