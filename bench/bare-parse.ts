import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from '@ids/python';

const SCRIPT = fileURLToPath(new URL('./bare_parse.py', import.meta.url));

/** A bare `ast.parse` loop over the same files, in one warm process. */
export class BareParse {
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly answers: AsyncIterator<string>;

  constructor(
    executable: string,
    private readonly files: readonly string[],
  ) {
    this.child = spawn(executable, ['-I', '-S', '-B', '-W', 'ignore', SCRIPT], {
      env: childEnvironment(),
      cwd: '/',
    });
    this.child.stderr.pipe(process.stderr);
    this.answers = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
    this.child.stdin.write(`${files.join('\n')}\n\n`);
  }

  /** Parses all of them once. */
  async run(): Promise<void> {
    this.child.stdin.write('again\n');
    const { value, done } = await this.answers.next();
    if (done === true || Number(value) !== this.files.length) throw new Error('bare_parse.py did not answer');
  }

  async close(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.kill();
    await ended;
  }
}
