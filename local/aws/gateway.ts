/**
 * The one door between the functions and AWS: knows the calling function by its access key, counts the call, lets
 * interceptors look at it, and hands it to the service.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { messageOf } from '../errors.ts';
import { namesThisServer } from '../http/host.ts';
import {
  type AwsCall,
  type AwsHandler,
  type AwsOutcome,
  type AwsService,
  type Caller,
  type Interceptor,
  NO_REPLY,
  refuse,
} from './call.ts';
import type { CallCounts } from './call-counts.ts';

export type AwsGateway = {
  /** Where the functions' SDKs are pointed to. */
  endpoint: string;
  /** Looked at in order, before the call is made. */
  interceptors: Interceptor[];
  /** Sets who calls, by access key id, and what answers, by signing name. */
  open(callers: ReadonlyMap<string, Caller>, handlers: Readonly<Partial<Record<AwsService, AwsHandler>>>): void;
  stop(): Promise<void>;
};

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
};

/** The query protocol names its action in the body, the JSON protocol in a header. */
const actionOf = (target: string, body: string): string =>
  target === '' ? (new URLSearchParams(body).get('Action') ?? 'Unknown') : target.slice(target.lastIndexOf('.') + 1);

/** Has each interceptor look at the call in turn, and the call made behind the last of them. */
const through = (
  interceptors: readonly Interceptor[],
  call: AwsCall,
  make: () => Promise<AwsOutcome>,
): Promise<AwsOutcome> => {
  const from = async (index: number): Promise<AwsOutcome> => {
    const intercept = interceptors[index];
    if (!intercept) return make();
    let proceeding: Promise<AwsOutcome> | undefined;
    const proceed = () => {
      proceeding ??= from(index + 1);
      return proceeding;
    };
    return (await intercept(call, proceed)) ?? proceed();
  };
  return from(0);
};

/** Starts the gateway on a free port of the loopback interface. */
export const startAwsGateway = async (counts: CallCounts, log: (line: string) => void): Promise<AwsGateway> => {
  const interceptors: Interceptor[] = [];
  let callers: ReadonlyMap<string, Caller> = new Map();
  let handlers: Readonly<Partial<Record<AwsService, AwsHandler>>> = {};

  const answer = async (request: IncomingMessage, signal: AbortSignal): Promise<AwsOutcome> => {
    const credential = /Credential=([^/]+)\/\d+\/[^/]+\/([^/]+)\//.exec(request.headers.authorization ?? '');
    const [, accessKey = '', service = 'unknown'] = credential ?? [];
    const caller = callers.get(accessKey);
    const body = await bodyOf(request);
    if (!caller)
      return refuse(
        service,
        'UnrecognizedClientException',
        'The security token included in the request is invalid.',
        403,
      );
    const target = String(request.headers['x-amz-target'] ?? '');
    const invocationId = String(request.headers['amz-sdk-invocation-id'] ?? '');
    const call: AwsCall = { caller, service, action: actionOf(target, body), target, body, invocationId, signal };
    counts.add(caller.name, service, call.action);
    return through(interceptors, call, async () => {
      const handler = handlers[service];
      if (!handler) return refuse(service, 'UnknownOperationException', `The local stack has no ${service}.`, 501);
      return handler(call);
    });
  };

  const server = createServer(
    { keepAliveTimeout: 60_000 },
    async (request: IncomingMessage, response: ServerResponse) => {
      if (!namesThisServer(request)) {
        response.writeHead(421).end();
        return;
      }
      const gone = new AbortController();
      response.once('close', () => response.writableEnded || gone.abort());
      let reply: AwsOutcome;
      try {
        reply = await answer(request, gone.signal);
      } catch (error) {
        if (gone.signal.aborted) return;
        log(`A call to AWS failed in the local stack: ${messageOf(error)}`);
        reply = refuse('unknown', 'InternalFailure', 'The local stack failed to make this call.', 500);
      }
      if (gone.signal.aborted) return;
      if (reply === NO_REPLY) {
        response.destroy();
        return;
      }
      response.writeHead(reply.status, {
        'x-amzn-requestid': crypto.randomUUID(),
        ...reply.headers,
        'content-length': Buffer.byteLength(reply.body),
      });
      response.end(reply.body);
    },
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    interceptors,
    open: (newCallers, newHandlers) => {
      callers = newCallers;
      handlers = newHandlers;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
