import { createHash } from 'node:crypto';
import {
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  realpath,
  rm,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';

/** A Python project in a temporary folder. */
export interface TestProject {
  /** Absolute, with links resolved. */
  readonly path: string;
  write(path: string, content: string | Uint8Array): Promise<void>;
  read(path: string): Promise<string>;
  remove(): Promise<void>;
}

export async function makeProject(
  files: Readonly<Record<string, string | Uint8Array>> = {},
): Promise<TestProject> {
  const path = await realpath(await mkdtemp(join(tmpdir(), 'ids-project-')));
  const project: TestProject = {
    path,
    write: async (file, content) => {
      await mkdir(dirname(join(path, file)), { recursive: true });
      await writeFile(join(path, file), content);
    },
    read: (file) => readFile(join(path, file), 'utf8'),
    remove: () => rm(path, { recursive: true, force: true }),
  };
  for (const [file, content] of Object.entries(files)) await project.write(file, content);
  return project;
}

/**
 * What a tree looks like, one entry per file, link and folder: kind, mode, owner, link target and content hash.
 * Two equal snapshots mean byte-identical trees. `.ids` at the top is left out.
 */
export async function snapshotTree(root: string): Promise<Record<string, string>> {
  const seen: Record<string, string> = {};
  const visit = async (folder: string): Promise<void> => {
    for (const name of (await readdir(folder)).sort()) {
      const file = join(folder, name);
      const path = relative(root, file);
      if (path === '.ids') continue;
      const stat = await lstat(file);
      const base = `${(stat.mode & 0o7777).toString(8)} ${stat.uid}:${stat.gid}`;
      if (stat.isSymbolicLink()) seen[path] = `link ${await readlink(file)}`;
      else if (stat.isDirectory()) {
        seen[path] = `folder ${base}`;
        await visit(file);
      } else {
        const hash = createHash('sha256')
          .update(await readFile(file))
          .digest('hex');
        seen[path] = `file ${base} links=${stat.nlink} ${hash}`;
      }
    }
  };
  await visit(root);
  return seen;
}
