import { isTable, type Table } from './settings.js';

/** Data as a TOML document; what TOML has no word for (null) is left out. */
export function toToml(table: Table): string {
  return entriesOf(table)
    .map((entry) => `${entry}\n`)
    .join('');
}

function entriesOf(table: Table): string[] {
  return Object.entries(table).flatMap(([key, value]) => {
    const text = valueOf(value);
    return text === undefined ? [] : [`${quoted(key)} = ${text}`];
  });
}

function valueOf(value: unknown): string | undefined {
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'boolean' || typeof value === 'number') return String(value);
  if (Array.isArray(value)) return `[${value.flatMap((item) => valueOf(item) ?? []).join(', ')}]`;
  return isTable(value) ? `{ ${entriesOf(value).join(', ')} }` : undefined;
}

/** JSON's escapes are TOML's, but for one character. */
function quoted(text: string): string {
  return JSON.stringify(text).replaceAll('\u007f', '\\u007f');
}
