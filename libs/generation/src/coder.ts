import { createHash } from 'node:crypto';
import type { ChangeSet, ContextFile, Decision, Finding, ProjectContext } from '@ids/contracts';
import { err, IdsError, messageOf, ok, type Result, type SessionId } from '@ids/kernel';
import type { ModelMessage, ModelPort, ModelRequest } from '@ids/llm';
import { applyEdits, type Draft, type EditProblem } from './apply-edits.js';
import { CODER_SYSTEM, coderPrompt, editRepairPrompt } from './coder-prompts.js';
import { changesBetween } from './draft.js';
import { parseEdits, type FileEdit } from './parse-edits.js';
import type { ProjectReader } from './project-reader.js';
import { WorkspaceView } from './workspace-view.js';

const MAX_REPAIRS = 2;
const DEFAULT_OUTPUT_TOKENS = 8_000;
/** Of an answer that could not be applied, this much is shown back. */
const QUOTED_REPLY = 40_000;
const QUOTED_PROBLEMS = 20;

export interface CoderOptions {
  readonly maxOutputTokens?: number;
}

export interface CoderInput {
  readonly sessionId: SessionId;
  /** From 1; names the calls of this attempt. */
  readonly attempt: number;
  readonly task: string;
  readonly decision: Decision;
  readonly context: ProjectContext;
  readonly reader: ProjectReader;
  readonly rework?: {
    readonly changes: ChangeSet;
    readonly findings: readonly Finding[];
    readonly cause: 'validation' | 'person';
  };
  /**
   * The path in its one spelling, relative to the project.
   * @throws IdsError `path_not_allowed` for what a session may not touch.
   */
  readonly allow: (path: string) => string;
}

type Outcome =
  | { readonly kind: 'done'; readonly changes: ChangeSet }
  /** `nonsense`: the answer held no block at all. */
  | { readonly kind: 'nonsense' | 'problems'; readonly problems: readonly EditProblem[] };

/** Turns a decision into a change set. Nothing is written to disk. */
export class Coder {
  constructor(
    private readonly model: ModelPort,
    private readonly options: CoderOptions = {},
  ) {}

  /**
   * The files are read now, and the change set is relative to what was read: its base hashes are those of the text
   * that the coder saw. An answer that cannot be applied goes back to the model, at most twice.
   * @throws IdsError `edit_failed`, `edit_not_allowed`, `no_changes`, `model_nonsense`, what reading a file or the
   * model's call fails with; what `signal` was aborted with.
   */
  async write(input: CoderInput, signal: AbortSignal): Promise<ChangeSet> {
    const view = new WorkspaceView(input.reader);
    const missing = await readFresh(view, input.context);
    const outdated = input.rework === undefined ? [] : await view.resume(input.rework.changes);
    const files = shownFiles(view);
    const context = { ...input.context, missing };
    const prompt = coderPrompt({
      task: input.task,
      decision: input.decision,
      context,
      files,
      ...(input.rework === undefined ? {} : { rework: { ...input.rework, outdated } }),
    });
    const messages: ModelMessage[] = [
      { role: 'system', content: CODER_SYSTEM },
      { role: 'user', content: prompt },
    ];
    let findings = input.rework?.findings ?? [];
    for (let repair = 0; ; repair += 1) {
      const request = this.request(input, { files, missing, findings, messages, repair });
      const reply = await this.model.complete(request, signal);
      const outcome = await this.judge(input, view, reply.text);
      if (outcome.kind === 'done') return outcome.changes;
      if (repair === MAX_REPAIRS) throw finalError(outcome.kind, outcome.problems);
      const problems = outcome.problems.slice(0, QUOTED_PROBLEMS);
      messages.push(
        { role: 'assistant', content: reply.text.slice(0, QUOTED_REPLY) || '(empty)' },
        { role: 'user', content: editRepairPrompt(problems) },
      );
      findings = problems.map(toFinding);
    }
  }

  private async judge(input: CoderInput, view: WorkspaceView, text: string): Promise<Outcome> {
    const parsed = parseEdits(text);
    if (!parsed.ok) return { kind: 'problems', problems: [{ path: '', message: parsed.error }] };
    if (parsed.value.length === 0) {
      const message = 'The answer holds no block of the edit format.';
      return { kind: 'nonsense', problems: [{ path: '', message }] };
    }
    const edits = allowed(parsed.value, input.allow);
    await loadNamed(view, edits);
    const applied = applyEdits(view.draft, edits);
    if (!applied.ok) return { kind: 'problems', problems: applied.error };
    const changes = changesOrProblem(view, applied.value);
    if (!changes.ok) return { kind: 'problems', problems: [changes.error] };
    if (changes.value.length === 0) throw new IdsError('no_changes');
    return { kind: 'done', changes: changes.value };
  }

