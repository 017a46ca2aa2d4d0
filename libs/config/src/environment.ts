import { systemCode } from '@ids/kernel';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { environmentSchema, type Values } from './variables.js';

/** A setting is missing or has a bad value. Names the variable, never its value: that may be a secret. */
export class SettingError extends Error {
  constructor(
    readonly variable: string,
    reason: string,
  ) {
    super(`${variable}: ${reason}`);
    this.name = 'SettingError';
  }
}

export type RawEnvironment = Readonly<Record<string, string | undefined>>;

/** The variables of this process over those of `.env` in `folder`, where there is such a file. */
export function readEnvironment(folder: string = process.cwd()): RawEnvironment {
  return { ...readDotEnv(resolve(folder, '.env')), ...process.env };
}

function readDotEnv(file: string): RawEnvironment {
  try {
    return parseEnv(readFileSync(file, 'utf8'));
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return {};
    throw new SettingError('.env', 'the file cannot be read');
  }
}

/** Parses all variables; throws a SettingError for the first bad one. An empty variable counts as unset. */
export function parseValues(raw: RawEnvironment): Values {
  const set = Object.fromEntries(Object.entries(raw).filter(([, text]) => text !== ''));
  const parsed = environmentSchema.safeParse(set);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new SettingError(String(issue?.path[0] ?? 'environment'), issue?.message ?? 'has a bad value');
}
