import { posix } from 'node:path';

/** Another rule holds for the file of a package, or none: what it exports may be a module beside it. */
const NOT_IN_INIT = /^(?:D100|PLC0414|F822)$/;
/** They are of what is public, or have another code there. */
const OF_PUBLIC = /^(?:D10\d|ANN201)$/;
/** A staged copy has not the mode that the file will have. */
const BY_MODE = /^EXE00[12]$/;

/** Whether a finding rests on a place that the linter was not told. */
export function restsOnPlace(
  code: string,
  path: string,
  { knowsPaths, staged }: { readonly knowsPaths: boolean; readonly staged: boolean },
): boolean {
  if (staged && BY_MODE.test(code)) return true;
  if (knowsPaths) return false;
  if (isPackage(path) && NOT_IN_INIT.test(code)) return true;
  return isPrivate(path) && OF_PUBLIC.test(code);
}

/** Whether the file is that of a package. */
export function isPackage(path: string): boolean {
  return posix.basename(path).startsWith('__init__.');
}

/** A module whose name, or whose package's, begins with an underscore is not public. */
function isPrivate(path: string): boolean {
  const names = path.replace(/\.pyw?$/, '').split('/');
  return names.some((name) => name.startsWith('_') && !/^__\w+__$/.test(name));
}
