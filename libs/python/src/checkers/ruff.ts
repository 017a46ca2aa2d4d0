import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { IdsError, messageOf } from '@ids/kernel';
import { newFindings, type Judgement, type LocatedFinding, type NoJudgement } from '../findings.js';
import type { LintSettings } from '../replies.js';
import { decodeSource } from '../source.js';
import { asFinding, DEFAULT_SELECT, isIgnored, rulesOf, type LintRules } from './lint-rules.js';
import { NativeRuff } from './ruff-native.js';
import { pathBefore, placeOf, type CheckRequest } from './request.js';
import { RuffThread, type LintReply } from './ruff-wasm.js';

type Linter = Pick<RuffThread, 'check'>;

/** A Python file whose rules we know; stubs have others, which depend on the name. */
const LINTED = /\.pyw?$/;

/** Judges by the ruff of PATH, else by the one that npm brings, under the project's choice of rules. */
export class RuffChecker {
  private readonly thread = new RuffThread();
  private native: Promise<NativeRuff | undefined> | undefined;

  constructor(private readonly settingsOf: (root: string, signal?: AbortSignal) => Promise<LintSettings>) {}

  async check(request: CheckRequest): Promise<Judgement | NoJudgement> {
    this.native ??= NativeRuff.find();
    const linter = (await this.native) ?? this.thread;
    const settings = await this.settingsOf(request.root, request.signal);
    try {
      return await judge(linter, settings, rulesOf(settings), request);
    } catch (error) {
      request.signal?.throwIfAborted();
      return await this.withDefaults(linter, settings, request, error);
    }
  }

  async close(): Promise<void> {
    await this.thread.close();
  }

  /** A rule name that this ruff does not know fails every file; its defaults are better than no verdict. */
  private async withDefaults(
    linter: Linter,
    settings: LintSettings,
    request: CheckRequest,
    cause: unknown,
  ): Promise<Judgement | NoJudgement> {
    const unavailable = `ruff failed: ${messageOf(cause)}`;
    if (settings.source === null) return { unavailable };
    try {
      const judged = await judge(linter, settings, { select: DEFAULT_SELECT, ignore: [] }, request);
      return {
        ...judged,
        note: `the rules in ${settings.source} were not understood; the usual ones were used`,
      };
    } catch {
      request.signal?.throwIfAborted();
      return { unavailable };
    }
  }
}

async function judge(
  linter: Linter,
  settings: LintSettings,
  rules: LintRules,
  request: CheckRequest,
): Promise<Judgement> {
  let version = '';
  const lint = async (path: string, file: string, rulesPath: string): Promise<LocatedFinding[]> => {
    const text = await textOf(path, file);
    const reply: LintReply = await linter.check(text, rules, request.signal).catch((error: unknown) => {
      throw new Error(`${path}: ${messageOf(error)}`, { cause: error });
    });
    version = reply.version;
    const lines = text.split('\n');
    return reply.messages
      .filter(({ code }) => !isIgnored(settings, rulesPath, code))
      .map((message) => ({ finding: asFinding(path, message), lineText: lines[message.line - 1] ?? '' }));
  };
  const after: LocatedFinding[] = [];
  const before: LocatedFinding[] = [];
  for (const path of request.paths.filter((name) => LINTED.test(name))) {
    const found = await lint(path, placeOf(request, path), path);
    after.push(...found);
    // Without a finding there is nothing to compare.
    const old = request.staged && found.length > 0 ? await pathBefore(request, path) : undefined;
    if (old !== undefined) before.push(...(await lintBefore(path, old)));
  }
  const stubs = request.paths.some((path) => !LINTED.test(path));
  return {
    ...newFindings(before, after),
    tool: `ruff ${version}`.trim(),
    ...(stubs ? { note: 'stub files (.pyi) were not linted' } : {}),
  };

  async function lintBefore(path: string, old: string): Promise<LocatedFinding[]> {
    try {
      return await lint(path, join(request.root, old), old);
    } catch (error) {
      // What could not be read before cannot have had findings; a linter that fails is told as ever.
      if (error instanceof IdsError) return [];
      throw error;
    }
  }
}

async function textOf(path: string, file: string): Promise<string> {
  return decodeSource(path, await readFile(file)).text;
}
