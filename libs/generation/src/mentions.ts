/** Endings of files that a project can hold as text; a word with one of them is taken for a file. */
const ENDINGS = 'py|pyi|pyw|toml|cfg|ini|txt|md|rst|yaml|yml|json|in|lock|sql|csv|xml|sh|ipynb';
const WORD = new RegExp(
  String.raw`(?:[\p{L}\p{N}_.~@+-]{1,120}[\\/]|[\\/]|[A-Za-z]:[\\/]){0,40}[\p{L}\p{N}_.@+-]{0,120}\.(?:${ENDINGS})(?![\p{L}\p{N}_]|[.\\/][\p{L}\p{N}_])`,
  'giu',
);
/** In quotes a path may hold spaces. */
const QUOTED = new RegExp(String.raw`(["'\x60])([^"'\x60\n]{1,300}\.(?:${ENDINGS}))\1`, 'giu');
const MAX_TEXT = 50_000;
const MAX_MENTIONS = 100;

/** What looks like a file in a text, in the order of appearance, with `/` and without a leading `./`. */
export function mentionsIn(text: string): string[] {
  const bounded = text.slice(0, MAX_TEXT).replace(/\bhttps?:\/\/\S+/gi, ' ');
  const quoted = [...bounded.matchAll(QUOTED)].map((match) => match[2] ?? '');
  const spaced = quoted.filter((path) => /\s/.test(path) && !/\s\S*\.\w+\s/.test(path));
  const rest = spaced.reduce((left, path) => left.replaceAll(path, ' '), bounded);
  const words = [...rest.matchAll(WORD)].map((match) => match[0]);
  const found = [...spaced, ...words].map(normalize).filter((path) => !/^\.?\w+$/.test(path));
  return [...new Set(found)].slice(0, MAX_MENTIONS);
}

export function normalize(path: string): string {
  return path
    .trim()
    .replaceAll('\\', '/')
    .replace(/^(?:\.\/)+/, '');
}

export type Resolved =
  | { readonly kind: 'known'; readonly path: string }
  | { readonly kind: 'ambiguous'; readonly candidates: readonly string[] }
  | { readonly kind: 'unknown' };

/** Which file is meant: the path itself, else the only one that ends with it. */
export function resolveMention(mention: string, known: readonly string[]): Resolved {
  if (known.includes(mention)) return { kind: 'known', path: mention };
  const candidates = known.filter((path) => path.endsWith(`/${mention}`));
  const [only, another] = candidates;
  if (only === undefined) return { kind: 'unknown' };
  return another === undefined ? { kind: 'known', path: only } : { kind: 'ambiguous', candidates };
}
