/** The typed client: `call(operation, request)` for any operation of the contract. The agent and the tests use it. */
import * as z from 'zod/mini';
import { type AnswerHeaders, hasRequestId, notAnAnswer, parseJson, refusalOf } from './api-error.ts';
import type { NotModified, Operation, OperationAnswer, OperationRequest } from './operation.ts';
import { retryAfterSeconds } from './retry-after.ts';

export { type AnswerHeaders, ApiError } from './api-error.ts';

/** How a call is sent: what the client needs of `fetch`, in whose place the agent has a sender of its own. */
export type Send = (
  url: string,
  init: {
    method: string;
    headers: Record<string, string>;
    body?: string;
    signal: AbortSignal;
    /** A redirect is an answer: what is sent to the API goes nowhere else. */
    redirect: 'manual';
  },
) => Promise<{ status: number; headers: AnswerHeaders; text(): Promise<string> }>;

export type ClientOptions = {
  /** Such as `https://abc.execute-api.eu-central-1.amazonaws.com`, without a path. */
  baseUrl: string;
  /** A device token or an admin's access token; a function is asked at each call. */
  token?: string | (() => string | undefined);
  fetch?: Send;
  /** How long one call may take; 35 s by default, a little more than API Gateway's 30 s. */
  timeoutMs?: number;
};

/** `ifNoneMatch`: the `ETag` of an answer at hand; while that is what would be answered, the answer is 304 without a body. */
export type CallOptions = { idempotencyKey?: string; ifNoneMatch?: string; signal?: AbortSignal };

export type Answer<O extends Operation> = (OperationAnswer<O> | NotModified<O>) & {
  headers: AnswerHeaders;
  /** `Retry-After` in seconds, where the answer has one. */
  retryAfterSeconds?: number;
};

const urlOf = (
  baseUrl: string,
  op: Operation,
  request: { params?: object | undefined; query?: object | undefined },
): string => {
  const params = (request.params ?? {}) as Record<string, string>;
  const path = op.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(request.query ?? {})) {
    if (value !== undefined) query.set(name, String(value));
  }
  return `${baseUrl}${path}${query.size > 0 ? `?${query}` : ''}`;
};

/**
 * Makes a client. A call answers with the status and the parsed body, members that it does not know left out.
 * @throws ApiError for any answer that is not a success, or that the API's own code has not sent: one whose body is off its
 *   schema, or without a body and `X-Request-Id`
 * @throws TypeError, DOMException what `fetch` throws when there is no answer
 */
export const createClient = (options: ClientOptions) => {
  const { baseUrl, token, timeoutMs = 35_000 } = options;
  const send = options.fetch ?? fetch;

  return async <O extends Operation>(
    op: O,
    request: OperationRequest<O>,
    { idempotencyKey, ifNoneMatch, signal }: CallOptions = {},
  ): Promise<Answer<O>> => {
    const bearer = typeof token === 'function' ? token() : token;
    const timeout = AbortSignal.timeout(timeoutMs);
    const response = await send(urlOf(baseUrl, op, request), {
      method: op.method,
      headers: {
        accept: 'application/json, application/problem+json',
        ...(op.body && { 'content-type': 'application/json' }),
        ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
        ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
        ...(ifNoneMatch !== undefined && { 'if-none-match': ifNoneMatch }),
      },
      ...(op.body && { body: JSON.stringify(request.body) }),
      redirect: 'manual',
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    const { status, headers } = response;
    const text = await response.text();
    const schema = op.conditional && status === 304 ? null : op.answers()[status];
    if (schema === undefined) throw refusalOf(status, headers, text);
    if (schema === null && !hasRequestId(headers)) {
      throw notAnAnswer(status, headers, text, 'an empty answer without X-Request-Id, which the API always sends');
    }
    const body = schema ? z.safeParse(schema, parseJson(text)) : undefined;
    if (body && !body.success) throw notAnAnswer(status, headers, text, 'an answer that is off its schema');
    const seconds = retryAfterSeconds(headers, Date.now());
    const paced = seconds === undefined ? {} : { retryAfterSeconds: seconds };
    return { status, body: body?.data, headers, ...paced } as unknown as Answer<O>;
  };
};

export type Client = ReturnType<typeof createClient>;
