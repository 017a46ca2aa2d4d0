const LEAST_PREFIX = 3;

/** The name that was probably meant; undefined if none is near. */
export function nearest<N extends string>(text: string, names: readonly N[]): N | undefined {
  const wanted = text.toLowerCase();
  const ranked = names
    .map((name) => ({ name, distance: distance(wanted, name) }))
    .sort((a, b) => a.distance - b.distance);
  const [best] = ranked;
  const allowed = Math.min(3, Math.floor(wanted.length / 3));
  if (best !== undefined && best.distance <= allowed) return best.name;
  if (wanted.length < LEAST_PREFIX) return undefined;
  return names.find((name) => name.split('_').some((word) => word.startsWith(wanted)));
}

/** How many letters must be put in, taken out, replaced or exchanged with their neighbour (optimal string alignment). */
export function distance(one: string, other: string): number {
  // Names are short: what is far longer is far away.
  if (Math.abs(one.length - other.length) > 8) return Math.abs(one.length - other.length);
  const rows: number[][] = [Array.from({ length: other.length + 1 }, (_, index) => index)];
  const at = (row: number, column: number): number => rows[row]?.[column] ?? Infinity;
  for (let row = 1; row <= one.length; row += 1) {
    rows.push([row]);
    for (let column = 1; column <= other.length; column += 1) {
      const same = one[row - 1] === other[column - 1];
      const crossed = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      rows[row]?.push(
        Math.min(
          at(row - 1, column) + 1,
          at(row, column - 1) + 1,
          at(row - 1, column - 1) + (same ? 0 : 1),
          crossed ? at(row - 2, column - 2) + 1 : Infinity,
        ),
      );
    }
  }
  return at(one.length, other.length);
}
