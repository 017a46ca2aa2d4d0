import { afterAll, beforeAll, describe, it, jest } from '@jest/globals';
import type { CreateSessionBody, ProjectSettings, Session, SessionStatus, Stage } from '@ids/contracts';
import { snapshotTree, type ModelScript } from '@ids/testing';
import { startSystem, type RegisteredProject, type System, type SystemPlan } from '../../support/system.js';
import { expectRow } from './expect-row.js';
import { agreeing } from './models.js';

/** What a row plays with. */
export interface Scene {
  readonly system: System;
  readonly project: RegisteredProject;
  /** Is done when all rows have been looked at. */
  finally(this: void, work: () => Promise<void>): void;
}

export interface RowError {
  readonly stage: Stage;
  readonly code: string;
  /** What the sentence for the person must tell. */
  readonly says?: RegExp;
}

/** One fault, and what it must lead to. */
export interface Row {
  readonly name: string;
  /** `a.py` with VALUE = 1, if not given. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  readonly settings?: ProjectSettings;
  readonly options?: Omit<CreateSessionBody, 'project' | 'task'>;
  readonly task?: string;
  /** What the model does in this session; if not given, all agree and VALUE becomes 2. */
  readonly model?: (scene: Scene) => ModelScript;
  /** What is done to the project before the session, as a part of the tree that must be kept. */
  readonly before?: (scene: Scene) => Promise<void>;
  /** What a person, or the world, does while the session works. */
  readonly meanwhile?: (scene: Scene, session: Session) => Promise<void>;
  /** What is taken away again at the end, so that the tree can be looked at. */
  readonly after?: (scene: Scene, session: Session) => Promise<void>;
  readonly ends: SessionStatus;
  /** The error that the session ends with. */
  readonly error?: RowError;
  /** The errors that it had on its way there. */
  readonly earlier?: readonly RowError[];
  /** The ends that it was at before, where a person led it on. */
  readonly passes?: readonly SessionStatus[];
  /** Files that are not as before: their text, or null if they are gone. */
  readonly tree?: Readonly<Record<string, string | null>>;
  /** What is left of the session in `.ids`. */
  readonly journal: 'none' | 'applied' | 'undone' | 'undoing' | 'damaged';
  /** How often it was rolled back in effect; by default once if it did not end well. */
  readonly rollbacks?: number;
  readonly attempts?: number;
  /** Calls of the model, by what is asked: those of a round, of the coder. */
  readonly calls?: { readonly coder?: number; readonly parliament?: number };
}

export interface Played {
  readonly row: Row;
  readonly scene: Scene;
  readonly treeBefore: Readonly<Record<string, string>>;
  readonly session: Session;
}

/** Under the load of a whole test run on two cores. */
const PATIENCE_MS = 150_000;

/** Plays rows on one system; the model's double does for each session what its row says. */
export class Table {
  private readonly scripts = new Map<string, ModelScript>();
  private readonly cleaning: (() => Promise<void>)[] = [];
  private started: System | undefined;

  get system(): System {
    if (this.started === undefined) throw new Error('the system has not started');
    return this.started;
  }

  async open(plan: Omit<SystemPlan, 'model'>): Promise<void> {
    this.started = await startSystem({
      model: (request) => {
        const [, mark = ''] = /\[case (\d+)\]/.exec(request.prompt) ?? [];
        return (this.scripts.get(mark) ?? agreeing())(request);
      },
      ...plan,
    });
  }

  async close(): Promise<void> {
    for (const clean of this.cleaning) await clean();
    await this.started?.stop();
  }

  async scene(row: Pick<Row, 'files' | 'settings'> = {}): Promise<Scene> {
    const project = await this.system.createProject(row.files ?? { 'a.py': 'VALUE = 1\n' }, row.settings);
    return { system: this.system, project, finally: (work) => void this.cleaning.push(work) };
  }

  /** Starts a session in a scene, whose model follows the script. */
  async start(scene: Scene, row: Pick<Row, 'model' | 'options' | 'task'> = {}): Promise<Session> {
    const mark = String(this.scripts.size + 1);
    this.scripts.set(mark, row.model?.(scene) ?? agreeing());
    return await scene.system.runTask(
      scene.project,
      `${row.task ?? 'Change a.py'} [case ${mark}]`,
      row.options,
    );
  }

  async play(row: Row): Promise<Played> {
    const scene = await this.scene(row);
    await row.before?.(scene);
    const treeBefore = await snapshotTree(scene.project.path);
    const begun = await this.start(scene, row);
    await row.meanwhile?.(scene, begun);
    const session = await this.system.waitForEnd(begun.id, PATIENCE_MS);
    await row.after?.(scene, session);
    return { row, scene, treeBefore, session };
  }
}

export interface TableParts {
  /** What happens to the system while all rows are played. */
  readonly disturb?: (table: Table) => Promise<void>;
  /** Tests that come after the rows. */
  readonly more?: (table: Table) => void;
}

/**
 * A table of faults on a system of its own. All rows are played at the same time, each in a project of its own;
 * then each is looked at.
 */
export function failureTable(
  name: string,
  plan: Omit<SystemPlan, 'model'>,
  rows: readonly Row[],
  parts: TableParts = {},
): void {
  const table = new Table();
  jest.setTimeout(2 * PATIENCE_MS);
  describe(name, () => {
    const plays = new Map<Row, Promise<Played>>();
    beforeAll(async () => {
      await table.open(plan);
      for (const row of rows) plays.set(row, table.play(row));
      await Promise.all([parts.disturb?.(table), Promise.allSettled(plays.values())]);
    });
    afterAll(() => table.close());
    it.each(rows)('$name', async (row) => {
      const played = await plays.get(row);
      if (played === undefined) throw new Error('the row was not played');
      await expectRow(played);
    });
    parts.more?.(table);
  });
}
