import { execa } from 'execa';
import { z } from 'zod';
import { childEnvironment, executables } from '../environment.js';
import { parseJson } from '../interpreter.js';
import type { LintRules } from './lint-rules.js';
import type { LintReply } from './ruff-wasm.js';

const RUN_MS = 20_000;
const replySchema = z.array(
  z.object({
    code: z.string().nullable(),
    message: z.string(),
    location: z.object({ row: z.int(), column: z.int() }),
  }),
);

/** A ruff of PATH, given each text over a pipe and none of the project's configuration or caches. */
export class NativeRuff {
  private constructor(
    private readonly executable: string,
    private readonly version: string,
  ) {}

  /** The first that can say its version. */
  static async find(candidates?: readonly string[]): Promise<NativeRuff | undefined> {
    for (const executable of candidates ?? (await executables('ruff'))) {
      const { stdout, failed } = await execa(executable, ['--version'], options());
      const version = /^ruff (\d\S*)/.exec(stdout)?.[1];
      if (!failed && version !== undefined) return new NativeRuff(executable, version);
    }
    return undefined;
  }

  /** @throws Error with the reason, if ruff cannot judge this text */
  async check(text: string, rules: LintRules, signal?: AbortSignal): Promise<LintReply> {
    // An empty list is refused.
    const ignore = rules.ignore.length > 0 ? [`--ignore=${rules.ignore.join(',')}`] : [];
    const lists = [`--select=${rules.select.join(',')}`, ...ignore];
    const result = await execa(
      this.executable,
      ['check', '--isolated', '--no-cache', '--quiet', '--exit-zero', '--output-format=json', ...lists, '-'],
      { ...options(), input: text, ...(signal === undefined ? {} : { cancelSignal: signal }) },
    );
    signal?.throwIfAborted();
    const reply = replySchema.safeParse(parseJson(result.stdout));
    if (result.failed || !reply.success) {
      throw new Error(
        (result.stderr.trim() || result.shortMessage || 'its answer was no JSON').slice(0, 300),
      );
    }
    const messages = reply.data.map(({ code, message, location }) => ({
      code: code ?? 'invalid-syntax',
      message,
      line: location.row,
      column: location.column,
    }));
    return { version: this.version, messages };
  }
}

function options(): {
  env: Record<string, string>;
  extendEnv: false;
  cwd: string;
  reject: false;
  timeout: number;
} {
  return { env: childEnvironment(), extendEnv: false, cwd: '/', reject: false, timeout: RUN_MS };
}
