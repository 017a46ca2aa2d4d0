import { ERRORS, type ErrorCode } from '@ids/kernel';
import { applyDecorators } from '@nestjs/common';
import { ApiParam, ApiResponse } from '@nestjs/swagger';
import { referenceTo, type SchemaName } from './schemas.js';

type Decorator = MethodDecorator & ClassDecorator;

/** Documents an answer: its status and, if it has a body, the schema of it. */
export function Answers(status: number, schema?: SchemaName): Decorator {
  const body = schema === undefined ? {} : { schema: referenceTo(schema) };
  return ApiResponse({ status, description: schema ?? 'Done', ...body });
}

/** Documents an answer that is not JSON. */
export function AnswersText(type: string, description: string): Decorator {
  return ApiResponse({ status: 200, description, content: { [type]: { schema: { type: 'string' } } } });
}

/** Documents the errors that a route has beyond those of all routes. */
export function Problems(...codes: ErrorCode[]): Decorator {
  const statuses = [...new Set(codes.map((code) => ERRORS[code].http))];
  return applyDecorators(
    ...statuses.map((status) => {
      const same = codes.filter((code) => ERRORS[code].http === status);
      return ApiResponse({ status, ...problemAnswer(same) });
    }),
  );
}

export function SessionIdParam(): Decorator {
  return ApiParam({ name: 'id', description: 'The id of a session: sess_…', schema: { type: 'string' } });
}

/** What OpenAPI says of an error answer. */
export function problemAnswer(codes: readonly ErrorCode[]): {
  description: string;
  content: Record<string, { schema: { $ref: string } }>;
} {
  return {
    description: codes.map((code) => `\`${code}\`: ${ERRORS[code].sentence({})}`).join('\n\n'),
    content: { 'application/problem+json': { schema: referenceTo('Problem') } },
  };
}
