const FORMAT = new Intl.NumberFormat('en-US');
const KILO = 1_000;

/** `12,345` */
export function number(value: number): string {
  return FORMAT.format(value);
}

/** `1 file`, `2 files` */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${number(value)} ${value === 1 ? one : many}`;
}

/** `812 bytes`, `3.4 kB`, `31.5 MB` */
export function size(bytes: number): string {
  if (bytes < KILO) return counted(bytes, 'byte');
  if (bytes < KILO * KILO) return `${(bytes / KILO).toFixed(1)} kB`;
  return `${(bytes / KILO / KILO).toFixed(1)} MB`;
}
