import { describe, expect, it } from '@jest/globals';
import { SettingError } from './environment.js';
import { describeModel, loadSettings } from './settings.js';

const REDIS = { REDIS_URL: 'redis://127.0.0.1:6379' };
const BOT = {
  ...REDIS,
  TELEGRAM_BOT_TOKEN: '123:secret-value-secret-value',
  ALLOWED_TELEGRAM_USERS: '1, 2,3',
};
const MODEL = { OPENAI_API_KEY: 'sk-very-secret', IDS_MODEL: 'm' };

describe('settings', () => {
  it('have the defaults of the contract', () => {
    const settings = loadSettings(REDIS);
    expect(settings.gateway).toMatchObject({ host: '127.0.0.1', port: 3000, apiKeys: [] });
    expect(settings.pipeline).toMatchObject({
      maxRounds: 3,
      layers: { types: false, lint: false, tests: false },
      backups: { retentionDays: 7, maxSizeMb: 100 },
    });
    expect(settings.model).toMatchObject({ provider: 'offline', sessionTokenBudget: 200_000 });
  });

  it.each([
    ['REDIS_URL', {}],
    ['REDIS_URL', { REDIS_URL: 'http://secret-value' }],
    ['PORT', { ...REDIS, PORT: 'secret-value' }],
    ['PORT', { ...REDIS, PORT: '70000' }],
    ['MAX_ROUNDS', { ...REDIS, MAX_ROUNDS: '0' }],
    ['ENABLE_LINTING', { ...REDIS, ENABLE_LINTING: 'secret-value' }],
    ['IDS_API_KEYS', { ...REDIS, IDS_API_KEYS: 'secret-value' }],
    ['IDS_API_KEYS', { ...REDIS, HOST: '0.0.0.0' }],
    ['IDS_ADMIN_PASSWORD', { ...REDIS, HOST: '0.0.0.0', IDS_API_KEYS: 'me:12345678' }],
    ['IDS_MODEL', { ...REDIS, OPENAI_API_KEY: 'secret-value' }],
    ['OPENAI_BASE_URL', { ...REDIS, ...MODEL, OPENAI_BASE_URL: 'secret-value' }],
    ['IDS_MODEL_TIMEOUT_SECONDS', { ...REDIS, IDS_MODEL_TIMEOUT_SECONDS: '301' }],
    ['LOG_LEVEL', { ...REDIS, LOG_LEVEL: 'secret-value' }],
    ['TELEGRAM_BOT_TOKEN', { ...REDIS, TELEGRAM_BOT_TOKEN: 'secret-value' }],
    ['ALLOWED_TELEGRAM_USERS', { ...BOT, ALLOWED_TELEGRAM_USERS: '1,secret-value' }],
    ['TELEGRAM_ADMIN_USERS', { ...BOT, TELEGRAM_ADMIN_USERS: '4' }],
    ['TELEGRAM_READER_USERS', { ...BOT, TELEGRAM_ADMIN_USERS: '1', TELEGRAM_READER_USERS: '1' }],
    ['TELEGRAM_WEBHOOK_SECRET', { ...BOT, TELEGRAM_WEBHOOK_URL: 'https://secret-value' }],
    ['TELEGRAM_WEBHOOK_SECRET', { ...BOT, TELEGRAM_WEBHOOK_SECRET: 'secret-value!' }],
    [
      'TELEGRAM_WEBHOOK_URL',
      { ...BOT, TELEGRAM_WEBHOOK_URL: 'http://secret-value', TELEGRAM_WEBHOOK_SECRET: 's'.repeat(16) },
    ],
  ])('with a bad %s stop the process with its name, never its value', (variable, raw) => {
    const load = (): unknown => loadSettings(raw);
    expect(load).toThrow(SettingError);
    expect(load).toThrow(new RegExp(`^${variable}: (?!.*secret-value)`));
  });

  it('take an empty variable for one that is not set', () => {
    expect(loadSettings({ ...REDIS, IDS_API_KEYS: '', PORT: '' }).gateway.port).toBe(3000);
  });

  it('give each Telegram user one role, and those who are not listed none', () => {
    const { telegram } = loadSettings({ ...BOT, TELEGRAM_ADMIN_USERS: '1', TELEGRAM_READER_USERS: '3' });
    expect([...(telegram?.roles ?? [])]).toEqual([
      [1, 'administrator'],
      [2, 'user'],
      [3, 'reader'],
    ]);
    expect(loadSettings({ ...BOT, ALLOWED_TELEGRAM_USERS: '' }).telegram?.roles.size).toBe(0);
    expect(loadSettings(REDIS).telegram).toBeUndefined();
  });

  it('name the model once, by role where they differ, and the built-in one for what it is', () => {
    expect(describeModel(loadSettings({ ...REDIS, ...MODEL }).model)).toBe('m');
    const coder = loadSettings({ ...REDIS, ...MODEL, IDS_MODEL_CODER: 'c' }).model;
    expect(describeModel(coder)).toBe('m (generalist), m (specialists), c (coder)');
    expect(describeModel(loadSettings(REDIS).model)).toBe('offline model (built in, rule-based)');
  });
});
