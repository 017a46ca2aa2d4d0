import { z } from 'zod';

/** A number of the given kind, written in decimal digits. */
const integer = (min: number, max: number): z.ZodType<number, string> =>
  z.string().regex(/^\d+$/, 'must be a whole number').transform(Number).pipe(z.number().min(min).max(max));

const flag = z.enum(['true', 'false', '1', '0']).transform((text) => text === 'true' || text === '1');
const url = z.url({ protocol: /^https?$/ });

const apiKeys = z.string().transform((text, context) => {
  const keys: { name: string; key: string }[] = [];
  for (const pair of text.split(',').map((part) => part.trim())) {
    const colon = pair.indexOf(':');
    const name = pair.slice(0, colon);
    const key = pair.slice(colon + 1);
    if (colon < 1 || key.length < 8 || !/^[\w.-]{1,64}$/.test(name)) {
      context.addIssue({
        code: 'custom',
        message: 'must be a list of name:key, each key of at least 8 characters',
      });
      return z.NEVER;
    }
    keys.push({ name, key });
  }
  return keys;
});

const userIds = z
  .string()
  .regex(/^\s*\d{1,15}(?:\s*,\s*\d{1,15})*\s*$/, 'must be a comma-separated list of numeric user ids')
  .transform((text) => text.split(',').map(Number));

/** A variable that may be unset. */
function optional<T extends z.ZodType>(schema: T, meaning: string): z.ZodOptional<T> {
  return schema.optional().describe(meaning);
}

/** A variable with a default, written as it would stand in `.env`. */
function defaulted<T>(
  schema: z.ZodType<T, string>,
  text: string,
  meaning: string,
): z.ZodPrefault<z.ZodType<T, string>> {
  return z.prefault(schema, text).meta({ description: meaning, default: text });
}

