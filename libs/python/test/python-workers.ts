import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { z } from 'zod';
import { childEnvironment, executables } from '../src/environment.js';
import { findInterpreter, type Interpreter } from '../src/interpreter.js';
import { DEFAULT_LIMITS } from '../src/limits.js';
import { analysisReply, syntaxFailureSchema } from '../src/replies.js';

/** What the worker tells of a file that can be parsed. */
export type Told = Extract<z.infer<typeof analysisReply>, { lines: number }>;
export type Source = string | Buffer;

const WORKER = fileURLToPath(new URL('../src/worker/main.py', import.meta.url));
const PYENV = join(homedir(), '.pyenv', 'versions');
const SECONDS = 60;

/** Every Python >= 3.9 of this machine, one of each minor version, oldest first. */
export async function pythons(): Promise<Interpreter[]> {
  const versions = await readdir(PYENV).catch(() => []);
  const candidates = versions.map((version) => join(PYENV, version, 'bin', 'python3'));
  const found = new Map<number, Interpreter>();
  for (const candidate of [...candidates, ...(await executables('python3'))]) {
    const interpreter = await findInterpreter(candidate).catch(() => undefined);
    if (interpreter !== undefined) found.set(minor(interpreter), interpreter);
  }
  return [...found].sort(([a], [b]) => a - b).map(([, interpreter]) => interpreter);
}

export function minor({ version }: Interpreter): number {
  return Number(version.split('.')[1]);
}

const replySchema = z.union([
  z.object({ id: z.int(), at: z.string() }),
  z.object({ id: z.int(), value: z.unknown() }),
  z.object({ id: z.int(), error: z.object({ kind: z.enum(['limit', 'failed']), reason: z.string() }) }),
]);
export type Reply = z.infer<typeof replySchema>;

export interface Question {
  readonly op: string;
  readonly args: unknown;
  readonly cpuSeconds?: number;
}

/** Asks one worker process; all of its lines, and how it ended. */
export async function askWorker(
  { executable }: Interpreter,
  questions: readonly Question[],
): Promise<{ replies: Reply[]; exitCode: number | undefined; signal: string | undefined }> {
  const { memoryMb, recycleMb } = DEFAULT_LIMITS;
  const settings = JSON.stringify({ memoryMb, recycleMb });
  const lines = questions.map(({ op, args, cpuSeconds = SECONDS }, id) =>
    JSON.stringify({ id, op, args, cpuSeconds }),
  );
  const { stdout, exitCode, signal } = await execa(
    executable,
    ['-I', '-S', '-B', '-W', 'ignore', WORKER, settings],
    {
      env: childEnvironment(),
      extendEnv: false,
      cwd: '/',
      reject: false,
      input: lines.map((line) => `${line}\n`).join(''),
    },
  );
  const replies = stdout.split('\n').filter((line) => line !== '');
  return { replies: replies.map((line) => replySchema.parse(JSON.parse(line))), exitCode, signal };
}

/** The value of a single question. @throws if there is none */
export async function askOne(python: Interpreter, question: Question): Promise<unknown> {
  const { replies } = await askWorker(python, [question]);
  const last = replies.at(-1);
  if (last === undefined || !('value' in last)) throw new Error(JSON.stringify(last ?? 'no answer'));
  return last.value;
}

const PARSE_ALONE = `
import ast, resource, sys
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[2]),) * 2)
try:
    ast.parse(open(sys.argv[1], "rb").read())
    print("told")
except (RecursionError, MemoryError):
    print("limit")
except (SyntaxError, ValueError) as error:
    # Short of memory, some versions say that one of their own nodes lacks a field.
    print("limit" if str(error).startswith("field ") else "failure")
`;

/** What the bare parser says of a file, in a process of its own. */
export async function parserAlone(
  { executable }: Interpreter,
  file: string,
): Promise<'told' | 'failure' | 'limit'> {
  const bytes = String(DEFAULT_LIMITS.memoryMb * 1_024 * 1_024);
  const { stdout } = await execa(
    executable,
    ['-I', '-S', '-B', '-W', 'ignore', '-c', PARSE_ALONE, file, bytes],
    { env: childEnvironment(), extendEnv: false, cwd: '/', reject: false },
  );
  // Some versions die over deep trees.
  return z.enum(['told', 'failure', 'limit']).catch('limit').parse(stdout);
}

const answersSchema = z.array(
  z.union([analysisReply, z.object({ error: z.object({ kind: z.string(), reason: z.string() }) })]),
);
export type Answer = z.infer<typeof answersSchema>[number];

/** The analysis of each of these sources, by one process. */
export async function analyzeAll(python: Interpreter, sources: readonly Source[]): Promise<Answer[]> {
  return await withFiles(sources, async (files) =>
    answersSchema.parse(await askOne(python, { op: 'analyze-many', args: { files } })),
  );
}

const findingsSchema = z.array(syntaxFailureSchema);

/** What the compiler says of a source: at most one finding. */
export async function checkAll(
  python: Interpreter,
  sources: readonly Source[],
): Promise<z.infer<typeof findingsSchema>[]> {
  return await withFiles(sources, async (files) => {
    const { replies } = await askWorker(
      python,
      files.map((args) => ({ op: 'syntax', args })),
    );
    return replies.map((reply) => findingsSchema.parse('value' in reply ? reply.value : undefined));
  });
}

/** Runs `body` with each source written to a file. */
export async function withFiles<T>(
  sources: readonly Source[],
  body: (files: { path: string; file: string }[]) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'ids-python-'));
  try {
    const files = sources.map((_, at) => ({ path: `${at}.py`, file: join(folder, `${at}.py`) }));
    await Promise.all(files.map(async ({ file }, at) => await writeFile(file, sources[at] ?? '')));
    return await body(files);
  } finally {
    await rm(folder, { recursive: true });
  }
}
