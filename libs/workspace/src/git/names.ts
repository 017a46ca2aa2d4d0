/** A name as git has it: each character is one byte, which need not make UTF-8. */
export type RawName = string;

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function rawName(name: string): RawName {
  return Buffer.from(name).toString('latin1');
}

/** The bytes of raw names, each with the zero byte that git wants behind it. */
export function nameList(names: readonly RawName[]): Buffer {
  return Buffer.from(names.map((name) => `${name}\0`).join(''), 'latin1');
}

/** The parts of an output of git under `-z`. */
export function parts(output: string): string[] {
  return output.split('\0').filter((part) => part !== '');
}

/** The path that a raw name stands for; null if it is no UTF-8, or could lead elsewhere. */
export function pathOf(raw: RawName): string | null {
  try {
    const path = UTF8.decode(Buffer.from(raw, 'latin1'));
    return isPlain(path) ? path : null;
  } catch {
    return null;
  }
}

/** A raw name as it can be shown. */
export function shownName(raw: RawName): string {
  return Buffer.from(raw, 'latin1').toString('utf8');
}

/** Objects of git are made by whoever likes, so their names are no promise. */
function isPlain(path: string): boolean {
  return path.split('/').every((name) => !['', '.', '..'].includes(name) && name.toLowerCase() !== '.git');
}

/** An absolute path below a folder, as bytes. */
export function below(folder: string, raw: RawName): Buffer {
  return Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(raw, 'latin1')]);
}
