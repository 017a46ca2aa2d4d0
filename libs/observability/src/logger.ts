import type { LogSettings } from '@ids/config';
import { pino, type Logger } from 'pino';

export type { Logger };

/** Keys whose values never reach a log, wherever they stand. */
const SECRET_KEYS = ['authorization', 'apiKey', 'key', 'password', 'token', 'secret', 'redisUrl'];

/** The logger of a process: JSON lines, or readable ones on a terminal. Always on stderr, results go to stdout. */
export function createLogger(settings: LogSettings, name: string): Logger {
  const pretty = settings.format === 'pretty' || (settings.format === undefined && process.stderr.isTTY);
  return pino(
    {
      name,
      level: settings.level,
      redact: { paths: SECRET_KEYS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]), censor: '[redacted]' },
      ...(pretty
        ? {
            transport: {
              target: 'pino-pretty',
              options: { destination: 2, ignore: 'pid,hostname,name', translateTime: 'HH:MM:ss' },
            },
          }
        : {}),
    },
    ...(pretty ? [] : [pino.destination({ fd: 2, sync: true })]),
  );
}

/** A logger that writes nothing, for tests and tools. */
export const silentLogger: Logger = pino({ level: 'silent' });
