import { loadCliSettings, SettingError } from '@ids/config';
import { EXIT } from './exit-codes.js';
import { runCli } from './run-cli.js';

const interrupt = new AbortController();
process.on('SIGINT', () => interrupt.abort());
// A reader that has seen enough (`ids diff | head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(EXIT.done);
});

try {
  process.exitCode = await runCli(process.argv.slice(2), {
    stdout: process.stdout,
    stderr: process.stderr,
    cwd: process.cwd(),
    settings: loadCliSettings(),
    signal: interrupt.signal,
  });
} catch (error) {
  if (!(error instanceof SettingError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = EXIT.usage;
}
