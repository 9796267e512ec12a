/** Requests as API Gateway's HTTP API hands them to a function (payload format 2.0), and answers to look at. */
import { type Operation, type Role, routeKey } from '../../../lib/api/operation.ts';
import { problem } from '../../../lib/api/problem.ts';
import type { HttpEvent, HttpResult } from '../../../lib/lambda/http-types.ts';
import { T0 } from './time.ts';

export const REQUEST_ID = 'request-id-1=';
export const ROLES_CLAIM = 'cognito:groups';
export const ADMIN_ROLES = JSON.stringify({ claim: ROLES_CLAIM });

export type Sent = {
  operation: Operation;
  /** Sent as it is, or as JSON where it is no text. */
  body?: unknown;
  base64?: boolean;
  headers?: Record<string, string>;
  params?: Record<string, string>;
  query?: Record<string, string>;
  claims?: Record<string, unknown>;
};

export const httpEvent = ({ operation, body, base64, headers, params, query, claims }: Sent): HttpEvent => {
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  return {
    version: '2.0',
    routeKey: routeKey(operation),
    rawPath: operation.path,
    rawQueryString: new URLSearchParams(query).toString(),
    headers: { ...(text !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(params && { pathParameters: params }),
    ...(query && { queryStringParameters: query }),
    ...(text !== undefined && { body: text }),
    isBase64Encoded: base64 ?? false,
    requestContext: {
      accountId: '000000000000',
      apiId: 'api',
      domainName: 'localhost',
      domainPrefix: 'localhost',
      http: {
        method: operation.method,
        path: operation.path,
        protocol: 'HTTP/1.1',
        sourceIp: '127.0.0.1',
        userAgent: 'test',
      },
      requestId: REQUEST_ID,
      routeKey: routeKey(operation),
      stage: '$default',
      time: '31/Jan/2026:12:00:00 +0000',
      timeEpoch: T0,
      ...(claims && { authorizer: { jwt: { claims, scopes: [] } } }),
    },
  } as HttpEvent;
};

/** Claims of an admin's access token. */
export const claimsOf = (...roles: Role[]) => ({
  sub: 'sub-anna',
  username: 'anna',
  [ROLES_CLAIM]: `[${roles.join(' ')}]`,
});

export const jsonOf = (result: HttpResult): unknown => JSON.parse(result.body ?? 'null');

/** The problem document of an answer, checked against its schema. */
export const problemIn = (result: HttpResult) => problem().parse(jsonOf(result));

type Invoke = (event: HttpEvent, context: object) => Promise<unknown>;

/** Calls a function as Lambda does. */
export const caller =
  (handler: unknown) =>
  async (sent: Sent): Promise<HttpResult> =>
    (await (handler as Invoke)(httpEvent(sent), { getRemainingTimeInMillis: () => 30_000 })) as HttpResult;
