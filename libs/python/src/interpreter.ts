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

const QUESTION = 'import json, sys; print(json.dumps([list(sys.version_info[:3]), sys.executable]))';
const answerSchema = z.tuple([z.tuple([z.int(), z.int(), z.int()]), z.string().min(1)]);
const PROBE_MS = 20_000;

/**
 * The first Python >= 3.9: the one given, else of PATH.
 * @throws IdsError `python_missing`
 */
export async function findInterpreter(given?: string): Promise<Interpreter> {
  const candidates = given === undefined ? await executables('python3', 'python') : [given];
  for (const candidate of candidates) {
    const found = await probe(candidate);
    if (found !== undefined) return found;
  }
  throw new IdsError('python_missing');
}

async function probe(candidate: string): Promise<Interpreter | undefined> {
  const { stdout, failed } = await execa(candidate, ['-I', '-S', '-c', QUESTION], {
    env: childEnvironment(),
    extendEnv: false,
    cwd: '/',
    reject: false,
    timeout: PROBE_MS,
    stdin: 'ignore',
  });
  if (failed) return undefined;
  const answer = answerSchema.safeParse(parseJson(stdout));
  if (!answer.success) return undefined;
  const [[major, minor, micro], executable] = answer.data;
  if (major !== 3 || minor < 9) return undefined;
  return { version: `${major}.${minor}.${micro}`, executable };
}

/** JSON from a process; undefined if it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
