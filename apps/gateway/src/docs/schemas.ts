import {
  analysisSchema,
  changeSchema,
  layerResultSchema,
  opinionSchema,
  problemSchema,
  projectListSchema,
  projectSchema,
  projectSettingsSchema,
  roundSchema,
  sessionIdSchema,
  sessionListSchema,
  sessionSchema,
  validateAnswerSchema,
} from '@ids/contracts';
import { z } from 'zod';

const aliveSchema = z.object({ status: z.literal('ok') });
const healthSchema = z.object({
  status: z.enum(['ok', 'unavailable']),
  checks: z.record(
    z.string(),
    z.object({
      status: z.enum(['up', 'down']),
      reason: z.string().optional(),
      warnings: z.array(z.string()),
    }),
  ),
});

/** Every schema that has a name in the OpenAPI document. */
const NAMED = {
  Alive: aliveSchema,
  Analysis: analysisSchema,
  Change: changeSchema,
  Health: healthSchema,
  LayerResult: layerResultSchema,
  Opinion: opinionSchema,
  Problem: problemSchema,
  Project: projectSchema,
  ProjectList: projectListSchema,
  ProjectSettings: projectSettingsSchema,
  Round: roundSchema,
  Session: sessionSchema,
  SessionList: sessionListSchema,
  Validation: validateAnswerSchema,
} as const;
export type SchemaName = keyof typeof NAMED;

type JsonSchema = Record<string, unknown>;
type Override = NonNullable<NonNullable<Parameters<typeof z.toJSONSchema>[1]>['override']>;

/** A session id is checked by code, which no JSON Schema can be made of. */
const override: Override = ({ zodSchema, jsonSchema }) => {
  if (zodSchema === sessionIdSchema)
    Object.assign(jsonSchema, { type: 'string', pattern: '^sess_[0-9A-HJKMNP-TV-Z]{26}$' });
};
const options = { target: 'openapi-3.0', unrepresentable: 'any', override } as const;

export function referenceTo(name: SchemaName): { $ref: string } {
  return { $ref: `#/components/schemas/${name}` };
}

/** All named schemas, as answers have them, referring to each other. */
export function namedSchemas(): Record<string, JsonSchema> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(NAMED)) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, { ...options, uri: (id) => `#/components/schemas/${id}` });
  for (const schema of Object.values(schemas)) delete schema.$id;
  return schemas;
}

/** A schema of a parameter, as requests have it. */
export function requestSchema(schema: unknown): { schema: JsonSchema } | undefined {
  if (!(schema instanceof z.ZodType)) return undefined;
  return { schema: z.toJSONSchema(schema, { ...options, io: 'input' }) };
}
