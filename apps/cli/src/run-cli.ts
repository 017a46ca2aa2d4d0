import { messageOf } from '@ids/kernel';
import { CommanderError } from 'commander';
import { ProblemError, UnreachableError } from './client/client-errors.js';
import { UsageError } from './context.js';
import { EXIT } from './exit-codes.js';
import type { Io } from './io.js';
import { buildProgram } from './program.js';
import { styleOf } from './render/style.js';
import { cleanLine, wrap } from './render/text.js';

/** One run of `ids` with these arguments; answers the exit code. */
export async function runCli(args: readonly string[], io: Io): Promise<number> {
  let code: number = EXIT.done;
  const program = buildProgram(io, (finished) => (code = finished));
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    if (io.signal.aborted) return EXIT.interrupted;
    return report(error, args.includes('--json'), io);
  }
}

/** Says what went wrong: a sentence on stderr, with --json also as JSON on stdout. */
function report(error: unknown, json: boolean, io: Io): number {
  const { code, name } = failureOf(error);
  const { colors, width } = styleOf(io.stderr);
  const lines = wrap(cleanLine(messageOf(error)), width);
  for (const line of lines) io.stderr.write(`${colors.red(line)}\n`);
  if (json) {
    const answer = { error: { code: name, message: messageOf(error) } };
    io.stdout.write(`${JSON.stringify(answer, null, 2)}\n`);
  }
  return code;
}

function failureOf(error: unknown): { code: number; name: string } {
  if (error instanceof UsageError) return { code: EXIT.usage, name: 'usage' };
  if (error instanceof UnreachableError) return { code: EXIT.unreachable, name: 'unreachable' };
  if (!(error instanceof ProblemError)) throw error;
  const { code, status } = error.problem;
  if (status >= 500) return { code: EXIT.unreachable, name: code };
  // What the state of things forbids (409) is a failure; what was asked wrongly is usage.
  return { code: status === 409 ? EXIT.failed : EXIT.usage, name: code };
}
