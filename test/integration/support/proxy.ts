/** A door in front of a stack that a test may tamper with: what is asked and answered passes through its hands. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export type Exchange = { method: string; path: string; status: number; body: string };

/** Returns the answer to give, the same or another; `undefined` breaks the connection off instead. */
export type Tamper = (exchange: Exchange) => { status: number; body: string; retryAfter?: number } | undefined;

const answer = (response: ServerResponse, headers: Headers, given: ReturnType<Tamper>): void => {
  if (!given) {
    response.destroy();
    return;
  }
  for (const name of ['content-type', 'retry-after', 'x-request-id']) {
    const value = headers.get(name);
    if (value !== null) response.setHeader(name, value);
  }
  if (given.retryAfter !== undefined) response.setHeader('retry-after', given.retryAfter);
  response.statusCode = given.status;
  response.end(given.status === 204 ? undefined : given.body);
};

/** Opens the door; closing it ends its connections. */
export const openProxy = async (target: string, tamper: Tamper): Promise<{ url: string; close(): Promise<void> }> => {
  const server = createServer(async (request, response) => {
    const { method = 'GET', url: path = '/' } = request;
    const { authorization, 'content-type': contentType, 'idempotency-key': key } = request.headers;
    const body = await text(request);
    const result = await fetch(target + path, {
      method,
      headers: {
        ...(authorization !== undefined && { authorization }),
        ...(contentType !== undefined && { 'content-type': contentType }),
        ...(typeof key === 'string' && { 'idempotency-key': key }),
      },
      ...(body !== '' && { body }),
    });
    answer(response, result.headers, tamper({ method, path, status: result.status, body: await result.text() }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
