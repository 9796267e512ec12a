/** Requests as API Gateway's HTTP API hands them to a function (payload format 2.0), and answers to look at. */

import type { RoleRules } from '../../../lib/admins/rules.ts';
import { type Operation, type Role, routeKey } from '../../../lib/api/operation.ts';
import { problem } from '../../../lib/api/problem.ts';
import type { HttpEvent, HttpResult } from '../../../lib/lambda/http-types.ts';
import { claimTexts } from '../../../local/http/claims.ts';
import { T0 } from './time.ts';

export const REQUEST_ID = 'request-id-1=';
export const ROLES_CLAIM = 'cognito:groups';
export const ADMIN_ROLES: RoleRules = { claim: ROLES_CLAIM };

export type Sent = {
  operation: Operation;
  /** Sent as it is, or as JSON where it is no text. */
  body?: unknown;
  base64?: boolean;
  headers?: Record<string, string>;
  params?: Record<string, string>;
  query?: Record<string, string>;
  /** Of the token that the request carries and the gateway has verified. */
  claims?: Record<string, unknown>;
};

const partOf = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token as an issuer makes it, but for the signature: that is the gateway's to verify. */
export const tokenOf = (claims: unknown): string =>
  `${partOf({ alg: 'RS256', kid: 'key', typ: 'JWT' })}.${partOf(claims)}.${partOf('signature')}`;

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

export const httpEvent = ({ operation, body, base64, headers, params, query, claims }: Sent): HttpEvent => {
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  return {
    version: '2.0',
    routeKey: routeKey(operation),
    rawPath: operation.path,
    rawQueryString: new URLSearchParams(query).toString(),
    headers: {
      ...(text !== undefined && { 'content-type': 'application/json' }),
      ...(claims && bearer(tokenOf(claims))),
      ...headers,
    },
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
      ...(claims && { authorizer: { jwt: { claims: claimTexts(claims), scopes: [] } } }),
    },
  } as HttpEvent;
};

/** Claims of an admin's access token. */
export const claimsOf = (...roles: Role[]) => ({
  iss: 'https://issuer.example',
  sub: 'sub-anna',
  exp: T0 / 1000 + 3600,
  username: 'anna',
  [ROLES_CLAIM]: roles,
});

export const jsonOf = (result: HttpResult): unknown => JSON.parse(result.body ?? 'null');

/** The problem document of an answer, checked against its schema. */
export const problemIn = (result: HttpResult) => problem().parse(jsonOf(result));

/** Calls a function as Lambda does. */
export const invoke = async (handler: unknown, event: HttpEvent): Promise<HttpResult> =>
  (await (handler as (event: HttpEvent, context: object) => Promise<unknown>)(event, {
    getRemainingTimeInMillis: () => 30_000,
  })) as HttpResult;

export const caller =
  (handler: unknown) =>
  (sent: Sent): Promise<HttpResult> =>
    invoke(handler, httpEvent(sent));
