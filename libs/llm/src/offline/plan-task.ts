import type { ContextFile } from '@ids/contracts';
import type { ModelSubject } from '../model.port.js';
import { applyEdits, editBlocks } from './edit-blocks.js';
import { addDocstrings } from './edits/add-docstrings.js';
import { addLogging } from './edits/add-logging.js';
import { addTypeHints } from './edits/add-type-hints.js';
import { diffEdits } from './edits/combine.js';
import type { FilePlan, PlanFile } from './edits/plan.js';
import { findRenaming, renameIn, type Renaming } from './edits/rename.js';
import { readPython, type PythonSource } from './python/source.js';
import { names, understand, type KnownTask } from './task.js';

/** What is to be done to one file, ready to be told and to be answered. */
export interface PlannedFile {
  readonly path: string;
  readonly summary: string;
  /** In the edit format; null if there is nothing to do. */
  readonly blocks: string | null;
  /** Why there is nothing to do, if that is not because all is there. */
  readonly obstacle?: string;
}

export interface TaskPlan {
  /** Empty: the task was not understood. */
  readonly tasks: readonly KnownTask[];
  readonly files: readonly PlannedFile[];
}

const RULES: Readonly<Record<'logging' | 'docstrings' | 'hints', PlanFile>> = {
  logging: addLogging,
  docstrings: addDocstrings,
  hints: addTypeHints,
};

/** What the rules make of a task: the same for the parliament, which speaks of it, and for the coder, which does it. */
export function planTask(subject: ModelSubject): TaskPlan {
  const tasks = understand(subject.task);
  if (tasks.length === 0) return { tasks, files: [] };
  const renames = tasks.some(({ kind }) => kind === 'rename');
  const files = targets(subject, renames).map((file) => ({ file, source: readPython(file.text) }));
  const sources = files.map(({ source }) => source).filter((source) => source !== null);
  const renaming = renamingOf(tasks, sources);
  return {
    tasks,
    files: files.map(({ file, source }) => planFile(file.path, source, tasks, renaming)),
  };
}

/** The Python files that the task names; all that are shown if it names none, or if a name may be used in each. */
function targets({ task, files }: ModelSubject, all: boolean): ContextFile[] {
  const python = files.filter(({ path }) => /\.pyi?$/.test(path));
  const named = python.filter(({ path }) => names(task, path));
  return named.length > 0 && !all ? named : python;
}

function renamingOf(
  tasks: readonly KnownTask[],
  sources: readonly PythonSource[],
): Renaming | null | undefined {
  const task = tasks.find(({ kind }) => kind === 'rename');
  return task?.kind === 'rename' ? findRenaming(sources, task.from, task.to) : undefined;
}

function planFile(
  path: string,
  source: PythonSource | null,
  tasks: readonly KnownTask[],
  renaming: Renaming | null | undefined,
): PlannedFile {
  const nothing = (obstacle: string): PlannedFile => ({ path, summary: '', blocks: null, obstacle });
  if (source === null) return nothing('its Python could not be read safely');
  if (renaming === null) return nothing('the name is not defined exactly once, or the new name is taken');
  let now: PythonSource = source;
  const done: FilePlan[] = [];
  for (const task of tasks) {
    const plan = planOne(now, path, task, renaming);
    if (plan.edits.length === 0) continue;
    const next = readPython(applyEdits(now.lines, plan.edits).join('\n'));
    if (next === null) return nothing('the change would not have been valid Python');
    now = next;
    done.push(plan);
  }
  if (done.length === 0) return { path, summary: '', blocks: null };
  const [only, ...others] = done;
  const edits = only !== undefined && others.length === 0 ? only.edits : diffEdits(source.lines, now.lines);
  const blocks = editBlocks(path, source.lines, edits);
  return blocks === null
    ? nothing('the change could not be expressed as edits')
    : { path, summary: done.map(({ summary }) => summary).join('; '), blocks };
}

function planOne(
  source: PythonSource,
  path: string,
  task: KnownTask,
  renaming: Renaming | undefined,
): FilePlan {
  if (task.kind !== 'rename') return RULES[task.kind](source, path);
  return renaming === undefined ? { edits: [], summary: '' } : renameIn(source, renaming);
}
