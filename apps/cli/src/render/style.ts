import picocolors from 'picocolors';

/** How a stream is written to: in colour or not, and how wide. */
export interface Style {
  readonly colors: ReturnType<typeof picocolors.createColors>;
  readonly width: number;
}

const MAX_WIDTH = 100;
const DEFAULT_WIDTH = 80;

/** Colour on a terminal only, and not with NO_COLOR; lines of at most 100 cells, 80 where there is no terminal. */
export function styleOf(stream: { isTTY?: boolean; columns?: number }): Style {
  const terminal = stream.isTTY === true;
  return {
    colors: picocolors.createColors(terminal && picocolors.isColorSupported),
    width: Math.min((terminal && stream.columns) || DEFAULT_WIDTH, MAX_WIDTH),
  };
}

/** Without colour, 80 cells wide. */
export const PLAIN: Style = { colors: picocolors.createColors(false), width: DEFAULT_WIDTH };
