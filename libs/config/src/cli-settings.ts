import { z } from 'zod';
import { SettingError, type RawEnvironment } from './environment.js';

/** Where the command-line client finds the gateway, and the key that it shows. */
export interface CliSettings {
  readonly url: string;
  readonly apiKey: string | undefined;
  /** GIT_INDEX_FILE, as git gives it to its hooks. */
  readonly gitIndexFile?: string;
}

const DEFAULT_URL = 'http://127.0.0.1:3000';

/**
 * Reads `IDS_URL` and `IDS_API_KEY`, and of git `GIT_INDEX_FILE`. From the environment only, never from `.env`: the client runs inside other
 * people's projects, whose `.env` could send the key elsewhere.
 * @throws SettingError
 */
export function loadCliSettings(raw: RawEnvironment = process.env): CliSettings {
  const url = z.url({ protocol: /^https?$/ }).safeParse(raw['IDS_URL'] || DEFAULT_URL);
  if (!url.success) throw new SettingError('IDS_URL', 'must be an http or https address');
  const gitIndexFile = raw['GIT_INDEX_FILE'];
  return {
    url: url.data.replace(/\/+$/, ''),
    apiKey: raw['IDS_API_KEY'] || undefined,
    ...(gitIndexFile ? { gitIndexFile } : {}),
  };
}