  private request(
    input: CoderInput,
    call: {
      files: readonly ContextFile[];
      missing: readonly string[];
      findings: readonly Finding[];
      messages: readonly ModelMessage[];
      repair: number;
    },
  ): ModelRequest {
    const { repair, messages, files, missing, findings } = call;
    return {
      sessionId: input.sessionId,
      stage: repair > 0 || input.rework !== undefined ? 'repair' : 'generation',
      role: 'coder',
      round: input.decision.round,
      callKey: repair === 0 ? `generation:${input.attempt}` : `generation-repair:${input.attempt}:${repair}`,
      messages: [...messages],
      format: 'text',
      maxOutputTokens: this.options.maxOutputTokens ?? DEFAULT_OUTPUT_TOKENS,
      subject: {
        kind: 'code',
        task: input.task,
        files,
        missing,
        related: input.context.related,
        map: input.context.outline,
        findings,
      },
    };
  }
}

/** Reads the context's files from disk once more; gives what is missing now. */
async function readFresh(view: WorkspaceView, context: ProjectContext): Promise<string[]> {
  const missing = [...context.missing];
  for (const { path } of context.files) {
    if ((await view.load(path)) === undefined) missing.push(path);
  }
  return missing;
}

function shownFiles(view: WorkspaceView): ContextFile[] {
  return [...view.draft].map(([path, { text, origin }]) => {
    const original = origin === undefined ? undefined : view.originals.get(origin);
    const hash = original?.hash ?? createHash('sha256').update(text).digest('hex');
    return { path, hash, text };
  });
}

/** The edits with their paths in the one spelling; a path that may not be touched ends the attempt at once. */
function allowed(edits: readonly FileEdit[], allow: (path: string) => string): FileEdit[] {
  const check = (path: string): string => {
    try {
      return allow(path);
    } catch (error) {
      throw notAllowed(path, error);
    }
  };
  return edits.map((edit) =>
    edit.kind === 'rename'
      ? { ...edit, path: check(edit.path), to: check(edit.to) }
      : { ...edit, path: check(edit.path) },
  );
}

/** Reads the files that edits name and that were not shown. */
async function loadNamed(view: WorkspaceView, edits: readonly FileEdit[]): Promise<void> {
  const paths = edits.flatMap((edit) => (edit.kind === 'rename' ? [edit.path, edit.to] : [edit.path]));
  for (const path of new Set(paths)) {
    try {
      await view.load(path);
    } catch (error) {
      throw notAllowed(path, error);
    }
  }
}

function notAllowed(path: string, error: unknown): unknown {
  const ofThePath = ['path_not_allowed', 'file_too_large', 'not_utf8', 'encoding_unsupported'];
  if (!(error instanceof IdsError) || !ofThePath.includes(error.code)) return error;
  const reason = String(error.details['reason'] ?? messageOf(error));
  return new IdsError('edit_not_allowed', { paths: [path], reason }, { cause: error });
}

function finalError(kind: 'nonsense' | 'problems', problems: readonly EditProblem[]): IdsError {
  const [first] = problems;
  const text = first === undefined ? '' : `${first.path === '' ? '' : `${first.path}: `}${first.message}`;
  const reason = (text.split('\n')[0] ?? '').slice(0, 300).replace(/[.:]$/, '');
  return new IdsError(kind === 'nonsense' ? 'model_nonsense' : 'edit_failed', { reason });
}

/** A new character that has no place in a file's encoding is the coder's to repair. */
function changesOrProblem(view: WorkspaceView, draft: Draft): Result<ChangeSet, EditProblem> {
  try {
    return ok(changesBetween(view.originals, draft));
  } catch (error) {
    if (!(error instanceof IdsError) || error.code !== 'encoding_unsupported') throw error;
    const message = `The new text holds a character that the file's encoding (${String(error.details['encoding'])}) does not have; use another.`;
    return err({ path: String(error.details['path'] ?? ''), message });
  }
}

function toFinding({ path, message }: EditProblem): Finding {
  return { path, line: 0, column: 0, code: 'edit', severity: 'error', message };
}
