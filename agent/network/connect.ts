/** Opens connections: over TCP, with TLS on top, through a proxy's tunnel. Each ends in words when it does not come about. */
import { connect, isIP, type Socket } from 'node:net';
import { type DetailedPeerCertificate, type TLSSocket, connect as tlsConnect } from 'node:tls';
import { isUnknownIssuer, tlsWords } from './certificate-words.ts';
import { authorityOf, type Endpoint, NoAnswer } from './no-answer.ts';
import type { Trust } from './trust.ts';

/** Resolves with the socket once it is open, and ends it when the signal aborts before that. */
const opened = <S extends Socket>(
  socket: S,
  event: 'connect' | 'secureConnect',
  signal: AbortSignal,
  words: (error: Error) => string,
): Promise<S> =>
  new Promise((resolve, reject) => {
    const abort = () => socket.destroy(signal.reason as Error);
    const done = () => {
      signal.removeEventListener('abort', abort);
      socket.off('error', failed).off('close', closed).off(event, ready);
    };
    // Whoever uses it hears of its errors; one that nobody hears would end the process.
    socket.on('error', () => undefined);
    const ready = () => {
      done();
      resolve(socket);
    };
    const failed = (error: Error) => {
      done();
      reject(signal.aborted ? error : new NoAnswer(words(error), { cause: error }));
    };
    const closed = () => failed(new Error('the connection was closed'));
    socket.once('error', failed).once('close', closed).once(event, ready);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });

/** @param name what it is called in words @throws NoAnswer, or the signal's reason */
export const openTcp = (to: Endpoint, signal: AbortSignal, name = authorityOf(to)): Promise<Socket> =>
  opened(connect({ host: to.hostname, port: to.port }), 'connect', signal, () => `No connection to ${name}`);

const secure = async (to: Endpoint, below: Socket, trust: Trust, signal: AbortSignal): Promise<TLSSocket> => {
  const { hostname } = to;
  const socket = tlsConnect({
    socket: below,
    host: hostname,
    ...(isIP(hostname) === 0 && { servername: hostname }),
    secureContext: trust.context,
    ALPNProtocols: ['http/1.1'],
    // Whatever a machine-wide NODE_TLS_REJECT_UNAUTHORIZED says.
    rejectUnauthorized: true,
  });
  let leaf: DetailedPeerCertificate | undefined;
  // Before Node looks at the certificate itself: one that it refuses is gone with the connection. Not as an `X509Certificate`:
  // asked for that, Node 24 finds no address in it any more.
  socket.prependOnceListener('secure', () => {
    leaf = socket.getPeerCertificate(true);
  });
  try {
    return await opened(socket, 'secureConnect', signal, (error) => tlsWords(error, hostname, leaf, Date.now()));
  } catch (error) {
    below.destroy();
    throw error;
  }
};

/**
 * TLS with a host, over a connection that `below` opens. A certificate of an issuer that is not known is looked at once more,
 * on a new connection, with what the system trusts.
 * @throws NoAnswer, or the signal's reason
 */
export const openTls = async (
  to: Endpoint,
  below: () => Promise<Socket>,
  trust: Trust,
  signal: AbortSignal,
): Promise<TLSSocket> => {
  try {
    return await secure(to, await below(), trust, signal);
  } catch (error) {
    const isUnknown = error instanceof NoAnswer && isUnknownIssuer(error.cause);
    if (!isUnknown || !trust.widen()) throw error;
    return secure(to, await below(), trust, signal);
  }
};
