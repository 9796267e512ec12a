/** Makes the OpenAPI 3.1 document of the contract from its operations. */
import type * as z from 'zod/mini';
import { type Json, type SchemaWriter, schemaWriter } from './openapi-schema.ts';
import { bodyOf, type Operation, problemsOf } from './operation.ts';
import { operations } from './operations.ts';
import { PROBLEMS, type ProblemCode, problem } from './problem.ts';

const REQUEST_ID = { 'X-Request-Id': { $ref: '#/components/headers/RequestId' } };

const describeAnswer = (op: Operation, status: string): string => {
  if (op.html) return status === '200' ? 'A page: it is done.' : 'A page that says why it could not be done.';
  return status === '204' ? 'Done; no body.' : 'The answer.';
};

const success = (op: Operation, status: string, schema: z.ZodMiniType | null, { write }: SchemaWriter): Json => ({
  description: describeAnswer(op, status),
  headers: {
    ...REQUEST_ID,
    ...(op.conditional && { ETag: { $ref: '#/components/headers/ETag' } }),
    ...(op.paced && { 'Retry-After': { $ref: '#/components/headers/RetryAfter' } }),
    ...(op.idempotent && { 'Idempotency-Replayed': { $ref: '#/components/headers/IdempotencyReplayed' } }),
  },
  ...(schema && { content: { [op.html ? 'text/html' : 'application/json']: { schema: write(schema, 'output') } } }),
});

const notModified = {
  description: 'The answer is what it was, as `If-None-Match` knows it; no body.',
  headers: { ...REQUEST_ID, ETag: { $ref: '#/components/headers/ETag' } },
};

const refusedByGateway = (description: string): Json => ({
  description,
  content: { 'application/json': { schema: { $ref: '#/components/schemas/GatewayRefusal' } } },
});

/** What API Gateway answers before any function runs. */
const gatewayRefusals = (op: Operation): Json => ({
  ...(op.caller !== 'none' && op.caller !== 'agent' && { '401': refusedByGateway('There is no valid access token.') }),
  ...(bodyOf(op) && { '413': refusedByGateway('The body is larger than API Gateway takes, which is 10 MB.') }),
  '429': refusedByGateway('Over the throttle; try again later.'),
  '500': refusedByGateway('The function failed before it could say so.'),
  '503': refusedByGateway('The function took too long.'),
});

/** Which problems say when to try again, where that is known. */
const saysWhen = (code: ProblemCode): boolean => code === 'too_many_requests' || code === 'connector_failed';

