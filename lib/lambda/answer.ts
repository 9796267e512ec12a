/** Answers: JSON and problem documents, and the one place that maps errors to them. */
import { PROBLEMS, type Problem, ProblemError } from '../api/problem.ts';
import { htmlPage, PAGE_POLICY } from '../html.ts';
import type { HttpResult } from './http-types.ts';
import { log } from './log.ts';

const withRequestId = (requestId: string, contentType: string | undefined, headers: Record<string, string>) => ({
  ...(contentType !== undefined && { 'content-type': contentType }),
  'cache-control': 'no-store',
  'x-request-id': requestId,
  ...headers,
});

/** @param body `undefined` for an answer without one */
export const jsonAnswer = (
  requestId: string,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): HttpResult => ({
  statusCode: status,
  headers: withRequestId(requestId, body === undefined ? undefined : 'application/json', headers),
  ...(body !== undefined && { body: JSON.stringify(body) }),
});

/** @param page a whole document, made by `htmlPage` */
export const htmlAnswer = (requestId: string, status: number, page: string): HttpResult => ({
  statusCode: status,
  headers: withRequestId(requestId, 'text/html; charset=utf-8', {
    'content-security-policy': PAGE_POLICY,
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  }),
  body: page,
});

/** So many faults are enough to see what is wrong; a request of nothing but faults is not answered with a longer text. */
const MOST_ERRORS = 20;

const firstErrors = (errors: NonNullable<Problem['errors']>): NonNullable<Problem['errors']> =>
  errors.length <= MOST_ERRORS
    ? errors
    : [...errors.slice(0, MOST_ERRORS), { path: '', message: `has ${errors.length - MOST_ERRORS} more faults` }];

const problemAnswer = (requestId: string, error: ProblemError): HttpResult => {
  const { status, title } = PROBLEMS[error.code];
  const { retryAfterSeconds, errors, ...extras } = error.extras;
  const problem: Problem = {
    type: 'about:blank',
    title,
    status,
    detail: error.message,
    instance: requestId,
    code: error.code,
    ...extras,
    ...(errors && { errors: firstErrors(errors) }),
  };
  return {
    statusCode: status,
    headers: withRequestId(requestId, 'application/problem+json', {
      ...(retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) }),
      ...(status === 401 && { 'www-authenticate': 'Bearer' }),
    }),
    body: JSON.stringify(problem),
  };
};

/** A person reads the answer of these operations, in a browser. */
const problemPage = (requestId: string, { code, message }: ProblemError): HttpResult => {
  const { status, title } = PROBLEMS[code];
  return htmlAnswer(requestId, status, htmlPage(title, [message, `Instance: ${requestId}`]));
};

const internalError = (): ProblemError =>
  new ProblemError('internal_error', 'Something failed on our side. Try again; if it stays, ask with the instance.');

/**
 * An expected error is the caller's to read; of any other the caller learns only where to look it up.
 * @param asPage for an operation that answers with a page
 */
export const errorAnswer = (requestId: string, route: string, error: unknown, asPage = false): HttpResult => {
  const isExpected = error instanceof ProblemError;
  if (isExpected) log.info('refused', { route, code: error.code });
  else log.error('failed', { route, error });
  return (asPage ? problemPage : problemAnswer)(requestId, isExpected ? error : internalError());
};
