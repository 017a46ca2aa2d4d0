type Part =
  | { readonly kind: 'char'; readonly matches: (char: string) => boolean }
  | { readonly kind: 'any' }
  | { readonly kind: 'folders' }
  | { readonly kind: 'choice'; readonly choices: readonly (readonly Part[])[] };

/** More is no pattern that a person wrote. */
const LONGEST = 500;
const DEEPEST = 8;

/**
 * Whether a path matches a glob as ruff takes it: `*` crosses folders, `**` and a slash stand for any folders or
 * none, `{a,b}` is a choice, `[a-z]` and `[!a]` are classes. A pattern that is no glob matches nothing. The time is
 * bounded by the product of both lengths, since patterns come from repositories.
 */
export function matchesGlob(pattern: string, path: string): boolean {
  const parts = parse(pattern);
  return parts !== undefined && walk(parts, Array.from(path), new Set([0])).has(Array.from(path).length);
}

/** The places in the text that can be reached from others by matching the parts. */
function walk(parts: readonly Part[], text: readonly string[], from: ReadonlySet<number>): Set<number> {
  let places = new Set(from);
  for (const part of parts) {
    if (places.size === 0) break;
    places = step(part, text, places);
  }
  return places;
}

function step(part: Part, text: readonly string[], places: ReadonlySet<number>): Set<number> {
  if (part.kind === 'choice')
    return new Set(part.choices.flatMap((choice) => [...walk(choice, text, places)]));
  if (part.kind === 'char') {
    const matching = [...places].filter((at) => at < text.length && part.matches(text[at] ?? ''));
    return new Set(matching.map((at) => at + 1));
  }
  const first = Math.min(...places);
  const reached = Array.from({ length: text.length - first + 1 }, (_, index) => first + index);
  if (part.kind === 'any') return new Set(reached);
  return new Set([...places, ...reached.filter((at) => at > first && text[at - 1] === '/')]);
}

class NoGlob extends Error {}

function parse(pattern: string): Part[] | undefined {
  if (pattern.length > LONGEST) return undefined;
  try {
    return new Parser(Array.from(pattern)).all();
  } catch (error) {
    if (error instanceof NoGlob) return undefined;
    throw error;
  }
}

class Parser {
  private at = 0;

  constructor(private readonly chars: readonly string[]) {}

  all(): Part[] {
    return this.sequence(0);
  }

  private sequence(depth: number): Part[] {
    const parts: Part[] = [];
    const ends = depth > 0 ? [',', '}', undefined] : [undefined];
    while (!ends.includes(this.chars[this.at])) {
      parts.push(this.part(depth));
    }
    return parts;
  }

  private part(depth: number): Part {
    const char = this.chars[this.at++] ?? '';
    if (char === '*') return this.stars();
    if (char === '?') return { kind: 'char', matches: () => true };
    if (char === '[') return this.charClass();
    if (char === '{') return this.choice(depth + 1);
    const exact = char === '\\' ? this.chars[this.at++] : char;
    if (exact === undefined) throw new NoGlob();
    return { kind: 'char', matches: (other) => other === exact };
  }

  private stars(): Part {
    const begins = this.at === 1 || this.chars[this.at - 2] === '/';
    let count = 1;
    for (; this.chars[this.at] === '*'; this.at++) count++;
    if (count !== 2 || !begins || this.chars[this.at] !== '/') return { kind: 'any' };
    this.at++;
    return { kind: 'folders' };
  }

  private choice(depth: number): Part {
    if (depth > DEEPEST) throw new NoGlob();
    const choices: Part[][] = [];
    for (;;) {
      choices.push(this.sequence(depth));
      const end = this.chars[this.at++];
      if (end === undefined) throw new NoGlob();
      if (end === '}') return { kind: 'choice', choices };
    }
  }

  private charClass(): Part {
    const negated = this.chars[this.at] === '!' || this.chars[this.at] === '^';
    if (negated) this.at++;
    const ranges: [string, string][] = [];
    // A bracket that comes first is one of the characters.
    for (let first = true; first || this.chars[this.at] !== ']'; first = false) {
      const low = this.chars[this.at++];
      if (low === undefined) throw new NoGlob();
      const next = this.chars[this.at + 1];
      const isRange = this.chars[this.at] === '-' && next !== undefined && next !== ']';
      ranges.push([low, isRange ? next : low]);
      if (isRange) this.at += 2;
    }
    this.at++;
    return {
      kind: 'char',
      matches: (char) => ranges.some(([low, high]) => low <= char && char <= high) !== negated,
    };
  }
}
