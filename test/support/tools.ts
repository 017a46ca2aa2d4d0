import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A folder of programs for PATH. */
export interface Tools {
  readonly path: string;
  remove(): Promise<void>;
}

async function makeTools(): Promise<Tools> {
  const path = await realpath(await mkdtemp(join(tmpdir(), 'ids-tools-')));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** The Python of this machine, behind any shim. */
function interpreter(): string {
  const question = ['-I', '-S', '-c', 'import sys; print(sys.executable)'];
  return execFileSync('python3', question, { encoding: 'utf8' }).trim();
}

/** Acts on what stands in the lines of the files that it is given. */
const MYPY_DOUBLE = `import os, sys, time
HERE = os.path.dirname(os.path.abspath(__file__))
if "--version" in sys.argv:
    print("mypy 0.0.0 (double)")
    sys.exit(0)
found = False
for file in sys.argv[sys.argv.index("--") + 1:]:
    for number, line in enumerate(open(file, encoding="utf-8"), 1):
        if "# mypy: stall" in line:
            once = line.partition("# mypy: stall once ")[2].strip()
            if not once or not os.path.exists(os.path.join(HERE, once)):
                open(os.path.join(HERE, once or "stalled"), "w").close()
                time.sleep(600)
        if "# mypy: crash" in line:
            print("INTERNAL ERROR", file=sys.stderr)
            sys.exit(2)
        if "# mypy: error" in line:
            found = True
            print(f"{file}:{number}:1: error: Incompatible types in assignment  [assignment]")
sys.exit(1 if found else 0)
`;

/**
 * A double of mypy, to stand first on PATH: quick, the same on every machine, and it stalls, crashes or reports an
 * error where a line says so: `# mypy: error`, `# mypy: crash`, `# mypy: stall`. A `# mypy: stall once NAME` leaves a
 * file of that name beside it and does not stall again.
 */
export async function mypyDouble(): Promise<Tools> {
  const tools = await makeTools();
  // IDS asks the interpreter that a script names in its first line for mypy: here the double itself.
  const double = join(tools.path, 'python-double');
  await writeFile(double, `#!${interpreter()} -IS\n${MYPY_DOUBLE}`);
  await writeFile(join(tools.path, 'mypy'), `#!${double}\n`);
  for (const name of ['python-double', 'mypy']) await chmod(join(tools.path, name), 0o755);
  return tools;
}

/** A Python in an environment of its own that has no module but the standard library's, and no other tool. */
export async function barePython(): Promise<Tools> {
  const tools = await makeTools();
  const python = await realpath(interpreter());
  await mkdir(join(tools.path, 'bin'));
  await symlink(python, join(tools.path, 'bin/python3'));
  await writeFile(
    join(tools.path, 'pyvenv.cfg'),
    `home = ${dirname(python)}\ninclude-system-site-packages = false\n`,
  );
  return { ...tools, path: join(tools.path, 'bin') };
}

/** No program at all. */
export function noTools(): Promise<Tools> {
  return makeTools();
}
