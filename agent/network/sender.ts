/**
 * Sends the agent's calls, in the place of `fetch`, which would double the memory that the agent takes. It follows no
 * redirect, knows the company's proxy and certificates, and reads no answer that is longer than any can be.
 */
import { Agent, type ClientRequestArgs, request as httpRequest, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { AnswerHeaders, Send } from '../../lib/api/client.ts';
import { ENCODINGS, readText } from './body.ts';
import { openTcp, openTls } from './connect.ts';
import { type Endpoint, endpointOf, NoAnswer } from './no-answer.ts';
import type { HttpProxy } from './proxy.ts';
import type { Trust } from './trust.ts';
import { credentialsWords, openProxy, openTunnel } from './tunnel.ts';

/** For the calls that follow each other; by the next poll a connection may be long dead, behind a firewall or a sleep. */
const KEEP_IDLE_MS = 5_000;

type Init = Parameters<Send>[1];
type Open = (to: Endpoint, signal: AbortSignal) => Promise<Duplex>;
/** Node keeps a request's own signal from whoever opens its connection. */
type Wanted = ClientRequestArgs & { until: AbortSignal };

/** Keeps connections for a moment, and has them opened by us. */
class Connections extends Agent {
  readonly #open: Open;

  constructor(open: Open) {
    super({ keepAlive: true, timeout: KEEP_IDLE_MS });
    this.#open = open;
  }

  override createConnection(
    options: ClientRequestArgs,
    callback: (error: Error | null, connection: Duplex) => void,
  ): undefined {
    const { host, port, until } = options as Wanted;
    this.#open({ hostname: host ?? '', port: Number(port) }, until).then(
      (connection) => callback(null, connection),
      (error: Error) => callback(error, undefined as never),
    );
  }
}

/** A connection that was kept may have been closed by the other side just as it was used; nothing was answered on it. */
class KeptTooLong extends Error {}

export type Way = { readonly proxy: HttpProxy | undefined; readonly trust: Trust };

const opening =
  ({ proxy, trust }: Way, isSecure: boolean): Open =>
  (to, signal) => {
    if (!isSecure) return proxy ? openProxy(proxy, trust, signal) : openTcp(to, signal);
    return openTls(to, () => (proxy ? openTunnel(proxy, to, trust, signal) : openTcp(to, signal)), trust, signal);
  };

/** How far a call has come, for the words when its time is up. */
type Progress = { stage: 'connecting' | 'waiting' | 'reading' };

const LATE: Record<Progress['stage'], string> = {
  connecting: 'No connection in time to',
  waiting: 'No answer in time from',
  reading: 'No whole answer in time from',
};

const isTimeout = (reason: unknown): boolean => reason instanceof DOMException && reason.name === 'TimeoutError';

/** @param whom the server, and the proxy in front of it */
const wordsFor = (error: unknown, whom: string, { stage }: Progress, signal: AbortSignal): unknown => {
  if (isTimeout(signal.reason)) return new NoAnswer(`${LATE[stage]} ${whom}`);
  if (signal.aborted) return signal.reason;
  if (error instanceof NoAnswer) return error;
  return new NoAnswer(`${stage === 'reading' ? 'The answer broke off from' : 'No answer from'} ${whom}`, {
    cause: error,
  });
};

const headersOf = ({ headers }: IncomingMessage): AnswerHeaders => ({
  get: (name) => {
    const value = headers[name.toLowerCase()];
    return Array.isArray(value) ? value.join(', ') : (value ?? null);
  },
});

/** @param way to the server: all calls of one sender go the same one */
export const createSender = (way: Way): Send => {
  const plain = new Connections(opening(way, false));
  const secure = new Connections(opening(way, true));

  const requestTo = (url: URL, { method, headers, body, signal }: Init): Wanted => {
    const isSecure = url.protocol === 'https:';
    const { hostname: host, port } = endpointOf(url);
    // Without TLS the proxy is asked itself, for the whole address.
    const asked = isSecure ? undefined : way.proxy;
    return {
      ...{ method, host, port, signal, until: signal },
      path: asked ? url.href : `${url.pathname}${url.search}`,
      agent: isSecure ? secure : plain,
      headers: {
        ...headers,
        host: url.host,
        'accept-encoding': ENCODINGS,
        ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }),
        ...(asked?.authorization !== undefined && { 'proxy-authorization': asked.authorization }),
      },
    };
  };

  const exchange = (url: URL, init: Init, progress: Progress): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const request = httpRequest(requestTo(url, init))
        .once('socket', () => {
          progress.stage = 'waiting';
        })
        .once('response', resolve)
        .on('error', (error: NodeJS.ErrnoException) => {
          reject(request.reusedSocket && error.code === 'ECONNRESET' ? new KeptTooLong() : error);
        });
      request.end(init.body);
    });

  const answerTo = async (url: URL, init: Init, progress: Progress) => {
    const answer = await exchange(url, init, progress);
    progress.stage = 'reading';
    const { statusCode: status = 0 } = answer;
    const headers = headersOf(answer);
    if (status === 407 && way.proxy) {
      answer.destroy();
      throw new NoAnswer(credentialsWords(way.proxy, headers.get('proxy-authenticate') ?? undefined));
    }
    const text = await readText(answer);
    return { status, headers, text: async () => text };
  };

  return async (address, init) => {
    const url = new URL(address);
    const whom = way.proxy ? `${url.host} through the proxy ${way.proxy.shown}` : url.host;
    for (;;) {
      const progress: Progress = { stage: 'connecting' };
      try {
        return await answerTo(url, init, progress);
      } catch (error) {
        // Each call may be repeated, as all are whose answer gets lost.
        if (!(error instanceof KeptTooLong) || init.signal.aborted) throw wordsFor(error, whom, progress, init.signal);
      }
    }
  };
};