/** Every variable that IDS reads. `.env.example` is made of this table, and a test compares the two. */
export const VARIABLES = {
  REDIS_URL: optional(
    z.url({ protocol: /^rediss?$/ }),
    'Redis >= 6.2 or Valkey; unset: npm start and npm run demo start a private server',
  ),
  HOST: defaulted(z.string().min(1), '127.0.0.1', 'HTTP address of the gateway'),
  PORT: defaulted(integer(0, 65_535), '3000', 'HTTP port of the gateway; 0 picks a free one'),
  IDS_API_KEYS: optional(apiKeys, 'comma-separated name:key; unset: no key, and loopback only'),
  IDS_ADMIN_PASSWORD: optional(
    z.string().min(8),
    'basic auth (user admin) for /admin/*; unset: no password, and loopback only',
  ),
  IDS_PROJECTS_ROOT: optional(
    z.string().min(1),
    'only folders at or below it can be registered; unset: the working folder',
  ),
  OPENAI_API_KEY: optional(
    z.string().min(1),
    'key of the model endpoint; key and base URL unset: the offline model',
  ),
  OPENAI_BASE_URL: optional(url, 'any OpenAI-compatible Chat Completions endpoint'),
  IDS_MODEL: optional(z.string().min(1), 'the model of every role'),
  IDS_MODEL_GENERALIST: optional(z.string().min(1), 'the model of the generalist; unset: IDS_MODEL'),
  IDS_MODEL_SPECIALIST: optional(z.string().min(1), 'the model of the specialists; unset: IDS_MODEL'),
  IDS_MODEL_CODER: optional(z.string().min(1), 'the model of the coder; unset: IDS_MODEL'),
  IDS_MODEL_TIMEOUT_SECONDS: defaulted(integer(1, 300), '120', 'how long one model call may be silent'),
  IDS_MODEL_REQUESTS_PER_MINUTE: defaulted(
    integer(1, 1_000_000),
    '600',
    'model calls a minute, over all workers',
  ),
  IDS_SESSION_TOKEN_BUDGET: defaulted(integer(1, 1_000_000_000), '200000', 'tokens a session may use'),
  IDS_DAILY_TOKEN_BUDGET: optional(
    integer(1, 1_000_000_000_000),
    'tokens all sessions of a UTC day may use; unset: no limit',
  ),
  MAX_ROUNDS: defaulted(integer(1, 10), '3', 'rounds of the parliament before a person is asked'),
  IDS_PARLIAMENT: defaulted(
    z.string().min(1),
    'config/parliament.yaml',
    'personas, thresholds per round, dead-end rules',
  ),
  ENABLE_TYPE_CHECKING: defaulted(flag, 'false', 'the layer types, by mypy or pyright'),
  ENABLE_LINTING: defaulted(flag, 'false', 'the layer lint, by ruff'),
  ENABLE_TESTS: defaulted(flag, 'false', "the layer tests, by the project's own tests"),
  IDS_MAX_FILE_KB: defaulted(integer(1, 102_400), '1024', 'the largest file that is read into a session'),
  IDS_ANALYSIS_CACHE_MB: defaulted(
    integer(0, 100_000),
    '64',
    'size of the analyses that are kept in Redis; 0: none are kept',
  ),
  BACKUP_RETENTION_DAYS: defaulted(integer(0, 36_500), '7', 'how long backups of finished sessions are kept'),
  MAX_BACKUP_SIZE_MB: defaulted(integer(0, 1_000_000), '100', 'size of the backups of one project'),
  IDS_SESSION_RETENTION_DAYS: defaulted(integer(1, 36_500), '30', 'how long finished sessions stay in Redis'),
  IDS_STAGE_DEADLINE_SECONDS: defaulted(
    integer(1, 86_400),
    '900',
    'how long one stage of a session may take',
  ),
  IDS_RECONCILE_SECONDS: defaulted(
    integer(1, 3_600),
    '5',
    'how often open sessions are compared with the queues',
  ),
  IDS_RATE_LIMIT_PER_MINUTE: defaulted(integer(1, 1_000_000), '600', 'HTTP requests a minute for each key'),
  TELEGRAM_BOT_TOKEN: optional(
    // core.telegram.org/bots/api, "Authorizing your bot": the bot's id, a colon, and its secret.
    z.string().regex(/^\d+:[\w-]{20,}$/, 'must be the token that BotFather gave'),
    'token of the bot; unset: no Telegram',
  ),
  TELEGRAM_API_ROOT: defaulted(url, 'https://api.telegram.org', 'the Bot API server'),
  TELEGRAM_WEBHOOK_URL: optional(
    url,
    'public address of POST /telegram/webhook; unset: long polling, by exactly one of the gateways',
  ),
  TELEGRAM_WEBHOOK_SECRET: optional(
    // core.telegram.org/bots/api, "setWebhook": up to 256 of these characters.
    z.string().regex(/^[\w-]{16,256}$/, 'must be 16 to 256 letters, digits, "_" and "-"'),
    'what Telegram sends along to show that a webhook is its own',
  ),
  ALLOWED_TELEGRAM_USERS: optional(
    userIds,
    'comma-separated user ids; nobody else gets an answer, and unset lets nobody in',
  ),
  TELEGRAM_ADMIN_USERS: optional(
    userIds,
    'those of them who may also register and delete projects; unset: nobody',
  ),
  TELEGRAM_READER_USERS: optional(userIds, 'those of them who may only look; unset: nobody'),
  TELEGRAM_MESSAGES_PER_SECOND: defaulted(
    integer(1, 1_000),
    '30',
    'messages of the bot a second, over all gateways; Telegram allows 30, more to who pays',
  ),
  WORKER_QUEUES: optional(z.string().min(1), 'comma-separated queues of this worker; unset: all'),
  WORKER_CONCURRENCY: optional(
    integer(1, 1_000),
    'jobs at a time for each queue; unset: a default per queue',
  ),
  WORKER_HEALTH_PORT: optional(integer(0, 65_535), 'port of health and metrics of a worker; unset: none'),
  LOG_LEVEL: defaulted(
    z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']),
    'info',
    'the least severe log line that is written',
  ),
  LOG_FORMAT: optional(z.enum(['pretty', 'json']), 'unset: pretty on a terminal, else json'),
};

export const environmentSchema = z.object(VARIABLES);
export type VariableName = keyof typeof VARIABLES;
export type Values = z.infer<typeof environmentSchema>;
