import { IdsError } from '@ids/kernel';
import { execa } from 'execa';
import { z } from 'zod';
import { childEnvironment, executables } from './environment.js';

/** A Python that was found and started. */
export interface Interpreter {
  readonly version: string;
  /** Absolute, behind any shim. */
  readonly executable: string;
}

/** An interpreter with the folders of its own packages; those of an environment are read elsewhere. */
export interface Installed extends Interpreter {
  readonly sitePackages: readonly string[];
}

// `site` does nothing by being imported under -S; no folder of a user is among what it names then.
const QUESTION = `import json, site, sys, sysconfig
paths = [sysconfig.get_path("purelib"), sysconfig.get_path("platlib")]
paths += site.getsitepackages([sys.base_prefix, sys.base_exec_prefix]) + [site.getusersitepackages()]
print(json.dumps([sys.implementation.name, list(sys.version_info[:3]), sys.executable, paths]))`;
const answerSchema = z.tuple([
  z.literal('cpython'),
  z.tuple([z.int(), z.int(), z.int()]),
  z.string().min(1),
  z.array(z.string().nullable()),
]);
const PROBE_MS = 20_000;

/**
 * The first Python >= 3.9: the one given, else of PATH.
 * @throws IdsError `python_missing`
 */
export async function findInterpreter(given?: string): Promise<Installed> {
  const candidates = given === undefined ? await executables('python3', 'python') : [given];
  for (const candidate of candidates) {
    const found = await probeInterpreter(candidate);
    if (found !== undefined) return found;
  }
  throw new IdsError('python_missing');
}

/** What an executable says of itself, started without any start-up code; undefined unless it is a CPython >= 3.9. */
export async function probeInterpreter(candidate: string): Promise<Installed | undefined> {
  const { stdout, failed } = await execa(candidate, ['-I', '-S', '-c', QUESTION], {
    env: childEnvironment(),
    extendEnv: false,
    cwd: '/',
    reject: false,
    timeout: PROBE_MS,
    stdin: 'ignore',
    maxBuffer: 100_000,
  });
  if (failed) return undefined;
  const answer = answerSchema.safeParse(parseJson(stdout));
  if (!answer.success) return undefined;
  const [, [major, minor, micro], executable, folders] = answer.data;
  if (major !== 3 || minor < 9) return undefined;
  const sitePackages = [...new Set(folders.filter((folder) => folder !== null))];
  return { version: `${major}.${minor}.${micro}`, executable, sitePackages };
}

/** JSON from a process; undefined if it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
