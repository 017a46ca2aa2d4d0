import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The top of the checkout. */
export const ROOT = resolve(import.meta.dirname, '../..');

export function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** Every page of the documentation, by its path. */
export function pages(): string[] {
  const folders = ['docs', 'docs/adr', ...below('libs'), ...below('apps')];
  return [
    'README.md',
    'CONTRIBUTING.md',
    ...folders.flatMap((folder) =>
      readdirSync(join(ROOT, folder))
        .filter((name) => name.endsWith('.md'))
        .map((name) => `${folder}/${name}`),
    ),
  ];
}

/** The folders in a folder that hold sources: the libraries, or the apps. */
export function below(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && readdirSync(join(ROOT, folder, entry.name)).includes('src'))
    .map((entry) => `${folder}/${entry.name}`);
}

/** The text from a heading to the next one of its level or above. */
export function section(page: string, heading: string): string {
  const lines = page.split('\n');
  const start = lines.indexOf(heading);
  if (start === -1) throw new Error(`there is no heading "${heading}"`);
  const level = heading.indexOf(' ');
  const end = lines.findIndex((line, index) => index > start && isHeading(line, level));
  return lines.slice(start + 1, end === -1 ? undefined : end).join('\n');
}

function isHeading(line: string, level: number): boolean {
  const found = /^#+(?= )/.exec(line)?.[0].length;
  return found !== undefined && found <= level;
}

/** What stands between backticks in the first column of the tables of a text, row by row. */
export function firstColumn(text: string): string[] {
  return text.split('\n').flatMap((line) => /^\| `([^`]+)`/.exec(line)?.[1] ?? []);
}

/** The lines of the fenced blocks of a page. */
export function codeLines(page: string): string[] {
  return [...page.matchAll(/^```[a-z]*\n([\s\S]*?)^```$/gm)].flatMap(([, block = '']) => block.split('\n'));
}
