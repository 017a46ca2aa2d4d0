import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { childEnvironment, executables } from '@ids/python';
import { execa } from 'execa';

type Command = readonly [program: string, ...args: string[]];

/**
 * How a person starts a tool of a layer, without any cache: `tool` is its name and version as the layer tells it.
 * Types need the importers of a changed file too, since a change can break those; lint does not.
 */
export async function commandOf(
  tool: string,
  files: { readonly changed: string; readonly importers: readonly string[] },
): Promise<Command> {
  const all = [files.changed, ...files.importers];
  const native = (await executables('ruff'))[0];
  if (tool.startsWith('mypy')) return [await programOf('mypy'), '--namespace-packages', ...all];
  if (tool.startsWith('pyright')) {
    return [process.execPath, fileURLToPath(import.meta.resolve('pyright/index.js')), ...all];
  }
  if (!tool.startsWith('ruff')) throw new Error(`There is no command for "${tool}"`);
  if (native !== undefined && !/wasm|webassembly/i.test(tool)) {
    return [native, 'check', '--no-cache', files.changed];
  }
  return [process.execPath, fileURLToPath(new URL('./cold-ruff.js', import.meta.url)), files.changed];
}

/** Runs a command in a project as if for the first time. @throws if it finds anything */
export async function runCold([program, ...args]: Command, cwd: string): Promise<void> {
  const cache = await mkdtemp(join(tmpdir(), 'ids-cold-'));
  try {
    const env = { ...childEnvironment(), MYPY_CACHE_DIR: cache };
    await execa(program, args, { cwd, env, extendEnv: false, stdin: 'ignore' });
  } finally {
    await rm(cache, { recursive: true, force: true });
  }
}

async function programOf(name: string): Promise<string> {
  const [found] = await executables(name);
  if (found === undefined) throw new Error(`${name} is not on PATH`);
  return found;
}
