import type { SessionId } from '@ids/kernel';
import { basename, dirname, join } from 'node:path';
import { unless, writeNew } from './files.js';
import type { Manifest, ManifestEntry } from './manifest.js';
import type { Plan, PlannedEntry } from './plan.js';
import type { Site } from './sight.js';

/**
 * Copies the old contents of all that a plan changes to `.ids/backups/SESSION`, on the disk when this returns.
 * Gives the manifest of the plan, not written yet.
 */
export async function backUp(site: Site, sessionId: SessionId, plan: Plan): Promise<Manifest> {
  const now = site.now();
  await site.ids.makeFolder(site.ids.backups, sessionId);
  const entries: ManifestEntry[] = [];
  for (const planned of plan.entries) entries.push(await backUpOne(site, sessionId, planned, now));
  return {
    version: 1,
    sessionId,
    state: 'applying',
    createdAt: now,
    updatedAt: now,
    entries,
    folders: [...plan.folders],
  };
}

async function backUpOne(
  site: Site,
  sessionId: SessionId,
  { entry, before, shared }: PlannedEntry,
  now: string,
): Promise<ManifestEntry> {
  if (before === null) return entry;
  const { fs, ids } = site;
  const path = entry.from ?? entry.path;
  let folder = ids.backupsOf(sessionId);
  for (const name of path.split('/').slice(0, -1)) folder = await ids.makeFolder(folder, name);
  const base = join(folder, `${basename(path)}.${now.replaceAll(/[:.]/g, '-')}`);
  await writeNew(fs, `${base}.bak`, before);
  // Where the system refuses a second name, undoing makes a file of its own.
  const kept =
    shared !== null &&
    (await unless(
      fs.link(shared, `${base}.link`).then(() => true),
      ['EXDEV', 'EPERM', 'EMLINK', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'],
      false,
    ));
  await fs.syncFolder(dirname(base));
  return { ...entry, backup: ids.shown(`${base}.bak`), keep: kept ? ids.shown(`${base}.link`) : null };
}
