/** What stands in place of a success, and whose word that is. */
import * as z from 'zod/mini';
import { PROBLEMS, type Problem, problem as problemSchema } from './problem.ts';
import { retryAfterSeconds } from './retry-after.ts';

/** What is read of an answer's headers. */
export type AnswerHeaders = Pick<Headers, 'get'>;

/**
 * An answer that is not a success. `problem` is there where the API's own code said no, and only then: a status alone is
 * nobody's word, since a proxy, a captive portal or the gateway may have sent it.
 */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly problem: Problem | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(status: number, problem: Problem | undefined, text: string, retryAfterSeconds?: number) {
    super(problem ? `${problem.code}: ${problem.detail}` : `HTTP ${status}: ${text.slice(0, 300)}`);
    this.status = status;
    this.problem = problem;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export const parseJson = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
};

/** Every answer of the API's own code has one, and hardly anything else has. */
export const hasRequestId = (headers: AnswerHeaders): boolean => (headers.get('x-request-id') ?? '').trim() !== '';

const mediaType = (headers: AnswerHeaders): string =>
  (headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';

/** The problem document of the API's own code; `undefined` for whatever else was sent with such a status. */
const ownProblem = (status: number, headers: AnswerHeaders, text: string): Problem | undefined => {
  if (!hasRequestId(headers) || mediaType(headers) !== 'application/problem+json') return undefined;
  const { success, data } = z.safeParse(problemSchema(), parseJson(text));
  return success && data.status === status && PROBLEMS[data.code].status === status ? data : undefined;
};

/** What it is that was sent, for whoever has to find out who sent it. */
const describe = (status: number, headers: AnswerHeaders, text: string, otherwise: string): string => {
  const location = headers.get('location');
  if (status >= 300 && status < 400 && location) {
    return `a redirect to ${location}, which is not followed: the API has none, so it is the address that is wrong, or something in between that answers`;
  }
  if (!/html/.test(mediaType(headers))) return otherwise;
  const title = /<title[^>]*>\s*([^<]{1,100}?)\s*</i.exec(text)?.[1];
  return `a page${title ? ` ("${title}")` : ''} and not the API's answer: something in between may have sent it`;
};

/** The error for an answer of a status that the operation does not have. */
export const refusalOf = (status: number, headers: AnswerHeaders, text: string): ApiError =>
  new ApiError(
    status,
    ownProblem(status, headers, text),
    describe(status, headers, text, text),
    retryAfterSeconds(headers, Date.now()),
  );

/** The error for an answer that has a success's status and is none. @param why in words, where it is no page */
export const notAnAnswer = (status: number, headers: AnswerHeaders, text: string, why: string): ApiError =>
  new ApiError(status, undefined, describe(status, headers, text, why), retryAfterSeconds(headers, Date.now()));
