import { IdsError } from '@ids/kernel';

const MAX_PATH = 1_000;
/** In bytes; a backup's name adds a timestamp and must stay below the 255 that file systems take. */
const MAX_NAME = 200;

/** Folders that belong to other programs. `git~1` is the short name of `.git` on Windows. */
const FORBIDDEN_NAMES = new Set(['.git', 'git~1', '.ids']);
const WINDOWS_RESERVED = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])$/;
/** Control and invisible characters, line separators, half surrogate pairs. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/** Folders of installed packages. Tools of an environment may be started, so no change may reach into one. */
const ENVIRONMENT_NAMES = new Set(['.venv', 'venv', 'site-packages', 'dist-packages', '__pypackages__']);
/** What makes a folder an environment. */
export const ENVIRONMENT_MARK = 'pyvenv.cfg';

const EDITABLE_EXTENSION = /\.(?:py|pyi|pyw|md|rst|txt|toml|cfg|ini|in)$/i;
const EDITABLE_NAMES = new Set([
  'authors',
  'changelog',
  'changes',
  'contributing',
  'copying',
  'license',
  'notice',
  'pipfile',
  'py.typed',
  'readme',
]);

/**
 * The normalised form (`./a//b.py` becomes `a/b.py`, the project itself `.`) of a relative path with `/`.
 * Throws IdsError `path_not_allowed` for a path that could lead out of the project, into `.git` or `.ids`, or
 * that some system cannot hold.
 */
export function checkReadablePath(path: string): string {
  const reason = refusePath(path);
  if (reason !== null) throw notAllowed(path, reason);
  const names = path.split('/').filter((name) => name !== '' && name !== '.');
  for (const name of names) {
    const wrong = refuseName(name);
    if (wrong !== null) throw notAllowed(path, wrong);
  }
  return names.length === 0 ? '.' : names.join('/');
}

/** The same for a file that may be changed: only Python files and the project's plain text files. */
export function checkEditablePath(path: string): string {
  const normal = checkReadablePath(path);
  if (!isEditableKind(normal)) {
    throw notAllowed(path, "only Python files and the project's plain text files may be changed");
  }
  const names = normal.split('/').map(foldCase);
  if (names.some((name) => ENVIRONMENT_NAMES.has(name)) || names.at(-1) === ENVIRONMENT_MARK) {
    throw notAllowed(path, 'it belongs to an environment of installed packages');
  }
  return normal;
}

export function isEditableKind(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return EDITABLE_EXTENSION.test(name) || EDITABLE_NAMES.has(name.toLowerCase());
}

/** Equal for two names that some file system would take for one. */
export function foldCase(name: string): string {
  return name.normalize('NFC').toUpperCase().toLowerCase();
}

export function notAllowed(path: string, reason: string): IdsError {
  return new IdsError('path_not_allowed', { path: printable(path), reason });
}

function refusePath(path: string): string | null {
  if (path === '') return 'it is empty';
  if (path.length > MAX_PATH) return `it is longer than ${MAX_PATH} characters`;
  if (UNPRINTABLE.test(path)) return 'it holds a control or invisible character';
  if (path.includes('\\')) return 'folders are separated by /';
  if (path.startsWith('/')) return "it must be relative to the project's folder";
  return null;
}

function refuseName(name: string): string | null {
  if (name === '..') return 'it may not hold ..';
  if (/[<>:"|?*]/.test(name)) return 'it holds a character that Windows does not allow';
  if (/[. ]$/.test(name)) return 'a name may not end in a dot or a space';
  if (Buffer.byteLength(name) > MAX_NAME) return `a name in it is longer than ${MAX_NAME} bytes`;
  const folded = foldCase(name);
  if (FORBIDDEN_NAMES.has(folded)) return `${name} is not the project's own`;
  const stem = folded.split('.', 1)[0]?.trimEnd() ?? '';
  if (WINDOWS_RESERVED.test(stem)) return 'it has a name that Windows reserves';
  return null;
}

/** Paths come from models and strangers, and end in logs and on terminals. */
function printable(path: string): string {
  const shown = path.length > 200 ? `${path.slice(0, 200)}…` : path;
  return shown.replace(new RegExp(UNPRINTABLE, 'gu'), '�');
}
