import { IdsError } from '@ids/kernel';
import { join } from 'node:path';
import { nodeFileSystem } from '../file-system.port.js';
import { statOrNull } from '../files.js';
import type { PrivateRepository } from './private.js';

/** The commit of HEAD, null where there is none yet, and its tree. */
export interface Head {
  readonly commit: string | null;
  readonly tree: string;
}

/** @throws IdsError `git_failed` if HEAD leads to what is not there */
export async function readHead({ git, commonDir }: PrivateRepository): Promise<Head> {
  const commit = await git.answer(['rev-parse', '--verify', '--quiet', 'HEAD^{commit}']);
  if (commit !== null) {
    const tree = await git.text(['rev-parse', '--verify', '--quiet', `${commit.trim()}^{tree}`]);
    return { commit: commit.trim(), tree: tree.trim() };
  }
  const branch = (await git.answer(['symbolic-ref', '--quiet', 'HEAD']))?.trim();
  const known = await git.answer(['rev-parse', '--verify', '--quiet', 'HEAD']);
  // A branch without a commit has no file, one with a broken file has.
  const file = branch === undefined ? null : await statOrNull(nodeFileSystem, join(commonDir, branch));
  if (branch === undefined || known !== null || file !== null) {
    throw new IdsError('git_failed', { reason: 'HEAD leads to a commit that is not there' });
  }
  return { commit: null, tree: (await git.text(['mktree'], { input: new Uint8Array() })).trim() };
}
