import { resolve } from 'node:path';
import { readEnvironment, SettingError, parseValues, type RawEnvironment } from './environment.js';
import type { Values } from './variables.js';

export interface GatewaySettings {
  readonly host: string;
  readonly port: number;
  readonly apiKeys: readonly { readonly name: string; readonly key: string }[];
  readonly adminPassword: string | undefined;
  readonly projectsRoot: string;
  readonly rateLimitPerMinute: number;
}

export interface ModelSettings {
  /** No key and no base URL: the built-in offline model. */
  readonly provider: 'offline' | 'openai';
  readonly apiKey: string | undefined;
  readonly baseUrl: string | undefined;
  readonly generalist: string | undefined;
  readonly specialist: string | undefined;
  readonly coder: string | undefined;
  readonly timeoutMs: number;
  readonly requestsPerMinute: number;
  readonly sessionTokenBudget: number;
  readonly dailyTokenBudget: number | undefined;
}

export interface PipelineSettings {
  readonly maxRounds: number;
  readonly parliamentFile: string;
  readonly layers: { readonly types: boolean; readonly lint: boolean; readonly tests: boolean };
  readonly maxFileBytes: number;
  /** 0: no analysis is kept. */
  readonly analysisCacheBytes: number;
  readonly stageDeadlineMs: number;
  readonly reconcileMs: number;
  readonly sessionRetentionMs: number;
  readonly backups: { readonly retentionDays: number; readonly maxSizeMb: number };
}

export interface WorkerSettings {
  /** Undefined: all queues. The names are checked against the catalog by the worker. */
  readonly queues: readonly string[] | undefined;
  readonly concurrency: number | undefined;
  readonly healthPort: number | undefined;
}

/** What a person in Telegram may do: a reader looks, a user also runs tasks, an administrator also keeps projects. */
export type TelegramRole = 'administrator' | 'user' | 'reader';

export interface TelegramSettings {
  readonly token: string;
  readonly apiRoot: string;
  /** Undefined: long polling, by one gateway at a time. */
  readonly webhook: { readonly url: string; readonly secret: string } | undefined;
  readonly messagesPerSecond: number;
  /** By the ids of those who may at all. */
  readonly roles: ReadonlyMap<number, TelegramRole>;
}

export interface LogSettings {
  readonly level: string;
  readonly format: 'pretty' | 'json' | undefined;
}

/** Everything that can be set, in typed slices. Made once at start, then only read. */
export interface Settings {
  readonly redisUrl: string;
  readonly gateway: GatewaySettings;
  readonly model: ModelSettings;
  readonly pipeline: PipelineSettings;
  readonly worker: WorkerSettings;
  /** Undefined: there is no bot. */
  readonly telegram: TelegramSettings | undefined;
  readonly log: LogSettings;
}

const DAY_MS = 86_400_000;
const LOOPBACK = /^(127(\.\d{1,3}){3}|::1|localhost)$/;

/**
 * The settings of this process.
 * @throws SettingError naming the variable that is missing, bad, or not allowed with the others.
 */
export function loadSettings(raw: RawEnvironment = readEnvironment()): Settings {
  const values = parseValues(raw);
  if (values.REDIS_URL === undefined) {
    throw new SettingError(
      'REDIS_URL',
      'is not set; npm start and npm run demo start a private Redis by themselves',
    );
  }
  return {
    redisUrl: values.REDIS_URL,
    gateway: gatewaySettings(values),
    model: modelSettings(values),
    pipeline: pipelineSettings(values),
    worker: {
      queues: values.WORKER_QUEUES?.split(',').map((name) => name.trim()),
      concurrency: values.WORKER_CONCURRENCY,
      healthPort: values.WORKER_HEALTH_PORT,
    },
    telegram: telegramSettings(values),
    log: { level: values.LOG_LEVEL, format: values.LOG_FORMAT },
  };
}

function telegramSettings(values: Values): TelegramSettings | undefined {
  const token = values.TELEGRAM_BOT_TOKEN;
  if (token === undefined) return undefined;
  const apiRoot = values.TELEGRAM_API_ROOT;
  return {
    token,
    apiRoot,
    webhook: telegramWebhook(values),
    messagesPerSecond: values.TELEGRAM_MESSAGES_PER_SECOND,
    roles: telegramRoles(values),
  };
}

function telegramWebhook(values: Values): TelegramSettings['webhook'] {
  const url = values.TELEGRAM_WEBHOOK_URL;
  const secret = values.TELEGRAM_WEBHOOK_SECRET;
  if (url === undefined) return undefined;
  if (secret === undefined) {
    throw new SettingError('TELEGRAM_WEBHOOK_SECRET', 'must be set when TELEGRAM_WEBHOOK_URL is set');
  }
  if (!url.startsWith('https:') && !LOOPBACK.test(new URL(url).hostname)) {
    throw new SettingError('TELEGRAM_WEBHOOK_URL', 'must begin with https: outside of this machine');
  }
  return { url, secret };
}

