import { join } from 'node:path';
import { codeOf, readOrNull, sha256, statOrNull } from './files.js';
import type { Side, Touch } from './manifest.js';
import { look, isOurs, type Sight, type Site } from './sight.js';
import { modeOf, proofIn, type Stage } from './stage.js';

export interface Way {
  readonly to: Side;
  readonly stage: Stage;
  /** The staged file with the contents to come; made on demand when undoing. */
  readonly source: (touch: Touch) => Promise<string>;
  /** Whether a content that is neither of both is a writing in place that was cut off. */
  readonly torn: (touch: Touch, sight: Sight) => Promise<boolean>;
  /** The new contents of a touch, to be kept while its file is written in place. */
  readonly after: (touch: Touch, sight: Sight) => Promise<Uint8Array>;
}

/** Brings one path to a side, from wherever it is; false, and nothing done, if somebody else changed it. */
export async function bring(site: Site, touch: Touch, way: Way): Promise<boolean> {
  try {
    return await step(site, touch, way);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    // Somebody was faster at making the file; it may even be what it should be.
    return (await look(site, touch)).content === touch[way.to];
  }
}

async function step(site: Site, touch: Touch, way: Way): Promise<boolean> {
  const sight = await look(site, touch);
  const { location } = sight;
  const wanted = touch[way.to];
  if (location === null) return false;
  if (sight.content === wanted) {
    const { stats } = location;
    if (stats?.isFile() === true && modeOf(stats) !== touch.entry.mode) {
      await way.stage.setMode(location, touch.entry.mode);
    }
    return true;
  }
  if (!isOurs(touch, sight) && !(await way.torn(touch, sight))) return false;
  const { stage } = way;
  if (wanted === null) await stage.remove(location, touch);
  else if (wanted.startsWith('link:')) await stage.placeLink(location, wanted.slice('link:'.length));
  else {
    const prove = async (): Promise<void> =>
      await stage.add(proofIn(stage.folder, touch), await way.after(touch, sight), touch.entry);
    const source = await way.source(touch);
    if (sight.content === null) await stage.place(location, source, touch.entry, prove);
    else await stage.replace(location, source, touch.entry, prove);
  }
  return true;
}

/** The paths that are not as this side wants them, in contents or in mode. */
export async function mismatches(site: Site, touches: readonly Touch[], side: Side): Promise<string[]> {
  const paths: string[] = [];
  for (const touch of touches) {
    const { content, location } = await look(site, touch);
    const stats = location?.stats;
    const modeHolds = stats?.isFile() !== true || modeOf(stats) === touch.entry.mode;
    if (content !== touch[side] || !modeHolds) paths.push(touch.path);
  }
  return paths;
}

/** The kept second name of a removed file, if it still holds the contents of then. */
export async function keptName(site: Site, touch: Touch): Promise<string | null> {
  const { keep } = touch.entry;
  if (keep === null || touch.after !== null) return null;
  const path = join(site.root, keep);
  const bytes = (await statOrNull(site.fs, path)) === null ? null : await readOrNull(site.fs, path);
  return bytes !== null && sha256(bytes) === touch.before ? path : null;
}
