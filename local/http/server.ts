/** The runner's HTTP server on loopback: `/__local` goes to the control endpoints, everything else to the API. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { messageOf, StartError } from '../errors.ts';
import type { HttpApi } from './api.ts';
import { isAddressedHere } from './host.ts';
import { gatewayAnswer, type HttpResponse } from './response.ts';
import { SIGN_IN_PATH } from './sign-in.ts';

/** Request line and headers together. Node answers 431 beyond it, as API Gateway does. */
const MAXIMUM_HEADER_BYTES = 10_240;

export type HttpServer = {
  /** `http://127.0.0.1:<port>`. */
  url: string;
  /** From now on requests are answered; until then they are `503`. */
  open(api: HttpApi, control: HttpApi, signIn?: HttpApi): void;
  /** What is under way is answered first, if that takes no longer than `withinMs` (3 seconds where it is absent). */
  stop(withinMs?: number): Promise<void>;
};

const write = (response: ServerResponse, { status, headers, body }: HttpResponse, method: string | undefined): void => {
  response.statusCode = status;
  for (const [name, value] of headers) response.appendHeader(name, value);
  const withoutBody = status === 204 || status === 304;
  if (withoutBody) response.removeHeader('content-type');
  else response.setHeader('content-length', body.length);
  response.end(withoutBody || method === 'HEAD' ? undefined : body);
};

const misdirected = (request: IncomingMessage, response: ServerResponse): void => {
  response.shouldKeepAlive = false;
  write(response, gatewayAnswer(421, 'Misdirected Request'), request.method);
};

/** Listens on `port` of the loopback interface, 0 for any free one. */
export const startServer = async (port: number, log: (line: string) => void): Promise<HttpServer> => {
  let api: HttpApi | undefined;
  let control: HttpApi | undefined;
  let signIn: HttpApi | undefined;
  const answererOf = (url: string): HttpApi | undefined => {
    if (signIn && url.startsWith(`${SIGN_IN_PATH}/`)) return signIn;
    return /^\/__local(\/|$|\?)/.test(url) ? control : api;
  };
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (!isAddressedHere(request)) return misdirected(request, response);
    const answer = answererOf(request.url ?? '');
    let reply: HttpResponse;
    try {
      reply = answer ? await answer(request) : gatewayAnswer(503, 'Service Unavailable');
    } catch (error) {
      log(`Answering ${request.method} ${request.url} failed: ${messageOf(error)}`);
      reply = gatewayAnswer(500, 'Internal Server Error');
    }
    // A body that was not read would be taken for the next request on this connection.
    if (!request.complete || !server.listening) response.shouldKeepAlive = false;
    write(response, reply, request.method);
  };
  const server = createServer({ maxHeaderSize: MAXIMUM_HEADER_BYTES, keepAliveTimeout: 30_000 }, handle);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE' && error.code !== 'EACCES') return reject(error);
      const why = error.code === 'EACCES' ? 'may not be used by you' : 'is in use by another program';
      reject(new StartError(`Port ${port} ${why}: set PORT to another one, or to 0 for any free port.`));
    });
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    open: (newApi, newControl, newSignIn) => {
      signIn = newSignIn;
      api = newApi;
      control = newControl;
    },
    stop: async (withinMs = 3_000) => {
      if (!server.listening) return;
      const closed = new Promise((resolve) => server.close(resolve));
      const late = setTimeout(() => server.closeAllConnections(), withinMs);
      await closed;
      clearTimeout(late);
    },
  };
};