function telegramRoles(values: Values): ReadonlyMap<number, TelegramRole> {
  const allowed = values.ALLOWED_TELEGRAM_USERS ?? [];
  const roles = new Map<number, TelegramRole>(allowed.map((id) => [id, 'user']));
  const lists = { TELEGRAM_ADMIN_USERS: 'administrator', TELEGRAM_READER_USERS: 'reader' } as const;
  for (const name of ['TELEGRAM_ADMIN_USERS', 'TELEGRAM_READER_USERS'] as const) {
    for (const id of values[name] ?? []) {
      if (!roles.has(id)) throw new SettingError(name, 'may hold only ids of ALLOWED_TELEGRAM_USERS');
      if (roles.get(id) !== 'user') throw new SettingError(name, 'may hold no id of TELEGRAM_ADMIN_USERS');
      roles.set(id, lists[name]);
    }
  }
  return roles;
}

function gatewaySettings(values: Values): GatewaySettings {
  const host = values.HOST;
  if (!LOOPBACK.test(host)) {
    for (const name of ['IDS_API_KEYS', 'IDS_ADMIN_PASSWORD'] as const) {
      if (values[name] === undefined)
        throw new SettingError(name, 'must be set when HOST is not a loopback address');
    }
  }
  return {
    host,
    port: values.PORT,
    apiKeys: values.IDS_API_KEYS ?? [],
    adminPassword: values.IDS_ADMIN_PASSWORD,
    projectsRoot: resolve(values.IDS_PROJECTS_ROOT ?? '.'),
    rateLimitPerMinute: values.IDS_RATE_LIMIT_PER_MINUTE,
  };
}

function modelSettings(values: Values): ModelSettings {
  const offline = values.OPENAI_API_KEY === undefined && values.OPENAI_BASE_URL === undefined;
  const model = {
    generalist: values.IDS_MODEL_GENERALIST ?? values.IDS_MODEL,
    specialist: values.IDS_MODEL_SPECIALIST ?? values.IDS_MODEL,
    coder: values.IDS_MODEL_CODER ?? values.IDS_MODEL,
  };
  if (!offline && Object.values(model).includes(undefined)) {
    throw new SettingError('IDS_MODEL', 'must name a model when OPENAI_API_KEY or OPENAI_BASE_URL is set');
  }
  return {
    provider: offline ? 'offline' : 'openai',
    apiKey: values.OPENAI_API_KEY,
    baseUrl: values.OPENAI_BASE_URL,
    ...model,
    timeoutMs: values.IDS_MODEL_TIMEOUT_SECONDS * 1_000,
    requestsPerMinute: values.IDS_MODEL_REQUESTS_PER_MINUTE,
    sessionTokenBudget: values.IDS_SESSION_TOKEN_BUDGET,
    dailyTokenBudget: values.IDS_DAILY_TOKEN_BUDGET,
  };
}

/** The built-in model says what it is wherever its output is shown. */
export const OFFLINE_MODEL = 'offline model (built in, rule-based)';

/** What people read as the model of a session: by its name, by role where they differ, or that it is the built-in one. */
export function describeModel(model: ModelSettings): string {
  if (model.provider === 'offline') return OFFLINE_MODEL;
  const { generalist = '', specialist = '', coder = '' } = model;
  if (generalist === specialist && specialist === coder) return coder;
  return `${generalist} (generalist), ${specialist} (specialists), ${coder} (coder)`;
}

function pipelineSettings(values: Values): PipelineSettings {
  return {
    maxRounds: values.MAX_ROUNDS,
    parliamentFile: resolve(values.IDS_PARLIAMENT),
    layers: {
      types: values.ENABLE_TYPE_CHECKING,
      lint: values.ENABLE_LINTING,
      tests: values.ENABLE_TESTS,
    },
    maxFileBytes: values.IDS_MAX_FILE_KB * 1_024,
    analysisCacheBytes: values.IDS_ANALYSIS_CACHE_MB * 1_024 * 1_024,
    stageDeadlineMs: values.IDS_STAGE_DEADLINE_SECONDS * 1_000,
    reconcileMs: values.IDS_RECONCILE_SECONDS * 1_000,
    sessionRetentionMs: values.IDS_SESSION_RETENTION_DAYS * DAY_MS,
    backups: {
      retentionDays: values.BACKUP_RETENTION_DAYS,
      maxSizeMb: values.MAX_BACKUP_SIZE_MB,
    },
  };
}
