/** The HTTP API: takes a request through route, throttle, authorizer and function, as API Gateway does. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { JWTVerifyGetKey } from 'jose';
import type { Invoker } from '../functions/invoker.ts';
import type { ApiModel } from '../resources/model.ts';
import { authorize } from './authorizer.ts';
import { readBody } from './body.ts';
import { buildEvent, type RequestContext, splitUrl } from './event.ts';
import { gatewayAnswer, type HttpResponse, readResponse } from './response.ts';
import { createRouter } from './routes.ts';
import { createThrottle } from './throttle.ts';

const MAXIMUM_BODY_BYTES = 10 * 1024 * 1024;

export type HttpApi = (request: IncomingMessage) => Promise<HttpResponse>;

const plainHeaders = (request: IncomingMessage): Record<string, string> =>
  Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));

/** @param apiUrl where it answers; @param keys of the tokens' issuer, where there is one */
export const createHttpApi = (
  api: ApiModel,
  apiUrl: string,
  invoker: Invoker,
  keys: JWTVerifyGetKey | undefined,
): HttpApi => {
  const router = createRouter(api.routes);
  const mayPass = createThrottle(api);

  const respond = async (request: IncomingMessage, requestId: string): Promise<HttpResponse> => {
    const url = request.url ?? '/';
    const method = request.method ?? 'GET';
    const { path, queryString } = splitUrl(url);
    const found = router(method, path);
    if (!found) return gatewayAnswer(404, 'Not Found');
    const { route, pathParameters } = found;
    if (!mayPass(route.key)) return gatewayAnswer(429, 'Too Many Requests');
    let jwt: RequestContext['jwt'];
    if (route.authorizer && keys) {
      const query = new URLSearchParams(queryString);
      const authorization = await authorize(route.authorizer, route, { headers: plainHeaders(request), query }, keys);
      if (!authorization.allowed) return authorization.response;
      jwt = authorization.jwt;
    }
    const body = await readBody(request, MAXIMUM_BODY_BYTES);
    if (body === 'too large') return gatewayAnswer(413, 'Request Entity Too Large');
    const event = buildEvent(
      { method, url, rawHeaders: request.rawHeaders, body, sourceIp: request.socket.remoteAddress ?? '127.0.0.1' },
      { apiId: api.id, apiUrl, routeKey: route.key, requestId, pathParameters, now: new Date(), ...(jwt && { jwt }) },
    );
    const late = Promise.withResolvers<'late'>();
    const timer = setTimeout(() => late.resolve('late'), route.timeoutMs);
    try {
      const response = await Promise.race([invoker.invoke(route.functionArn, JSON.stringify(event)), late.promise]);
      if (response === 'late') return gatewayAnswer(503, 'Service Unavailable');
      return (response.ok && readResponse(response.payload)) || gatewayAnswer(500, 'Internal Server Error');
    } finally {
      clearTimeout(timer);
    }
  };

  return async (request) => {
    const requestId = randomUUID();
    const { status, headers, body } = await respond(request, requestId);
    return { status, body, headers: [...headers, ['apigw-requestid', requestId]] };
  };
};
