import { dirname, sep } from 'node:path';
import type { Owner } from './copy-tree.js';
import { HOST_NAME, type Place } from './place.js';
import { isWithin } from './readable.js';

/** Where our own files lie inside. */
export const INSIDE = '/ids';
export const INSIDE_RUNNERS = `${INSIDE}/runners`;
export const INSIDE_REPORT = `${INSIDE}/report`;

const SHARED_MEMORY_BYTES = 256 * 1_024 * 1_024;
/** Of the system, besides `/usr`: the dynamic linker's cache, and where Debian's links to chosen programs lead. */
const SYSTEM = ['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/etc/ld.so.cache', '/etc/alternatives'];

export interface Mounts {
  readonly place: Place;
  /** The project's own path: the copy lies there, so that absolute links and editable installs lead into it. */
  readonly root: string;
  /** What else is to be read, by absolute paths. */
  readonly readable: readonly string[];
}

/**
 * The options of bubblewrap for one run. All that can be seen is the system's `/usr`, the interpreter, the
 * environment and the copy; all that can be written is the copy and `/tmp`.
 *
 * With a user of its own (`owner`; only root can give one) the limit of processes holds, which it never does for
 * root. Without, a namespace of users is made.
 */
export function bubblewrapOptions(mounts: Mounts, owner: Owner): string[] {
  const { place, root } = mounts;
  const readable = mounts.readable.filter((path) => !isWithin(path, '/usr'));
  return [
    isolation(owner),
    ['--hostname', HOST_NAME, '--ro-bind', '/usr', '/usr'],
    SYSTEM.flatMap(bindTry),
    bind('--ro-bind', place.passwd, '/etc/passwd'),
    bind('--ro-bind', place.group, '/etc/group'),
    bind('--ro-bind', place.hosts, '/etc/hosts'),
    ['--proc', '/proc', '--dev', '/dev'],
    ['--size', String(SHARED_MEMORY_BYTES), '--perms', '1777', '--tmpfs', '/dev/shm'],
    ['--bind', place.temp, '/tmp'],
    readable.filter((path) => !isWithin(path, root)).flatMap(bindTry),
    folders(dirname(root)),
    ['--bind', place.copy, root],
    readable.filter((path) => isWithin(path, root)).flatMap(bindTry),
    folders(INSIDE),
    ['--ro-bind', place.runners, INSIDE_RUNNERS, '--bind', place.report, INSIDE_REPORT],
    ['--remount-ro', '/', '--remount-ro', '/dev', '--chdir', root],
  ].flat();
}

function isolation(owner: Owner): string[] {
  const common = ['--die-with-parent', '--new-session', '--clearenv', '--cap-drop', 'ALL'];
  if (owner === undefined) return ['--unshare-all', ...common];
  const namespaces = ['pid', 'net', 'ipc', 'uts', 'cgroup-try'].map((name) => `--unshare-${name}`);
  // Used up by start.py, which becomes that user before anything of the project runs.
  return [...namespaces, ...common, '--cap-add', 'CAP_SETUID', '--cap-add', 'CAP_SETGID'];
}

function bindTry(path: string): string[] {
  return bind('--ro-bind-try', path, path);
}

function bind(option: string, from: string, to: string): string[] {
  return [...folders(dirname(to)), option, from, to];
}

/** Every folder on the way, open to all: bubblewrap would make them for their owner alone. */
function folders(path: string): string[] {
  const parts = path.split(sep).filter((part) => part !== '');
  return parts.flatMap((_, index) => {
    const folder = `/${parts.slice(0, index + 1).join('/')}`;
    return isWithin(folder, '/usr') || folder === '/tmp' ? [] : ['--perms', '0755', '--dir', folder];
  });
}
