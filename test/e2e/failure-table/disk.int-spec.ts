import { statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { editBlock } from '@ids/testing';
import { expect, it } from '@jest/globals';
import { MAY_MOUNT, mountDisk, setWritable, unmount } from '../../support/mounts.js';
import { MANY_FILES, SLOW_DISK, untilHalfApplied, writesManyFiles } from './many-files.js';
import { setValue, writes } from './models.js';
import { failureTable, type Row, type Scene } from './table.js';

/** Puts the project on a disk of its own. */
async function onDisk({ project, finally: atEnd }: Scene, size: string): Promise<void> {
  await mountDisk(project.path, size);
  atEnd(() => unmount(project.path));
  await project.write('a.py', 'VALUE = 1\n');
}

/** Leaves just so many free pages on the disk of the project. */
async function fill({ project }: Scene, pages: number): Promise<void> {
  const { bavail, bsize } = await statfs(project.path);
  await writeFile(join(project.path, 'filler.bin'), Buffer.alloc((bavail - pages) * bsize));
}

const LARGE = `TEXT = """\n${'x'.repeat(79)}\n"""\n`.replace(/x+\n/, (line) => line.repeat(400));

/** A disk that gets full at some point of applying, and stays so. */
function full(pages: number): Row {
  return {
    name: `the disk has room for ${pages} more pages`,
    before: async (scene) => {
      await onDisk(scene, '1m');
      await fill(scene, pages);
    },
    model: writes(setValue(1, 2), editBlock('b.py', '', LARGE)),
    ends: 'rolled_back',
    error: { stage: 'application', code: 'disk_full', says: /free some space/ },
    journal: 'none',
    attempts: 1,
  };
}

const rows: Row[] = [
  full(0),
  full(3),
  full(8),
  {
    name: 'the project is read-only',
    before: async (scene) => {
      await onDisk(scene, '1m');
      await setWritable(scene.project.path, false);
    },
    ends: 'rolled_back',
    error: { stage: 'application', code: 'project_read_only', says: /permissions/ },
    journal: 'none',
  },
  {
    name: 'the project becomes read-only while it is written: it is undone as soon as it can be',
    model: writesManyFiles,
    before: (scene) => onDisk(scene, '16m'),
    meanwhile: async ({ system, project }, { id }) => {
      await untilHalfApplied(project);
      await setWritable(project.path, false);
      const { error } = await system.waitForStatus(id, 'rolling_back');
      expect(error?.code).toBe('project_read_only');
      await setWritable(project.path, true);
    },
    ends: 'rolled_back',
    error: { stage: 'application', code: 'project_read_only' },
    journal: 'undone',
  },
  {
    name: 'a disk that is just large enough',
    model: writesManyFiles,
    before: (scene) => onDisk(scene, '16m'),
    ends: 'applied',
    tree: MANY_FILES,
    journal: 'applied',
  },
];

if (MAY_MOUNT) failureTable('faults of the disk', { env: SLOW_DISK }, rows);
else it.skip('faults of the disk: only root may mount one', () => undefined);
