import type { Logger } from './logger.js';

type Write = (message: unknown, ...rest: unknown[]) => void;

/** Nest's own messages as lines of our logger; has the shape of Nest's `LoggerService`. */
export interface NestLog {
  log: Write;
  error: Write;
  warn: Write;
  debug: Write;
  verbose: Write;
  fatal: Write;
}

/** Nest tells each module it loads as `log`: that is for debugging, so only warnings and errors keep their level. */
export function nestLog(logger: Logger): NestLog {
  const line =
    (level: 'debug' | 'warn' | 'error' | 'fatal' | 'trace'): Write =>
    (message, ...rest) => {
      const context = rest.at(-1);
      logger[level](
        {
          context: typeof context === 'string' ? context : undefined,
          ...(message instanceof Error && { err: message }),
        },
        message instanceof Error ? message.message : String(message),
      );
    };
  return {
    log: line('debug'),
    error: line('error'),
    warn: line('warn'),
    debug: line('debug'),
    verbose: line('trace'),
    fatal: line('fatal'),
  };
}
