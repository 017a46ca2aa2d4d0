import type { ChangeSet } from '@ids/contracts';
import { IdsError, type SessionId } from '@ids/kernel';
import { backUp } from './back-up.js';
import { bring, mismatches } from './bring.js';
import { bytesAfter, checkChangeSet, describes } from './change-set.js';
import { touchesOf, type Manifest, type Touch } from './manifest.js';
import { planChanges } from './plan.js';
import { isTorn, look, type Site } from './sight.js';
import { afterIn, Stage } from './stage.js';
import type { ApplyOutcome, WriteGuard } from './types.js';
import { Undo } from './undo.js';

/**
 * One run of applying a session's change set. A run may end at any call; the next one, or an undo, goes on from
 * the manifest and from what it finds on disk.
 */
export class Apply {
  private readonly changes: ChangeSet;

  constructor(
    private readonly site: Site,
    private readonly sessionId: SessionId,
    changes: ChangeSet,
    private readonly guard: WriteGuard,
  ) {
    this.changes = checkChangeSet(changes);
  }

  async run(): Promise<ApplyOutcome> {
    await this.guard.check();
    const { ids } = this.site;
    const manifest = await ids.readManifest(this.sessionId);
    if (manifest !== null && describes(manifest, this.changes)) {
      if (manifest.state === 'applied') return await this.finish(manifest);
      if (manifest.state === 'applying') return await this.resume(manifest);
    }
    if (manifest !== null && manifest.state !== 'undone') {
      const foreign = await this.takeBack(manifest);
      if (foreign.length > 0) return { kind: 'changed', paths: foreign };
    }
    return await this.begin();
  }

  private async begin(): Promise<ApplyOutcome> {
    const { site, sessionId } = this;
    const plan = await planChanges(site, this.changes);
    if (plan.changed.length > 0) return { kind: 'changed', paths: plan.changed };
    await site.ids.removeSession(sessionId);
    try {
      const folder = await site.ids.openStage(sessionId);
      const stage = new Stage(site.fs, folder, this.guard);
      const manifest = await backUp(site, sessionId, plan);
      await this.stageAll(stage, touchesOf(manifest));
      await site.ids.writeManifest(folder, manifest);
      return await this.carryOut(manifest, stage);
    } catch (error) {
      await this.forgetUnlessBegun();
      throw error;
    }
  }

  /** Goes on where a killed run stopped. */
  private async resume(manifest: Manifest): Promise<ApplyOutcome> {
    const { site, sessionId } = this;
    await site.ids.retireStages(sessionId);
    const stage = new Stage(site.fs, await site.ids.openStage(sessionId), this.guard);
    await this.stageAll(stage, touchesOf(manifest));
    return await this.carryOut(manifest, stage);
  }

  private async carryOut(manifest: Manifest, stage: Stage): Promise<ApplyOutcome> {
    const { site } = this;
    const touches = touchesOf(manifest);
    for (const touch of touches) {
      const done = await bring(site, touch, {
        to: 'after',
        stage,
        source: (touch) => Promise.resolve(afterIn(stage.folder, touch)),
        torn: (touch, sight) => isTorn(site, touch, sight),
        after: (touch) => Promise.resolve(this.newBytes(touch) ?? new Uint8Array()),
      });
      if (!done) return { kind: 'changed', paths: await this.takeBack(manifest, touch) };
    }
    const wrong = await mismatches(site, touches, 'after');
    if (wrong.length > 0) throw new IdsError('apply_mismatch', { paths: wrong });
    await stage.flush();
    const applied: Manifest = { ...manifest, state: 'applied', updatedAt: site.now() };
    await site.ids.writeManifest(stage.folder, applied);
    return await this.finish(applied);
  }

  private async finish(manifest: Manifest): Promise<ApplyOutcome> {
    await this.site.ids.removeStages(this.sessionId);
    return { kind: 'applied', changes: manifest.entries.map(({ path, backup }) => ({ path, backup })) };
  }

  /** Undoes what this session had done, around the files that somebody else changed; says which these are. */
  private async takeBack(manifest: Manifest, noticed?: Touch): Promise<string[]> {
    const undo = new Undo(this.site, manifest, this.guard);
    const foreign = await undo.around();
    // It may be back to what was expected by now: the next attempt will see.
    return foreign.length === 0 && noticed !== undefined ? [noticed.path] : foreign;
  }

  private async stageAll(stage: Stage, touches: readonly Touch[]): Promise<void> {
    for (const touch of touches) {
      const bytes = this.newBytes(touch);
      if (bytes === null || (await look(this.site, touch)).content === touch.after) continue;
      await stage.add(afterIn(stage.folder, touch), bytes, touch.entry);
    }
  }

  private newBytes(touch: Touch): Uint8Array | null {
    const change = this.changes.find(({ path }) => path === touch.path);
    return change === undefined ? null : bytesAfter(change);
  }

  /** After a failure before the manifest stood: nothing of this session is left. */
  private async forgetUnlessBegun(): Promise<void> {
    const { ids } = this.site;
    try {
      await this.guard.check();
      if ((await ids.readManifest(this.sessionId)) === null) await ids.removeSession(this.sessionId);
    } catch {
      // The failure that led here is what matters; the next run or an undo tidies up.
    }
  }
}
