/** Answers that are asked for again and again: each has an `ETag`, and is not sent once more to who has it already. */
import { createHash } from 'node:crypto';
import { jsonAnswer } from './answer.ts';
import type { HttpEvent, HttpResult } from './http-types.ts';

const etagOf = (body: unknown): string =>
  `"${createHash('sha256').update(JSON.stringify(body)).digest('base64url').slice(0, 22)}"`;

/** Compared weakly (RFC 9110, 13.1.2): what is between us may have marked the tag as weak when it compressed the answer. */
const names = (ifNoneMatch: string, etag: string): boolean =>
  ifNoneMatch.split(',').some((one) => ['*', etag].includes(one.trim().replace(/^W\//, '')));

/** Kept by who asked and by nobody between, since another caller may not read it; and asked for again each time. */
const CACHING = { 'cache-control': 'private, no-cache', vary: 'Authorization' };

export const conditionalAnswer = (event: HttpEvent, status: number, body: unknown): HttpResult => {
  const etag = etagOf(body);
  const isKnown = names(event.headers['if-none-match'] ?? '', etag);
  const headers = { ...CACHING, etag };
  return isKnown
    ? jsonAnswer(event.requestContext.requestId, 304, undefined, headers)
    : jsonAnswer(event.requestContext.requestId, status, body, headers);
};
