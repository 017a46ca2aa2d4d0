import { readEnvironment } from '@ids/config';
import { IdsError } from '@ids/kernel';
import { execa } from 'execa';
import { delimiter, isAbsolute, join, sep } from 'node:path';

export interface GitCall {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: Uint8Array;
  /** More output than this is refused. */
  readonly maxBytes?: number;
}

const TIME_MS = 30_000;
const MAX_BYTES = 64 * 1024 * 1024;
const USUAL_PATH = ['/usr/local/bin', '/usr/bin', '/bin'].join(delimiter);
const NOWHERE = '/dev/null';

/**
 * git on one private folder (see `openPrivately`). Whatever a person, the system or a repository configures is out
 * of its sight: no configuration but that of the folder, no network, no prompt, no lock, no replaced objects.
 */
export class Git {
  constructor(
    private readonly folder: string,
    private readonly signal: AbortSignal,
  ) {}

  /**
   * What a command writes.
   * @throws IdsError `git_failed`, also for an exit code other than 0; `change_too_large`; the signal's reason
   */
  async bytes(args: readonly string[], call: GitCall = {}): Promise<Buffer> {
    const { exitCode, stdout, stderr } = await this.call(args, call);
    if (exitCode !== 0) throw new IdsError('git_failed', { reason: told(stderr) });
    return stdout;
  }

  /** The same as text in which each character is one byte: names in git are bytes, not UTF-8. */
  async text(args: readonly string[], call: GitCall = {}): Promise<string> {
    return (await this.bytes(args, call)).toString('latin1');
  }

  /** The text of a command that may answer "no" by the exit code 1; null then. */
  async answer(args: readonly string[], call: GitCall = {}): Promise<string | null> {
    const { exitCode, stdout, stderr } = await this.call(args, call);
    if (exitCode > 1) throw new IdsError('git_failed', { reason: told(stderr) });
    return exitCode === 0 ? stdout.toString('latin1') : null;
  }

  private async call(
    args: readonly string[],
    call: GitCall,
  ): Promise<{ exitCode: number; stdout: Buffer; stderr: Buffer }> {
    this.signal.throwIfAborted();
    const maxBuffer = call.maxBytes ?? MAX_BYTES;
    const result = await execa('git', args, {
      cwd: this.folder,
      env: { ...environment(this.folder), ...call.env },
      extendEnv: false,
      encoding: 'buffer',
      stripFinalNewline: false,
      reject: false,
      timeout: TIME_MS,
      maxBuffer,
      cancelSignal: this.signal,
      ...(call.input === undefined ? { stdin: 'ignore' as const } : { input: call.input }),
    });
    this.signal.throwIfAborted();
    if (result.isMaxBuffer) throw new IdsError('change_too_large', { limit: `${maxBuffer} bytes of names` });
    if (result.timedOut)
      throw new IdsError('git_failed', { reason: `it took longer than ${TIME_MS / 1_000} s` });
    const { exitCode, stdout, stderr } = result;
    if (exitCode === undefined) {
      const reason = result.code === 'ENOENT' ? 'git is not installed' : 'it ended unexpectedly';
      throw new IdsError('git_failed', { reason });
    }
    return { exitCode, stdout: Buffer.from(stdout), stderr: Buffer.from(stderr) };
  }
}

function environment(folder: string): Record<string, string> {
  return {
    PATH: searchPath(),
    HOME: folder,
    LC_ALL: 'C',
    GIT_DIR: folder,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: NOWHERE,
    GIT_ATTR_NOSYSTEM: '1',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_LAZY_FETCH: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_TERMINAL_PROMPT: '0',
    // Set and empty: no transport at all.
    GIT_ALLOW_PROTOCOL: '',
    GIT_LITERAL_PATHSPECS: '1',
  };
}

/** The folders of PATH, without relative ones and npm's own. */
function searchPath(): string {
  let path = USUAL_PATH;
  try {
    path = readEnvironment().PATH ?? USUAL_PATH;
  } catch {
    // Settings that cannot be read are told elsewhere.
  }
  const bin = join(sep, 'node_modules', '.bin');
  const folders = path.split(delimiter).filter((folder) => isAbsolute(folder) && !folder.endsWith(bin));
  return folders.join(delimiter);
}

/** The last line that git said, which names what it stopped over. */
function told(stderr: Buffer): string {
  const lines = stderr.toString('utf8').trim().split('\n');
  const line = (lines.at(-1) ?? '').replace(/^(?:fatal|error): /, '');
  return line.replaceAll(/[\p{Cc}\p{Cf}]/gu, '�').slice(0, 200) || 'it gave no reason';
}
