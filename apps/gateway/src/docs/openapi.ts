import type { ErrorCode } from '@ids/kernel';
import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { problemAnswer } from './answers.js';
import { namedSchemas, requestSchema } from './schemas.js';

const METHODS = ['get', 'post', 'patch', 'delete'] as const;

/** Errors that any route under /v1 may answer with. */
const EVERYWHERE: Readonly<Record<number, readonly ErrorCode[]>> = {
  400: ['invalid_request'],
  401: ['unauthorized'],
  403: ['forbidden_origin'],
  413: ['payload_too_large'],
  415: ['unsupported_media_type'],
  429: ['rate_limited'],
  500: ['internal_error'],
  503: ['redis_unavailable'],
};

/** Serves the OpenAPI document at /docs-json and a page for it at /docs. */
export function serveDocs(app: INestApplication): void {
  SwaggerModule.setup('docs', app, () => openApiDocument(app), {
    customSiteTitle: 'IDS',
    jsonDocumentUrl: 'docs-json',
    raw: ['json'],
  });
}

export function openApiDocument(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('IDS')
    .setDescription(
      'Chat-driven coding for Python projects. Errors are RFC 9457 problems with a stable `code`; repeat after `Retry-After` what was answered with 429 or 503.',
    )
    .setVersion('1')
    .addBearerAuth({ type: 'http', scheme: 'bearer' })
    .addSecurityRequirements('bearer')
    .build();
  const document = SwaggerModule.createDocument(app, config, { standardSchemaConverter: requestSchema });
  document.components = { ...document.components, schemas: namedSchemas() };
  describeBoard(document);
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of METHODS) finish(path, item[method]);
  }
  return document;
}

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

function finish(path: string, operation: Operation | undefined): void {
  if (operation === undefined) return;
  if (!path.startsWith('/v1/')) {
    operation.security = [];
    return;
  }
  for (const [status, codes] of Object.entries(EVERYWHERE))
    operation.responses[status] ??= problemAnswer(codes);
}

/** The dashboard is no controller, so it is described by hand. */
function describeBoard(document: OpenAPIObject): void {
  document.paths['/admin/queues'] = {
    get: {
      tags: ['operations'],
      summary: 'The queue dashboard; asks for the user admin where IDS_ADMIN_PASSWORD is set',
      responses: { 200: { description: 'A page', content: { 'text/html': { schema: { type: 'string' } } } } },
    },
  };
}
