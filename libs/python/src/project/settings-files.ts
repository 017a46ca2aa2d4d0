import { parse, type TomlTable } from 'smol-toml';

/** Texts by table and key: `['project.scripts']['serve']`. Other values are left out. */
export type Tables = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** The texts of a TOML file; none of one that is not valid, since no tool would take it either. */
export function readToml(text: string): Tables {
  const tables = new Map<string, Map<string, string>>();
  try {
    collect(parse(text), '', tables);
  } catch {
    return new Map();
  }
  return tables;
}

function collect(table: TomlTable, name: string, tables: Map<string, Map<string, string>>): void {
  const texts = new Map<string, string>();
  for (const [key, value] of Object.entries(table)) {
    if (typeof value === 'string') texts.set(key, value);
    else if (isTable(value)) collect(value, name === '' ? key : `${name}.${key}`, tables);
  }
  if (texts.size > 0) tables.set(name, texts);
}

function isTable(value: unknown): value is TomlTable {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** The values of an INI file as `setup.cfg` is one; those of several lines keep their line ends. */
export function readIni(text: string): Tables {
  const tables = new Map<string, Map<string, string>>();
  let table = new Map<string, string>();
  let last: string | undefined;
  for (const line of text.split(/\r?\n/)) {
    const header = /^\[([^\]]+)\]/.exec(line)?.[1];
    if (header !== undefined) {
      tables.set(header.trim(), (table = tables.get(header.trim()) ?? new Map<string, string>()));
      last = undefined;
    } else if (/^\s+\S/.test(line) && last !== undefined) {
      table.set(last, `${table.get(last) ?? ''}\n${line.trim()}`);
    } else {
      const [, key, value = ''] = /^([^#;=:\s][^=:]*?)\s*[=:]\s*(.*)$/.exec(line) ?? [];
      if (key !== undefined) table.set((last = key.toLowerCase()), value.trim());
    }
  }
  return tables;
}
