import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { execa } from 'execa';
import { childEnvironment } from '@ids/python';

/** How a Python is started that runs nothing but the standard library and the script it is given. */
export const PLAIN = ['-I', '-S', '-B', '-W', 'ignore'];
const ASK = 'import sysconfig; print(sysconfig.get_path("stdlib"))';

/** The standard library of an interpreter. */
export interface StandardLibrary {
  /** Its folder. */
  readonly root: string;
  /** Its Python files, tests included, relative to the folder, in order. */
  readonly paths: readonly string[];
}

/** The Python files that came with an interpreter; what was installed beside them is left out. */
export async function standardLibrary(executable: string): Promise<StandardLibrary> {
  const { stdout } = await execa(executable, [...PLAIN, '-c', ASK], plainOptions());
  const root = stdout.trim();
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && /\.pyw?$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((path) => !/(^|\/)(site-packages|dist-packages|__pycache__)\//.test(path));
  return { root, paths: paths.sort() };
}

/** What every process of these tests runs with. */
export function plainOptions(): { env: Record<string, string>; extendEnv: false; cwd: string } {
  return { env: childEnvironment(), extendEnv: false, cwd: '/' };
}
