import { constants, type Stats } from 'node:fs';
import {
  link,
  lstat,
  mkdir,
  open,
  readdir,
  readlink,
  realpath,
  rename,
  rmdir,
  symlink,
  unlink,
  type FileHandle,
} from 'node:fs/promises';

/** What is known of a file, link or folder without following it. */
export type FileStats = Pick<
  Stats,
  | 'mode'
  | 'uid'
  | 'gid'
  | 'size'
  | 'mtimeMs'
  | 'dev'
  | 'ino'
  | 'nlink'
  | 'isFile'
  | 'isDirectory'
  | 'isSymbolicLink'
>;

/** An open regular file. */
export interface OpenFile {
  stat(): Promise<FileStats>;
  /** Writes all of the bytes from the file's start on. */
  write(bytes: Uint8Array): Promise<void>;
  truncate(length: number): Promise<void>;
  chmod(mode: number): Promise<void>;
  chown(uid: number, gid: number): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** `create` fails if anything stands there; `update` opens for writing; `inspect` for reading. None follows a link. */
export type OpenMode = 'create' | 'update' | 'inspect';

/**
 * The file-system calls that a workspace makes, one method per system call, so that a test can count them and
 * end the process at any one. Paths are absolute.
 */
export interface FileSystemPort {
  lstat(path: string): Promise<FileStats>;
  realpath(path: string): Promise<string>;
  readlink(path: string): Promise<string>;
  readdir(path: string): Promise<string[]>;
  /** The bytes of a regular file; never follows a link, never waits on a pipe. */
  readFile(path: string): Promise<Uint8Array>;
  open(path: string, mode: OpenMode): Promise<OpenFile>;
  mkdir(path: string): Promise<void>;
  rmdir(path: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  link(existing: string, path: string): Promise<void>;
  symlink(text: string, path: string): Promise<void>;
  unlink(path: string): Promise<void>;
  /** Makes the names in a folder durable. */
  syncFolder(path: string): Promise<void>;
}

/** Where a system has no such flag, opening cannot be tricked in this way either. */
const NO_FOLLOW = constants.O_NOFOLLOW ?? 0;
const INSPECT = constants.O_RDONLY | NO_FOLLOW | (constants.O_NONBLOCK ?? 0);
const FLAGS: Readonly<Record<OpenMode, number>> = {
  create: constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | NO_FOLLOW,
  update: constants.O_WRONLY | NO_FOLLOW,
  inspect: INSPECT,
};
/** A file that is being made is nobody else's business until it has its real mode. */
const PRIVATE = 0o600;

export const nodeFileSystem: FileSystemPort = {
  lstat: (path) => lstat(path),
  realpath: (path) => realpath(path),
  readlink: (path) => readlink(path),
  readdir: (path) => readdir(path),
  readFile: async (path) => {
    await using handle = await open(path, INSPECT);
    return await handle.readFile();
  },
  open: async (path, mode) => new NodeFile(await open(path, FLAGS[mode], PRIVATE)),
  mkdir: (path) => mkdir(path).then(() => undefined),
  rmdir: (path) => rmdir(path),
  rename: (from, to) => rename(from, to),
  link: (existing, path) => link(existing, path),
  symlink: (text, path) => symlink(text, path),
  unlink: (path) => unlink(path),
  syncFolder: async (path) => {
    await using handle = await open(path, constants.O_RDONLY);
    await handle.sync();
  },
};

class NodeFile implements OpenFile {
  constructor(private readonly handle: FileHandle) {}

  stat(): Promise<FileStats> {
    return this.handle.stat();
  }

  async write(bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length;) {
      done += (await this.handle.write(bytes, done, bytes.length - done, done)).bytesWritten;
    }
  }

  truncate(length: number): Promise<void> {
    return this.handle.truncate(length);
  }

  chmod(mode: number): Promise<void> {
    return this.handle.chmod(mode);
  }

  chown(uid: number, gid: number): Promise<void> {
    return this.handle.chown(uid, gid);
  }

  sync(): Promise<void> {
    return this.handle.sync();
  }

  close(): Promise<void> {
    return this.handle.close();
  }
}
