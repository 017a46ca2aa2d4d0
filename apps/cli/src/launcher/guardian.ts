import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Makes sure that nothing outlives the launcher, also if it is killed: a small process that knows its children and
 * temporary folders and cleans up when the launcher is gone.
 */
export class Guardian {
  private constructor(private readonly process: ChildProcess) {}

  static start(): Guardian {
    const script = new URL(`./guardian-process${extname(import.meta.url)}`, import.meta.url);
    const child = spawn(process.execPath, [fileURLToPath(script)], {
      // A session of its own: Ctrl-C in the terminal does not reach it.
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
      cwd: '/',
    });
    child.stdin?.on('error', () => undefined);
    return new Guardian(child);
  }

  /** `pid` leads a process group of its own. */
  running(pid: number): void {
    this.tell(`run ${pid}`);
  }

  ended(pid: number): void {
    this.tell(`ended ${pid}`);
  }

  folder(path: string): void {
    this.tell(`folder ${path}`);
  }

  removed(path: string): void {
    this.tell(`removed ${path}`);
  }

  /** Lets it clean up what is still noted, and waits for its end. */
  async stop(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const exited = once(this.process, 'exit');
    this.process.stdin?.end();
    await exited;
  }

  private tell(line: string): void {
    this.process.stdin?.write(`${line}\n`);
  }
}
