import type { Installed } from '../interpreter.js';
import { compareVersions, fits, numbersOf } from './versions.js';
import { versionNamed, type Wish } from './wishes.js';

export interface Choice {
  readonly interpreter: Installed;
  /** Why it is not the one that is asked for. */
  readonly note: string | null;
}

/**
 * The interpreter for a wish: the usual one if it fits, else the newest that fits, else the closest to the version
 * that is named, else the usual one. `all` is asked only where the usual one does not fit.
 */
export async function chooseInterpreter(
  wish: Wish | undefined,
  usual: Installed,
  all: () => Promise<readonly Installed[]>,
): Promise<Choice> {
  if (wish === undefined || fitting(wish, usual)) return { interpreter: usual, note: null };
  const others = [usual, ...(await all())];
  const [best] = others.filter((each) => fitting(wish, each)).sort(newestFirst);
  if (best !== undefined) return { interpreter: best, note: null };
  const interpreter = closest(wish, others) ?? usual;
  const reason =
    versionNamed(wish) === undefined ? 'none that fits is on this machine' : 'the closest on this machine';
  const asked = `The project asks for Python ${wish.text} (${wish.source})`;
  return { interpreter, note: `${asked}; ${interpreter.version} judged, ${reason}.` };
}

function fitting(wish: Wish, { version }: Installed): boolean {
  return fits(wish.requirement, numbersOf(version));
}

function newestFirst(a: Installed, b: Installed): number {
  return compareVersions(numbersOf(b.version), numbersOf(a.version));
}

/** The newest of the minor version that is nearest; of two that are as near the newer, which reads more. */
function closest(wish: Wish, installed: readonly Installed[]): Installed | undefined {
  const named = versionNamed(wish);
  if (named === undefined) return undefined;
  const distance = ({ version }: Installed): number => {
    const [major = 0, minor = 0] = numbersOf(version);
    return Math.abs((major - (named[0] ?? 0)) * 100 + minor - (named[1] ?? 0));
  };
  return [...installed].sort((a, b) => distance(a) - distance(b) || newestFirst(a, b))[0];
}
