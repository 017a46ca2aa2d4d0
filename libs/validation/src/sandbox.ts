import { dirname } from 'node:path';
import { childEnvironment, executables } from '@ids/python';
import { execa } from 'execa';

export interface Sandbox {
  /** Runs Python in a copy of the project; output is stdout and stderr as they came, cut at the limit. */
  run(
    args: readonly string[],
    copy: string,
    signal: AbortSignal,
  ): Promise<{ exitCode: number | undefined; output: string }>;
}

const RUN_MS = 300_000;
const OUTPUT_CHARS = 200_000;
/** Address space in KiB, processor seconds and file size in blocks, set by a shell that gets no text from outside. */
const LIMITED = 'ulimit -v 4194304; ulimit -t 300; ulimit -f 1048576; exec "$@"';
const ISOLATION = ['--unshare-all', '--die-with-parent', '--new-session', '--cap-drop', 'ALL', '--clearenv'];

/** bubblewrap, tried once with this interpreter; or why there is none. */
export async function findSandbox(
  python: string,
  signal: AbortSignal,
): Promise<Sandbox | { readonly unavailable: string }> {
  const [bwrap] = await executables('bwrap');
  if (bwrap === undefined) {
    return { unavailable: 'bubblewrap (bwrap) was not found; tests run project code and need a sandbox' };
  }
  const sandbox: Sandbox = {
    run: (args, copy, signal) => run(bwrap, python, args, copy, signal),
  };
  const tried = await sandbox.run(['-c', ''], '/usr', signal);
  return tried.exitCode === 0
    ? sandbox
    : { unavailable: `bubblewrap does not work here: ${tried.output.trim().slice(0, 300)}` };
}

async function run(
  bwrap: string,
  python: string,
  args: readonly string[],
  copy: string,
  signal: AbortSignal,
): Promise<{ exitCode: number | undefined; output: string }> {
  const prefix = dirname(dirname(python));
  const options = [
    ISOLATION,
    ['--ro-bind', '/usr', '/usr'],
    ...['/bin', '/sbin', '/lib', '/lib64'].map((folder) => ['--ro-bind-try', folder, folder]),
    // The dynamic linker's cache; nothing else of /etc is needed.
    ['--ro-bind-try', '/etc/ld.so.cache', '/etc/ld.so.cache'],
    prefix === '/' || prefix === '/usr' ? [] : ['--ro-bind', prefix, prefix],
    ['--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp'],
    [copy === '/usr' ? '--ro-bind' : '--bind', copy, '/project', '--chdir', '/project'],
    ['--setenv', 'PATH', '/usr/bin:/bin', '--setenv', 'HOME', '/tmp', '--setenv', 'LANG', 'C.UTF-8'],
    ['--setenv', 'PYTHONDONTWRITEBYTECODE', '1'],
  ];
  const result = await execa(bwrap, [...options.flat(), '/bin/sh', '-c', LIMITED, 'sh', python, ...args], {
    env: childEnvironment(),
    extendEnv: false,
    cwd: '/',
    reject: false,
    stdin: 'ignore',
    all: true,
    maxBuffer: OUTPUT_CHARS,
    timeout: RUN_MS,
    forceKillAfterDelay: 1_000,
    cancelSignal: signal,
  });
  signal.throwIfAborted();
  return { exitCode: result.exitCode, output: result.all };
}
