/** A way to a host through a proxy, with CONNECT (RFC 9110, 9.3.6). The proxy sees the host's name, and TLS hides the rest. */
import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { openTcp, openTls } from './connect.ts';
import { authorityOf, type Endpoint, NoAnswer } from './no-answer.ts';
import type { HttpProxy } from './proxy.ts';
import type { Trust } from './trust.ts';

/** The connection to the proxy itself. */
export const openProxy = (proxy: HttpProxy, trust: Trust, signal: AbortSignal): Promise<Socket> => {
  const below = () => openTcp(proxy, signal, `the proxy ${proxy.shown}`);
  return proxy.secure ? openTls(proxy, below, trust, signal) : below();
};

/** Why a proxy asks for credentials again, for whoever has to give it the right ones. */
export const credentialsWords = ({ shown, authorization }: HttpProxy, challenge: string | undefined): string => {
  const schemes = [...(challenge ?? '').matchAll(/(?:^|,)\s*([A-Za-z][\w-]*)(?=\s|,|$)/g)].map(([, name]) => name);
  if (schemes.length > 0 && !schemes.some((name) => name?.toLowerCase() === 'basic')) {
    return `The proxy ${shown} wants a sign-in by ${schemes.join(' or ')} (407), and the agent can do Basic alone`;
  }
  return authorization === undefined
    ? `The proxy ${shown} wants a user and a password (407 Proxy Authentication Required): give it as http://USER:PASSWORD@…`
    : `The proxy ${shown} does not take the user and password that it is given (407 Proxy Authentication Required)`;
};

const refusalWords = (
  proxy: HttpProxy,
  to: Endpoint,
  { statusCode, statusMessage, headers }: IncomingMessage,
): string =>
  statusCode === 407
    ? credentialsWords(proxy, headers['proxy-authenticate'])
    : `The proxy ${proxy.shown} does not connect to ${authorityOf(to)}: ${statusCode} ${statusMessage}`;

/** @throws NoAnswer, or the signal's reason */
export const openTunnel = async (
  proxy: HttpProxy,
  to: Endpoint,
  trust: Trust,
  signal: AbortSignal,
): Promise<Socket> => {
  const socket = await openProxy(proxy, trust, signal);
  const path = authorityOf(to);
  const { authorization } = proxy;
  const headers = { host: path, ...(authorization !== undefined && { 'proxy-authorization': authorization }) };
  return new Promise((resolve, reject) => {
    const fail = (words: string, cause?: Error) => {
      socket.destroy();
      reject(signal.aborted ? signal.reason : new NoAnswer(words, cause && { cause }));
    };
    httpRequest({ method: 'CONNECT', path, headers, createConnection: () => socket, signal })
      .once('connect', (answer: IncomingMessage, _socket: Socket, early: Buffer) => {
        const { statusCode = 0 } = answer;
        if (statusCode < 200 || statusCode > 299) return fail(refusalWords(proxy, to, answer));
        if (early.length > 0) socket.unshift(early);
        resolve(socket);
      })
      .on('error', (error) => fail(`The proxy ${proxy.shown} gives no answer`, error))
      .end();
  });
};
