import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { newSessionId } from '@ids/kernel';
import { z } from 'zod';
import type { ContextFile } from '@ids/contracts';
import type { ModelRequest, ModelSubject } from '../src/model.port.js';

const run = promisify(execFile);

/** What compile() says of each text: an empty string, or its error. One interpreter for all of them. */
export async function compileErrors(texts: readonly string[]): Promise<string[]> {
  const program = `
import json, sys
out = []
for text in json.load(sys.stdin):
    try:
        compile(text, "<text>", "exec", dont_inherit=True)
        out.append("")
    except SyntaxError as error:
        out.append(f"line {error.lineno}: {error.msg}")
print(json.dumps(out))
`;
  const child = run('python3', ['-I', '-S', '-W', 'ignore', '-c', program], { maxBuffer: 1 << 26 });
  child.child.stdin?.end(JSON.stringify(texts));
  return z.array(z.string()).parse(JSON.parse((await child).stdout));
}

/** Runs a program and returns what it prints on both streams. */
export async function runPython(program: string): Promise<string> {
  const { stdout, stderr } = await run('python3', ['-I', '-S', '-c', program]);
  return stdout + stderr;
}

/** Applies an answer in the edit format strictly: each SEARCH must be in its file exactly once. */
export function applyReply(files: Readonly<Record<string, string>>, reply: string): Record<string, string> {
  const result = { ...files };
  let path = '';
  for (const match of reply.matchAll(
    /^(?:<<<<<<< SEARCH\n([\s\S]*?)^=======\n([\s\S]*?)^>>>>>>> REPLACE|(\S+))$/gm,
  )) {
    const [, search, replace = '', name] = match;
    if (name !== undefined) path = name;
    if (search === undefined) continue;
    const text = result[path];
    if (text === undefined) throw new Error(`the answer edits ${path}`);
    const whole = `\n${text}${text.endsWith('\n') ? '' : '\n'}`;
    const parts = whole.split(`\n${search}`);
    if (parts.length !== 2) throw new Error(`SEARCH is there ${parts.length - 1} times:\n${search}`);
    const changed = parts.join(`\n${replace}`).slice(1);
    result[path] = text.endsWith('\n') ? changed : changed.slice(0, -1);
  }
  return result;
}

export function subjectOf(
  task: string,
  files: Readonly<Record<string, string>>,
  more: Partial<ModelSubject> = {},
): ModelSubject {
  const context = Object.entries(files).map(([path, text]): ContextFile => ({ path, text, hash: '' }));
  return { kind: 'code', task, files: context, missing: [], related: [], map: '', findings: [], ...more };
}

export function requestOf(subject: ModelSubject, more: Partial<ModelRequest> = {}): ModelRequest {
  return {
    sessionId: newSessionId(),
    stage: 'generation',
    role: 'coder',
    round: 1,
    callKey: 'call',
    messages: [{ role: 'user', content: subject.task }],
    format: 'text',
    maxOutputTokens: 1_000,
    subject,
    ...more,
  };
}
