/** The numbers of a version, as many as were written: `3.12` is `[3, 12]`. */
export type Version = readonly number[];

type Operator = '>=' | '<=' | '>' | '<' | '==' | '!=' | '~=';

interface Clause {
  readonly operator: Operator;
  readonly version: Version;
  /** `==3.12.*`: only the numbers that are written count. */
  readonly prefix: boolean;
}

/** What is asked of a Python: a version, of which only the written numbers count, or clauses of PEP 440. */
export type Requirement =
  | { readonly kind: 'version'; readonly version: Version }
  /** One of the alternatives must hold with all of its clauses. */
  | { readonly kind: 'specifier'; readonly alternatives: readonly (readonly Clause[])[] };

// As pyenv and uv name CPython's versions; what comes after the numbers chooses a build, not a language.
const NAMED = /^(?:cpython[-@]|python[-@]?)?(\d+(?:\.\d+){0,2})(?:-dev|t|(?:a|b|rc)\d+)?(?:[-+].*)?$/;
const CLAUSE =
  /^(>=|<=|===?|!=|~=|>|<|\^|~)?\s*v?(\d+(?:\.\d+){0,5})(\.\*)?(?:[.-]?(?:a|b|rc|alpha|beta|dev|post)\.?\d*)*$/;

export function numbersOf(text: string): Version {
  return text.split('.').map(Number);
}

/** A version of CPython as `.python-version` and the setting name it; undefined for anything else. */
export function parseNamedVersion(text: string): Requirement | undefined {
  const numbers = NAMED.exec(text.trim())?.[1];
  return numbers === undefined ? undefined : { kind: 'version', version: numbersOf(numbers) };
}

/**
 * A specifier as `requires-python` holds it (PEP 440), or as Poetry writes one (`^3.10`, `~3.10`, `||`).
 * Undefined if any part of it is not understood: half a requirement would be another one.
 */
export function parseSpecifier(text: string): Requirement | undefined {
  const alternatives: Clause[][] = [];
  for (const alternative of text.split('||')) {
    // Operators may stand apart from their versions; a space between clauses is Poetry's.
    const parts = alternative.replaceAll(/([<>=!~^])\s+/g, '$1').split(/[\s,]+/);
    const clauses = parts.filter((part) => part !== '' && part !== '*').map(parseClause);
    const understood = clauses.filter((clause) => clause !== undefined);
    if (understood.length !== clauses.length) return undefined;
    alternatives.push(understood.flat());
  }
  return { kind: 'specifier', alternatives };
}

function parseClause(text: string): Clause[] | undefined {
  const [, written = '', numbers, star] = CLAUSE.exec(text) ?? [];
  if (numbers === undefined) return undefined;
  const version = numbersOf(numbers);
  const prefix = star !== undefined;
  if (written === '') return [{ operator: '==', version, prefix: true }];
  if (written === '^' || written === '~')
    return between(version, written === '^' || version.length === 1 ? 1 : 2);
  const operator = written === '===' ? '==' : written;
  if (!isOperator(operator) || (prefix && operator !== '==' && operator !== '!=')) return undefined;
  if (operator === '~=' && version.length < 2) return undefined;
  return [{ operator, version, prefix }];
}

function isOperator(text: string): text is Operator {
  return text in HOLDS;
}

/** From a version on, with its first `fixed` numbers kept. */
function between(version: Version, fixed: number): Clause[] {
  return [
    { operator: '>=', version, prefix: false },
    { operator: '==', version: version.slice(0, fixed), prefix: true },
  ];
}

export function fits(requirement: Requirement, version: Version): boolean {
  if (requirement.kind === 'version') return startsWith(version, requirement.version);
  return requirement.alternatives.some((clauses) =>
    clauses.every(({ operator, version: wanted, prefix }) => HOLDS[operator](version, wanted, prefix)),
  );
}

const HOLDS: Readonly<Record<Operator, (version: Version, wanted: Version, prefix: boolean) => boolean>> = {
  '>=': (version, wanted) => compareVersions(version, wanted) >= 0,
  '<=': (version, wanted) => compareVersions(version, wanted) <= 0,
  '>': (version, wanted) => compareVersions(version, wanted) > 0,
  '<': (version, wanted) => compareVersions(version, wanted) < 0,
  '==': equals,
  '!=': (version, wanted, prefix) => !equals(version, wanted, prefix),
  '~=': (version, wanted) =>
    compareVersions(version, wanted) >= 0 && startsWith(version, wanted.slice(0, -1)),
};

function equals(version: Version, wanted: Version, prefix: boolean): boolean {
  return prefix ? startsWith(version, wanted) : compareVersions(version, wanted) === 0;
}

function startsWith(version: Version, start: Version): boolean {
  return start.every((number, at) => (version[at] ?? 0) === number);
}

/** Numbers that are not written count as 0. */
export function compareVersions(a: Version, b: Version): number {
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
