import { displayWidth, padEnd, padStart, truncate } from './text.js';

export interface Column {
  readonly title: string;
  readonly align?: 'right';
  /** The column that gives way when the table is too wide. */
  readonly flexible?: boolean;
}

const GAP = '  ';

/** The rows under their titles, in columns that fit into `width` cells. Cells hold no colours. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
): string[] {
  const widths = columns.map((column, index) =>
    Math.max(displayWidth(column.title), ...rows.map((row) => displayWidth(row[index] ?? ''))),
  );
  const excess = widths.reduce((sum, each) => sum + each + GAP.length, -GAP.length) - width;
  const flexible = columns.findIndex((column) => column.flexible === true);
  if (excess > 0 && flexible >= 0) widths[flexible] = Math.max(8, (widths[flexible] ?? 0) - excess);
  const line = (cells: readonly string[]): string =>
    columns
      .map((column, index) => {
        const room = widths[index] ?? 0;
        const cell = truncate(cells[index] ?? '', room);
        return column.align === 'right' ? padStart(cell, room) : padEnd(cell, room);
      })
      .join(GAP)
      .trimEnd();
  return [columns.map((column) => column.title), ...rows].map(line);
}
