import { nodeFileSystem, type FileSystemPort, type OpenFile } from '../src/index.js';

/** Called before each call that changes something; `half` does half of it, where halves exist. */
export type BeforeCall = (half?: () => Promise<void>) => Promise<void>;

/**
 * The real file system, with a word before each call that changes something on disk. It never waits until
 * things are on the disk, which changes nothing that another process could see: a killed one loses nothing.
 */
export function watchedFileSystem(before: BeforeCall): FileSystemPort {
  const real = nodeFileSystem;
  return {
    ...real,
    open: async (path, mode) => {
      if (mode === 'create') await before();
      return watchedFile(await real.open(path, mode), before);
    },
    mkdir: async (path) => (await before(), await real.mkdir(path)),
    rmdir: async (path) => (await before(), await real.rmdir(path)),
    rename: async (from, to) => (await before(), await real.rename(from, to)),
    link: async (existing, path) => (await before(), await real.link(existing, path)),
    symlink: async (text, path) => (await before(), await real.symlink(text, path)),
    unlink: async (path) => (await before(), await real.unlink(path)),
    syncFolder: () => Promise.resolve(),
  };
}

function watchedFile(file: OpenFile, before: BeforeCall): OpenFile {
  return {
    stat: () => file.stat(),
    write: async (bytes) => {
      await before(() => file.write(bytes.subarray(0, Math.ceil(bytes.length / 2))));
      await file.write(bytes);
    },
    truncate: async (length) => (await before(), await file.truncate(length)),
    chmod: async (mode) => (await before(), await file.chmod(mode)),
    chown: async (uid, gid) => (await before(), await file.chown(uid, gid)),
    sync: () => Promise.resolve(),
    close: () => file.close(),
  };
}

export const hastyFileSystem: FileSystemPort = watchedFileSystem(() => Promise.resolve());

/** Ends this process by SIGKILL at call number `fatal`. */
export function deadlyFileSystem(fatal: number): FileSystemPort {
  let calls = 0;
  return watchedFileSystem(async (half) => {
    calls += 1;
    if (calls !== fatal) return;
    await half?.();
    process.kill(process.pid, 'SIGKILL');
    await new Promise(() => undefined);
  });
}

/** As if the process died at call number `fatal`: that call and all after it fail, and nothing is done any more. */
export function dyingFileSystem(fatal: number): FileSystemPort {
  let calls = 0;
  return watchedFileSystem(async (half) => {
    calls += 1;
    if (calls < fatal) return;
    if (calls === fatal) await half?.();
    throw new Error('the process is dead');
  });
}
