import { stat } from 'node:fs/promises';
import { relative } from 'node:path';
import { IdsError } from '@ids/kernel';
import { findTools, PythonService, type ProjectPython, type ToolReport } from '@ids/python';
import { UsageError } from '../context.js';
import { missing, optional, there, type CheckResult } from './check-result.js';

/** The only tool that IDS does not run without. */
const REQUIRED = new Set<string>(['git']);

/** What judges Python on this machine, where a project says nothing else. */
export async function checkMachinePython(): Promise<CheckResult[]> {
  return await withPython(async (service) => {
    const interpreter = await unlessMissing(() => service.info());
    const python =
      interpreter === undefined
        ? undefined
        : { interpreter, environment: undefined, sitePackages: [], trusted: false, note: null };
    return [pythonCheck(interpreter), ...(await findTools(python)).map(toolCheck)];
  });
}

/**
 * What judges a project in a folder of this machine; `wanted` is the setting of its Python.
 * @throws UsageError if there is no such folder
 */
export async function checkProjectPython(root: string, wanted: string | undefined): Promise<CheckResult[]> {
  const found = await stat(root).catch(() => undefined);
  if (found?.isDirectory() !== true) throw new UsageError(`--project ${root} is no folder on this machine.`);
  return await withPython(async (service) => {
    const python = await unlessMissing(() => service.project(root, wanted));
    if (python === undefined) return [pythonCheck(undefined)];
    const tools = (await findTools(python)).filter(({ name }) => !OF_THE_MACHINE.has(name));
    return [
      pythonCheck(python.interpreter, python.note),
      environmentCheck(root, python),
      ...tools.map(toolCheck),
    ];
  });
}

const OF_THE_MACHINE = new Set<string>(['git', 'bubblewrap']);

async function withPython<T>(work: (service: PythonService) => Promise<T>): Promise<T> {
  const service = new PythonService({ processes: 1 });
  try {
    return await work(service);
  } finally {
    await service.close();
  }
}

async function unlessMissing<T>(find: () => Promise<T>): Promise<T | undefined> {
  try {
    return await find();
  } catch (error) {
    if (error instanceof IdsError && error.code === 'python_missing') return undefined;
    throw error;
  }
}

function pythonCheck(
  interpreter: ProjectPython['interpreter'] | undefined,
  note: string | null = null,
): CheckResult {
  if (interpreter === undefined) {
    return missing('Python', 'none >= 3.9', 'Debian, Ubuntu: apt-get install python3. Else: python.org');
  }
  const check = there('Python', interpreter.version, interpreter.executable);
  return note === null ? check : { ...check, advice: note };
}

function environmentCheck(root: string, { environment, trusted }: ProjectPython): CheckResult {
  const name = 'environment';
  if (environment === undefined) {
    const advice = 'Packages are looked for where the interpreter has its own.';
    return optional(name, 'no virtual environment was found', advice);
  }
  const shown = relative(root, environment) || environment;
  if (trusted) return there(name, `${shown}; its tools may be started`);
  const advice =
    `It may have come with the project's files, so none of its tools is started. If you made it, say so: ` +
    `ids projects set NAME --python ${shown}`;
  return { ...there(name, `${shown}; its packages are read, its tools are not started`), advice };
}

function toolCheck(tool: ToolReport): CheckResult {
  const { name, state, version, where, use, advice = '' } = tool;
  if (state === 'found') return there(name, [version, use].filter(Boolean).join(', '), where);
  if (state === 'missing' && REQUIRED.has(name)) return missing(name, `not found; ${use}`, advice);
  return optional(name, state === 'missing' ? `not found; ${use}` : `${version ?? ''} ${use}`.trim(), advice);
}
