import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { SettingError } from '@ids/config';
import { SPECIALISTS, thresholdsSchema, type AgentRole, type Thresholds } from '@ids/contracts';
import { parse } from 'yaml';
import { z } from 'zod';

const score = z.number().min(0).max(100);

const deadEndSchema = z.strictObject({
  confidenceDrop: score,
  highRisk: score,
  highRiskRounds: z.int().min(2).max(10),
  repeatEpsilon: score,
});
/** When further rounds cannot help. */
export type DeadEndRules = z.infer<typeof deadEndSchema>;

const ROLES = [...SPECIALISTS, 'generalist'] as const satisfies readonly AgentRole[];
const personaFile = z.string().min(1);

const fileSchema = z.strictObject({
  personas: z.record(z.enum(ROLES), personaFile),
  rounds: z.array(thresholdsSchema).min(1).max(10),
  deadEnd: deadEndSchema,
  tokens: z.strictObject({
    opinion: z.int().min(100).max(100_000),
    synthesis: z.int().min(100).max(100_000),
  }),
});

const personaSchema = z.strictObject({
  name: z.string().trim().min(1).max(40),
  title: z.string().trim().min(1).max(80),
});

export interface Persona {
  readonly role: AgentRole;
  /** The name that people see. */
  readonly name: string;
  readonly title: string;
  /** The system prompt. */
  readonly prompt: string;
}

export interface ParliamentConfig {
  readonly personas: Readonly<Record<AgentRole, Persona>>;
  /** By round of a series; the last one holds for all rounds beyond. */
  readonly rounds: readonly Thresholds[];
  readonly deadEnd: DeadEndRules;
  /** The longest answers, in tokens. */
  readonly tokens: { readonly opinion: number; readonly synthesis: number };
}

/**
 * Reads the parliament's file and the persona files that it names relative to itself.
 * @throws SettingError for `IDS_PARLIAMENT`; its reason names the file and the field that is wrong.
 */
export function loadParliament(file: string): ParliamentConfig {
  const parsed = check(file, fileSchema, yamlOf(file, readText(file)));
  const persona = (role: AgentRole): Persona =>
    loadPersona(role, resolve(dirname(file), parsed.personas[role]));
  const personas = {
    developer_progressive: persona('developer_progressive'),
    developer_critic: persona('developer_critic'),
    architect_progressive: persona('architect_progressive'),
    architect_critic: persona('architect_critic'),
    sre_progressive: persona('sre_progressive'),
    sre_critic: persona('sre_critic'),
    generalist: persona('generalist'),
  };
  const names = Object.values(personas).map((one) => one.name.toLowerCase());
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw wrong(file, 'personas', `two of them have the name ${twice}`);
  return { personas, rounds: parsed.rounds, deadEnd: parsed.deadEnd, tokens: parsed.tokens };
}

/** A persona file: YAML front matter with `name` and `title`, then the prompt. */
function loadPersona(role: AgentRole, file: string): Persona {
  const text = readText(file).replaceAll('\r\n', '\n');
  const match = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(text);
  if (match === null) throw wrong(file, 'front matter', 'must begin the file, between two lines of ---');
  const { name, title } = check(file, personaSchema, yamlOf(file, match[1] ?? ''));
  const prompt = (match[2] ?? '').trim();
  if (prompt === '') throw wrong(file, 'prompt', 'is empty');
  return { role, name, title, prompt };
}

function readText(file: string): string {
  if (!existsSync(file)) throw new SettingError('IDS_PARLIAMENT', `the file ${file} does not exist`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
  } catch {
    throw new SettingError('IDS_PARLIAMENT', `the file ${file} cannot be read as UTF-8 text`);
  }
}

function yamlOf(file: string, text: string): unknown {
  try {
    return parse(text, { maxAliasCount: 0 });
  } catch (error) {
    const [line] = (error instanceof Error ? error.message : '').split('\n');
    throw wrong(file, 'YAML', line ?? 'is not valid');
  }
}

function check<T extends z.ZodType>(file: string, schema: T, value: unknown): z.infer<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw wrong(file, issue?.path.join('.') || 'the top level', issue?.message ?? 'is wrong');
}

function wrong(file: string, field: string, reason: string): SettingError {
  return new SettingError('IDS_PARLIAMENT', `${file}: ${field}: ${reason}`);
}
