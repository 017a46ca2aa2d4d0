/** The oldest and the newest Python that ruff has rules for. */
const OLDEST = 7;
const NEWEST = 15;
const CLAUSE = /^(?:>=|~=|===?|>)\s*3\.(\d+)/;

/** The lowest version that `requires-python` allows, in ruff's words (`py39`); undefined if it names none. */
export function versionOfRequires(requires: string): string | undefined {
  const lowest = requires.split(',').flatMap((clause) => {
    const minor = CLAUSE.exec(clause.trim())?.[1];
    return minor === undefined ? [] : [Number(minor)];
  });
  return lowest.length === 0 ? undefined : known(Math.max(...lowest));
}

/** That of an interpreter such as `3.11.7`. */
export function versionOfInterpreter(version: string): string {
  return known(Number(version.split('.')[1] ?? OLDEST));
}

function known(minor: number): string {
  return `py3${Math.min(Math.max(minor, OLDEST), NEWEST)}`;
}
