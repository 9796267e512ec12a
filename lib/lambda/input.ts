/** A request's input, checked against its operation: size, media type, JSON, schema. */

import type * as z from 'zod/mini';
import { bodyOf, type Operation } from '../api/operation.ts';
import { notFound, ProblemError } from '../api/problem.ts';
import { describeIssues } from '../api/validation.ts';
import type { HttpEvent } from './http-types.ts';

export const MAX_BODY_BYTES = 64 * 1024;

const bodyBytes = (event: HttpEvent): Buffer =>
  Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');

const JSON_TYPE = /^application\/([\w.-]+\+)?json\s*(;|$)/i;

/** Only an escape can write half a surrogate pair; it is no character, and DynamoDB takes no text with one. */
const HALF_PAIR_ESCAPE = /\\ud[89a-f]/i;

const refuseIllFormed = (_: string, value: unknown): unknown => {
  if (typeof value === 'string' && !value.isWellFormed()) throw new SyntaxError('a text is not Unicode');
  return value;
};

const parseJson = (text: string): unknown =>
  JSON.parse(text, HALF_PAIR_ESCAPE.test(text) ? refuseIllFormed : undefined);

/** An absent body counts as `{}`: an order whose members all have defaults needs none. */
const parseBody = (event: HttpEvent): unknown => {
  const bytes = bodyBytes(event);
  if (bytes.length > MAX_BODY_BYTES) throw new ProblemError('body_too_large', 'A body may have 64 KiB at most.');
  if (bytes.length === 0) return {};
  if (!JSON_TYPE.test(event.headers['content-type'] ?? '')) {
    throw new ProblemError('unsupported_media_type', 'The body must be sent as application/json.');
  }
  try {
    return parseJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new ProblemError('invalid_request', 'The body is not JSON.', {
      errors: [{ path: '', message: 'is not JSON in UTF-8' }],
    });
  }
};

const validate = (schema: z.ZodMiniType, value: unknown): unknown => {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ProblemError('invalid_request', 'The request is not valid; see errors.', {
    errors: describeIssues(parsed.error.issues),
  });
};

/** Longer than any id or name; DynamoDB takes no key of more than 2048 bytes, and no empty one. */
const LONGEST_PARAMETER = 128;

const readParameters = (event: HttpEvent): Record<string, string | undefined> => {
  const params = event.pathParameters ?? {};
  const cannotExist = (value = '') => value === '' || value.length > LONGEST_PARAMETER;
  if (Object.values(params).some(cannotExist)) throw notFound('resource');
  return params;
};

export type InputSchemas = { readonly query: z.ZodMiniType | undefined; readonly body: z.ZodMiniType | undefined };

export const inputSchemas = (op: Operation): InputSchemas => ({ query: op.query?.(), body: bodyOf(op)?.() });

export type Input = { params: unknown; query: unknown; body: unknown };

/** @throws ProblemError `invalid_request`, `body_too_large`, `unsupported_media_type`; `not_found` for a path of nothing */
export const readInput = ({ query, body }: InputSchemas, event: HttpEvent): Input => ({
  body: body && validate(body, parseBody(event)),
  query: query ? validate(query, event.queryStringParameters ?? {}) : {},
  params: readParameters(event),
});