const problems = (op: Operation): Json => {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of problemsOf(op)) {
    const { status } = PROBLEMS[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [
      String(status),
      {
        description: op.html ? describeAnswer(op, String(status)) : `Problem: ${codes.join(', ')}.`,
        headers: {
          ...REQUEST_ID,
          ...(codes.some(saysWhen) && { 'Retry-After': { $ref: '#/components/headers/RetryAfter' } }),
        },
        content: op.html
          ? { 'text/html': { schema: { type: 'string' } } }
          : { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ]),
  );
};

/** One status may be answered by the gateway or by our code, each in its own media type. */
const refusals = (op: Operation): Json => {
  const gateways = gatewayRefusals(op);
  const merged = Object.entries(problems(op)).map(([status, ours]) => {
    const theirs = gateways[status] as Json | undefined;
    if (!theirs) return [status, ours];
    const { content, ...rest } = ours as { content: Json; description: string };
    const description = `${theirs['description']} ${rest.description}`;
    return [status, { ...rest, description, content: { ...content, ...(theirs['content'] as Json) } }];
  });
  return { ...gateways, ...Object.fromEntries(merged) };
};

/** In a query everything is text; this is what the text is of. */
const ofText = (schema: Json): Json =>
  JSON.stringify(schema['enum']) === '["true","false"]' ? { type: 'boolean' } : schema;
const LIMIT: Json = { type: 'integer', minimum: 1, maximum: 100, default: 50 };

const parameters = (op: Operation, { write }: SchemaWriter): Json[] => {
  const path = [...op.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const query = Object.entries((op.query ? write(op.query(), 'input') : {})['properties'] ?? {}).map(
    ([name, schema]) => ({
      name,
      in: 'query',
      schema: name === 'limit' ? LIMIT : ofText(schema as Json),
    }),
  );
  return [
    ...path,
    ...query,
    ...(op.idempotent ? [{ $ref: '#/components/parameters/IdempotencyKey' }] : []),
    ...(op.conditional ? [{ $ref: '#/components/parameters/IfNoneMatch' }] : []),
  ];
};

const security = (op: Operation): Json[] => {
  if (op.caller === 'none') return [];
  return op.caller === 'agent' ? [{ deviceToken: [] }] : [{ adminToken: [] }];
};

const describeCaller = (op: Operation): string => {
  if (op.caller === 'none') return 'Anybody may call it.';
  if (op.caller === 'signedIn') return 'For every admin whose access token is valid, also without a role.';
  return op.caller === 'agent' ? 'For device agents.' : `For admins with the role \`${op.caller}\` or above.`;
};

/** An absent body counts as `{}`, so it may be absent where that will do. */
const requestBody = (schema: z.ZodMiniType, { write }: SchemaWriter): Json => ({
  required: !schema.safeParse({}).success,
  content: { 'application/json': { schema: write(schema, 'input') } },
});

const pathItem = (op: Operation, writer: SchemaWriter, body = bodyOf(op)): Json => ({
  operationId: op.id,
  tags: [op.tag],
  summary: op.summary,
  description: describeCaller(op),
  security: security(op),
  parameters: parameters(op, writer),
  ...(body && { requestBody: requestBody(body(), writer) }),
  responses: {
    ...Object.fromEntries(
      Object.entries(op.answers()).map(([status, schema]) => [status, success(op, status, schema, writer)]),
    ),
    ...(op.conditional && { '304': notModified }),
    ...refusals(op),
  },
});

const header = (description: string, type: string): Json => ({ description, schema: { type } });

const GATEWAY_REFUSAL: Json = {
  type: 'object',
  properties: { message: { type: 'string' } },
  required: ['message'],
};

/** Beside the schemas. */
const COMPONENTS: Json = {
  headers: {
    RequestId: header('Names this request in the logs.', 'string'),
    ETag: header('Names this answer: to be sent back as `If-None-Match`.', 'string'),
    RetryAfter: header('Seconds to wait before the next poll, or before trying again, where that is known.', 'integer'),
    IdempotencyReplayed: header('`true` where this is the first answer to the same key again.', 'string'),
  },
  parameters: {
    IfNoneMatch: {
      name: 'If-None-Match',
      in: 'header',
      description: 'The `ETag` of the answer at hand: 304 while it would be the same.',
      schema: { type: 'string', maxLength: 1024 },
    },
    IdempotencyKey: {
      name: 'Idempotency-Key',
      in: 'header',
      description:
        'Make one at random for each order. The same key with the same body within 24 hours gives the first answer again.',
      schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[\\x20-\\x7e]+$' },
    },
  },
  securitySchemes: {
    adminToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'An OIDC access token.' },
    deviceToken: { type: 'http', scheme: 'bearer', description: 'The token that enrolling gave.' },
  },
};

const TAGS: Readonly<Record<string, string>> = {
  Devices: 'Managed PCs: their enrolment, their credentials and what happened to them.',
  Groups: 'Named sets of devices. `all` is built in.',
  Assistance: 'A person at a PC asks for help, and an admin gives it.',
  Connectors: 'The remote-control providers.',
  Restarts: 'Orders to restart devices, and the tasks that they consist of.',
  Alerts: 'What an admin should look at now.',
  Overview: 'What waits for an admin now.',
  Audit: 'Who did what to what, when, from where, and how it ended.',
  System: 'The API itself.',
};

/**
 * @param version of the product, for `info.version`
 * @param server where the API was asked for it, such as `https://abc.execute-api.eu-central-1.amazonaws.com`: clients
 *   put a path behind it, so it is absolute and has no slash at its end
 */
export const openApiDocument = (version: string, server: string): Json => {
  const writer = schemaWriter();
  writer.write(problem(), 'output');
  const paths: Record<string, Json> = {};
  for (const op of operations) {
    paths[op.path] = { ...paths[op.path], [op.method.toLowerCase()]: pathItem(op, writer) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'remote-assist',
      version,
      description: 'Remote assistance and remote restart for managed PCs.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: server }],
    tags: [...new Set(operations.map((op) => op.tag))].map((name) => ({ name, description: TAGS[name] })),
    paths,
    components: { schemas: { ...writer.components, GatewayRefusal: GATEWAY_REFUSAL }, ...COMPONENTS },
  };
};
