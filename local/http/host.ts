/**
 * A server on loopback is reached by every page of a browser on this machine, and under any name that somebody has
 * point here: so it answers only to its own names. (DNS rebinding: https://en.wikipedia.org/wiki/DNS_rebinding)
 */
import type { IncomingMessage } from 'node:http';

const NAMES = ['127.0.0.1', 'localhost'];
const DEFAULT_PORT = 80;

/** Whether the request names this server as `Host`: by its address or `localhost`, with the port that it listens on. */
export const namesThisServer = ({ headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>): boolean => {
  const port = socket.localPort;
  const host = headers.host?.toLowerCase();
  return NAMES.some((name) => host === `${name}:${port}` || (port === DEFAULT_PORT && host === name));
};

/** What devices call. A page has no credential for any of it, and between a PC and the stack may be proxies under names of their own. */
const FOR_DEVICES = /^\/v1\/(agent|enrollments)(\/|\?|$)/;

/** Whether the request may be answered: one that names this server, or one that only a device can make. */
export const isAddressedHere = (request: Pick<IncomingMessage, 'headers' | 'socket' | 'url'>): boolean =>
  namesThisServer(request) || FOR_DEVICES.test(request.url ?? '');
