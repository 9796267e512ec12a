/** A proxy, as an administrator writes it: `http://user:password@proxy.example.com:8080`, with or without its scheme. */
import { Refusal } from '../refusal.ts';
import { authorityOf, type Endpoint, endpointOf } from './no-answer.ts';

export type HttpProxy = Endpoint & {
  /** Whether it is spoken to over TLS. */
  readonly secure: boolean;
  /** The `Proxy-Authorization` header; absent where it was given without a user. */
  readonly authorization: string | undefined;
  /** Its address without the password. */
  readonly shown: string;
};

const HOW = 'Write it as http://HOST:PORT or http://USER:PASSWORD@HOST:PORT';

/** What a URL would take for an end of the password, or of the host. */
const ESCAPES = 'in a user or password write % as %25, \\ as %5C, / as %2F, ? as %3F, # as %23 and @ as %40';

/** @throws URIError for a `%` that is no escape */
const basic = ({ username, password }: URL): string => {
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return `Basic ${Buffer.from(pair).toString('base64')}`;
};

/**
 * @param text may lack the scheme, which is then http
 * @param source what names it: an option, a variable or a file
 * @throws Refusal in words that hold neither user nor password
 */
export const parseProxy = (text: string, source: string): HttpProxy => {
  const refuse = (why: string): never => {
    throw new Refusal(`The proxy that ${source} names ${why}. ${HOW}; ${ESCAPES}.`);
  };
  const given = text.trim();
  const scheme = /^([a-z][a-z\d+.-]*):\/\//i.exec(given)?.[1]?.toLowerCase();
  if (scheme !== undefined && scheme !== 'http' && scheme !== 'https') {
    return refuse(`is of the kind ${scheme}, and the agent speaks to http and https proxies alone`);
  }
  const address = scheme === undefined ? `http://${given}` : given;
  // A URL would read it as a slash, and the user as the host.
  if (!URL.canParse(address) || /[\\\s]/.test(address)) return refuse('cannot be understood');
  const url = new URL(address);
  if (url.pathname !== '/' || url.search || url.hash) return refuse('has something behind its port');
  const endpoint = endpointOf(url);
  try {
    const authorization = url.username || url.password ? basic(url) : undefined;
    const { protocol } = url;
    return {
      ...endpoint,
      secure: protocol === 'https:',
      authorization,
      shown: `${protocol}//${authorityOf(endpoint)}`,
    };
  } catch {
    return refuse('has a % in its user or password that begins no escape');
  }
};
