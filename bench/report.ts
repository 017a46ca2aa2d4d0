/** One measured number with its goal. Ratios only: single times say nothing on a shared machine. */
export interface Row {
  readonly name: string;
  readonly value: number;
  readonly goal: string;
  readonly met: boolean;
  readonly detail: string;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** The value below which `share` of all lie. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

/** The rows as a table for a terminal. */
export function table(rows: readonly Row[]): string {
  const lines = rows.map((row) => {
    const mark = row.goal === '' ? ' ' : row.met ? '✓' : '✗';
    return `${mark} ${row.value.toFixed(2).padStart(7)}  ${row.goal.padEnd(8)} ${row.name}\n${' '.repeat(20)}${row.detail}`;
  });
  return ['     value  goal     what', ...lines].join('\n');
}
