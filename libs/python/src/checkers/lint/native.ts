import { open, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa, type Options } from 'execa';
import { z } from 'zod';
import { childEnvironment, executables } from '../../environment.js';
import { parseJson } from '../../interpreter.js';
import { SYNTAX_CODE, type LintAnswer, type Linter, type LintJob } from './linter.js';
import type { Table } from './settings.js';
import { toToml } from './toml.js';

/** An executable that said its version. */
export interface FoundRuff {
  readonly executable: string;
  readonly version: string;
}

const RUN_MS = 30_000;
const MAX_CHARS = 10_000_000;
const MAX_OUTPUT = 32 * 1_024 * 1_024;
/** The first that takes its settings as we give them. */
const OLDEST = [0, 2];
const BAD_SETTINGS = 2;
const FLAGS = ['check', '--no-cache', '--quiet', '--exit-zero', '--no-fix', '--output-format', 'json'];
const replySchema = z.array(
  z.object({
    code: z.string().nullable(),
    message: z.string(),
    location: z.object({ row: z.int(), column: z.int() }),
  }),
);

/** Known by the file and its time, so that another version is seen. */
const known = new Map<string, Promise<FoundRuff | undefined>>();

/** The ruff of a project's environment: started only where the environment may be trusted. */
export async function ruffOfEnvironment(folder: string): Promise<FoundRuff | undefined> {
  const executable = join(folder, 'bin', 'ruff');
  // A script of Python would run what the environment runs at its start.
  return (await isPythonScript(executable)) ? undefined : await probe(executable);
}

/** The first ruff of PATH that can be used. */
export async function ruffOfPath(): Promise<FoundRuff | undefined> {
  for (const executable of await executables('ruff')) {
    const found = await probe(executable);
    if (found !== undefined) return found;
  }
  return undefined;
}

async function probe(executable: string): Promise<FoundRuff | undefined> {
  const found = await stat(executable).catch(() => undefined);
  if (found === undefined || !found.isFile()) return undefined;
  const key = `${executable}\0${found.mtimeMs}`;
  const version = known.get(key) ?? askVersion(executable);
  known.set(key, version);
  const answer = await version;
  // It may have failed for want of memory or time.
  if (answer === undefined) known.delete(key);
  return answer;
}

async function askVersion(executable: string): Promise<FoundRuff | undefined> {
  const { stdout, failed } = await execa(executable, ['--version'], {
    ...optionsFor(RUN_MS),
    stdin: 'ignore',
  });
  const [, version, major, minor] = /^ruff ((\d+)\.(\d+)\S*)/.exec(stdout) ?? [];
  if (failed || version === undefined) return undefined;
  const [first = 0, second = 0] = OLDEST;
  const enough = Number(major) > first || (Number(major) === first && Number(minor) >= second);
  return enough ? { executable, version } : undefined;
}

async function isPythonScript(file: string): Promise<boolean> {
  const handle = await open(file, 'r').catch(() => undefined);
  if (handle === undefined) return false;
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(256), 0, 256, 0);
    return /^#!.*python/.test(buffer.subarray(0, bytesRead).toString('latin1'));
  } finally {
    await handle.close();
  }
}

/**
 * A native ruff. It is given each text over a pipe and settings of ours in a file, which keeps it from every other
 * configuration, and it writes no cache.
 */
export class NativeRuff implements Linter {
  readonly knowsPaths = true;
  readonly width = 4;
  private readonly files = new Map<string, Promise<string>>();

  constructor(
    private readonly found: FoundRuff,
    /** A private folder for the settings. */
    private readonly folder: string,
    private readonly milliseconds = RUN_MS,
  ) {}

  name(): Promise<string> {
    return Promise.resolve(`ruff ${this.found.version}`);
  }

  async check({ text, file, options, signal }: LintJob): Promise<LintAnswer> {
    if (text.length > MAX_CHARS) throw new Error(`the file has more than ${MAX_CHARS} characters`);
    const settings = await this.settingsFile(options);
    const result = await execa(
      this.found.executable,
      [...FLAGS, '--config', settings, '--stdin-filename', file, '-'],
      {
        ...optionsFor(this.milliseconds),
        input: text,
        ...(signal === undefined ? {} : { cancelSignal: signal }),
      },
    );
    signal?.throwIfAborted();
    const said = result.stderr.replaceAll(settings, 'the settings').trim();
    if (result.exitCode === BAD_SETTINGS) return { misconfigured: said };
    const reply = replySchema.safeParse(parseJson(result.stdout));
    if (result.failed || !reply.success) {
      throw new Error(whyItFailed(result, said, this.milliseconds).slice(0, 300));
    }
    const messages = reply.data.map(({ code, message, location }) => ({
      code: code ?? SYNTAX_CODE,
      message,
      line: location.row,
      column: location.column,
    }));
    return { messages };
  }

  private settingsFile(options: Table): Promise<string> {
    const text = toToml(options);
    const file = join(this.folder, `ruff-${this.files.size}.toml`);
    const written = this.files.get(text) ?? writeFile(file, text, { flag: 'wx' }).then(() => file);
    this.files.set(text, written);
    return written;
  }
}

function whyItFailed(
  result: { timedOut: boolean; isMaxBuffer: boolean; shortMessage?: string },
  said: string,
  milliseconds: number,
): string {
  if (result.timedOut) return `it took longer than ${milliseconds / 1_000} s`;
  if (result.isMaxBuffer) return `it printed more than ${MAX_OUTPUT} bytes`;
  return said || (result.shortMessage ?? 'its answer was no JSON');
}

const optionsFor = (timeout: number) =>
  ({
    env: childEnvironment(),
    extendEnv: false,
    cwd: '/',
    reject: false,
    timeout,
    maxBuffer: MAX_OUTPUT,
  }) satisfies Options;
