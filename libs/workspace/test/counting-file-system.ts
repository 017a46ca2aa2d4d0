import { nodeFileSystem, type FileSystemPort, type OpenFile } from '../src/index.js';

/** Called before each call that changes something; `half` does half of it, where halves exist. */
export type BeforeCall = (half?: () => Promise<void>) => Promise<void>;

/** The real file system, but for waiting until all is on the disk: what a killed process wrote is there anyway. */
export const hastyFileSystem: FileSystemPort = watchedFileSystem(() => Promise.resolve());

/** The same, with a word before each call that changes something on disk. */
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
    syncFolder: async () => await before(),
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
    sync: async () => await before(),
    close: () => file.close(),
  };
}

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
