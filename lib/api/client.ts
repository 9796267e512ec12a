/** The typed client: `call(operation, request)` for any operation of the contract. The agent and the tests use it. */
import * as z from 'zod/mini';
import type { NotModified, Operation, OperationAnswer, OperationRequest } from './operation.ts';
import { type Problem, problem as problemSchema } from './problem.ts';

export type ClientOptions = {
  /** Such as `https://abc.execute-api.eu-central-1.amazonaws.com`, without a path. */
  baseUrl: string;
  /** A device token or an admin's access token; a function is asked at each call. */
  token?: string | (() => string | undefined);
  fetch?: typeof fetch;
  /** How long one call may take; 35 s by default, a little more than API Gateway's 30 s. */
  timeoutMs?: number;
};

/** `ifNoneMatch`: the `ETag` of an answer at hand; while that is what would be answered, the answer is 304 without a body. */
export type CallOptions = { idempotencyKey?: string; ifNoneMatch?: string; signal?: AbortSignal };

export type Answer<O extends Operation> = (OperationAnswer<O> | NotModified<O>) & {
  headers: Headers;
  /** `Retry-After`, where the answer has one. */
  retryAfterSeconds?: number;
};

/** An answer that is not a success. `problem` is absent where the gateway, not our code, answered. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly problem: Problem | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(status: number, problem: Problem | undefined, text: string, retryAfterSeconds?: number) {
    super(problem ? `${problem.code}: ${problem.detail}` : `HTTP ${status}: ${text.slice(0, 200)}`);
    this.status = status;
    this.problem = problem;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

const retryAfter = (headers: Headers): number | undefined => {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined;
};

const parseJson = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
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
 * @throws ApiError for any answer that is not a success, and one whose body is off its schema
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
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    const { status, headers } = response;
    const retryAfterSeconds = retryAfter(headers);
    const text = await response.text();
    const json = parseJson(text);
    const schema = op.conditional && status === 304 ? null : op.answers()[status];
    if (schema === undefined) {
      const problem = z.safeParse(problemSchema(), json);
      throw new ApiError(status, problem.success ? problem.data : undefined, text, retryAfterSeconds);
    }
    const body = schema ? z.safeParse(schema, json) : undefined;
    if (body && !body.success) throw new ApiError(status, undefined, 'an answer that is off its schema');
    const paced = retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
    return { status, body: body?.data, headers, ...paced } as unknown as Answer<O>;
  };
};

export type Client = ReturnType<typeof createClient>;
