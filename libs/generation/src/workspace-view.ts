import type { ChangeSet, PlannedChange } from '@ids/contracts';
import { IdsError } from '@ids/kernel';
import { decodeSource } from '@ids/python';
import type { DraftFile } from './apply-edits.js';
import { toOriginal, type Original } from './draft.js';
import type { ProjectReader } from './project-reader.js';

/** The files of one attempt: as they are on disk, each read once, and as the coder finds them. */
export class WorkspaceView {
  readonly originals = new Map<string, Original>();
  readonly draft = new Map<string, DraftFile>();
  private readonly asked = new Set<string>();

  constructor(private readonly reader: ProjectReader) {}

  /**
   * Reads a file from disk; undefined if it is not there.
   * @throws IdsError for a file that is there and cannot be edited.
   */
  async load(path: string): Promise<Original | undefined> {
    if (this.asked.has(path)) return this.originals.get(path);
    this.asked.add(path);
    try {
      const original = toOriginal({ ...(await this.reader.read(path)), path });
      this.originals.set(path, original);
      this.draft.set(path, { text: original.source.text, origin: path });
      return original;
    } catch (error) {
      if (error instanceof IdsError && error.code === 'file_not_found') return undefined;
      throw error;
    }
  }

  /** Puts the changes of an earlier attempt on top; gives the paths where the disk is no longer what they began with. */
  async resume(changes: ChangeSet): Promise<string[]> {
    const outdated: string[] = [];
    for (const change of changes) {
      if (!(await this.fits(change))) outdated.push(change.path);
      else this.put(change);
    }
    return outdated;
  }

  private async fits(change: PlannedChange): Promise<boolean> {
    if (change.operation === 'create') return (await this.load(change.path)) === undefined;
    const source = await this.load(change.operation === 'rename' ? change.from : change.path);
    if (source?.hash !== change.baseHash) return false;
    return change.operation !== 'rename' || (await this.load(change.path)) === undefined;
  }

  private put(change: PlannedChange): void {
    const { operation, path } = change;
    if (operation === 'delete') {
      this.draft.delete(path);
      return;
    }
    const { text } = decodeSource(path, Buffer.from(change.after, 'base64'));
    if (operation === 'rename') this.draft.delete(change.from);
    const origin = operation === 'create' ? undefined : operation === 'rename' ? change.from : path;
    this.draft.set(path, { text, ...(origin === undefined ? {} : { origin }) });
  }
}
