/** Builds the event that a function gets for a request: API Gateway's payload format 2.0. */
import type { APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda';
import { ACCOUNT } from '../identity.ts';

export type HttpRequest = {
  method: string;
  /** As it came in: with its query string, percent-encoded. */
  url: string;
  /** Names and values in turn, as they came in. */
  rawHeaders: readonly string[];
  body: Buffer;
  sourceIp: string;
};

export type RequestContext = {
  apiId: string;
  /** Where the API answers: `http://127.0.0.1:3000`. */
  apiUrl: string;
  routeKey: string;
  requestId: string;
  pathParameters: Readonly<Record<string, string>>;
  jwt?: { claims: Record<string, string>; scopes: string[] | null };
  now: Date;
};

export type HttpEvent = Omit<APIGatewayProxyEventV2WithJWTAuthorizer, 'requestContext'> & {
  requestContext: Record<string, unknown>;
};

/** These bodies are passed as text; every other one, also where there is no content type, in base64. */
const isText = (contentType: string | undefined): boolean =>
  /^(text\/.*|application\/(json|xml|javascript))$/i.test(contentType?.split(';')[0]?.trim() ?? '');

/** Decodes percent-encoding; text that is not well encoded is left as it is. */
export const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

const joined = (pairs: Iterable<readonly [string, string]>): Record<string, string> => {
  const values: Record<string, string> = {};
  for (const [name, value] of pairs) values[name] = name in values ? `${values[name]},${value}` : value;
  return values;
};

function* headerPairs(rawHeaders: readonly string[]): Generator<[string, string]> {
  for (let index = 0; index < rawHeaders.length; index += 2) {
    yield [(rawHeaders[index] ?? '').toLowerCase(), rawHeaders[index + 1] ?? ''];
  }
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
/** Such as `22/Nov/2025:15:31:02 +0000`. */
const logTime = (date: Date): string => {
  const [day, time] = date.toISOString().split('T');
  const [year, month, dayOfMonth] = (day ?? '').split('-');
  return `${dayOfMonth}/${MONTHS[Number(month) - 1]}/${year}:${time?.slice(0, 8)} +0000`;
};

/** Splits a request's URL: the path decoded, as HTTP APIs pass it on, the query string as it came. */
export const splitUrl = (url: string): { path: string; queryString: string } => {
  const mark = url.indexOf('?');
  if (mark < 0) return { path: decode(url), queryString: '' };
  return { path: decode(url.slice(0, mark)), queryString: url.slice(mark + 1) };
};

export const buildEvent = (request: HttpRequest, context: RequestContext): HttpEvent => {
  const { path, queryString } = splitUrl(request.url);
  // On AWS without a port, which is 443, and always https. Here a link that a function makes of it must lead back.
  const { host: domainName, port, protocol } = new URL(context.apiUrl);
  const { cookie, ...own } = joined(headerPairs(request.rawHeaders));
  const forwardedFor = own['x-forwarded-for'];
  const headers = {
    ...own,
    'x-amzn-trace-id':
      own['x-amzn-trace-id'] ??
      `Root=1-${Math.floor(context.now.getTime() / 1000).toString(16)}-${context.requestId.replaceAll('-', '').slice(0, 24)}`,
    'x-forwarded-for': forwardedFor === undefined ? request.sourceIp : `${forwardedFor}, ${request.sourceIp}`,
    'x-forwarded-port': port,
    'x-forwarded-proto': protocol.slice(0, -1),
  };
  const query = joined(new URLSearchParams(queryString));
  const text = isText(own['content-type']);
  return {
    version: '2.0',
    routeKey: context.routeKey,
    rawPath: path,
    rawQueryString: queryString,
    ...(cookie !== undefined && { cookies: cookie.split(/;\s*|,\s*/).filter((part) => part !== '') }),
    headers,
    ...(Object.keys(query).length > 0 && { queryStringParameters: query }),
    requestContext: {
      accountId: ACCOUNT,
      apiId: context.apiId,
      ...(context.jwt && { authorizer: { jwt: context.jwt } }),
      domainName,
      domainPrefix: context.apiId,
      http: {
        method: request.method,
        path,
        protocol: 'HTTP/1.1',
        sourceIp: request.sourceIp,
        userAgent: own['user-agent'] ?? '',
      },
      requestId: context.requestId,
      routeKey: context.routeKey,
      stage: '$default',
      time: logTime(context.now),
      timeEpoch: context.now.getTime(),
    },
    ...(Object.keys(context.pathParameters).length > 0 && { pathParameters: { ...context.pathParameters } }),
    ...(request.body.length > 0 && { body: request.body.toString(text ? 'utf8' : 'base64') }),
    isBase64Encoded: request.body.length > 0 && !text,
  };
};
