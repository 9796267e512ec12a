/**
 * By which way the server is reached: what the command line says, else what is kept for this agent, else the environment.
 * What is kept was given to this agent alone, and so it counts for more than what is set for a whole machine.
 */
import { BlockList, isIP } from 'node:net';
import { endpointOf } from './no-answer.ts';
import { isExcepted } from './no-proxy.ts';
import { type HttpProxy, parseProxy } from './proxy.ts';

export type NetworkSettings = {
  /** An address, or `none`. */
  readonly proxy?: string | undefined;
  readonly noProxy?: string | undefined;
  /** PEM or DER: certificates that are trusted beside those of Node and the system. */
  readonly caFile?: string | undefined;
};

/** What was given, and what names it in words: an option, a variable or a file. */
export type Sourced = { readonly value: string; readonly source: string };

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

const isLoopback = (hostname: string): boolean =>
  /^(.+\.)?localhost$/i.test(hostname) ||
  (isIP(hostname) !== 0 && LOOPBACK.check(hostname, isIP(hostname) === 6 ? 'ipv6' : 'ipv4'));

/** The first of the variables that is set to something. */
export const variable = (env: NodeJS.ProcessEnv, ...names: readonly string[]): Sourced | undefined => {
  for (const source of names) {
    const value = env[source]?.trim();
    if (value) return { value, source };
  }
  return undefined;
};

/** The proxy that the environment names for such a URL. As everywhere else, the lower-case variable counts first. */
export const proxyVariable = (env: NodeJS.ProcessEnv, protocol: 'http:' | 'https:'): Sourced | undefined => {
  const own = protocol === 'https:' ? ['https_proxy', 'HTTPS_PROXY'] : ['http_proxy', 'HTTP_PROXY'];
  return variable(env, ...own, 'all_proxy', 'ALL_PROXY');
};

export const noProxyVariable = (env: NodeJS.ProcessEnv): string | undefined =>
  variable(env, 'no_proxy', 'NO_PROXY')?.value;

export type Sources = {
  /** The command line. */
  readonly given: NetworkSettings;
  /** What is kept, and in which file. */
  readonly kept: NetworkSettings & { readonly path: string };
  readonly env: NodeJS.ProcessEnv;
};

/**
 * The proxy for the server's address; `undefined` where it is reached directly. The environment's proxies, which are meant
 * for a network, are not for this machine itself.
 * @throws Refusal for a proxy that cannot be used
 */
export const proxyFor = (url: URL, { given, kept, env }: Sources): HttpProxy | undefined => {
  const endpoint = endpointOf(url);
  const choose = (named: Sourced | undefined, noProxy: string | undefined): HttpProxy | undefined => {
    if (!named || named.value === 'none' || isExcepted(given.noProxy ?? noProxy ?? '', endpoint)) return undefined;
    return parseProxy(named.value, named.source);
  };
  if (given.proxy !== undefined) return choose({ value: given.proxy, source: '--proxy' }, undefined);
  if (kept.proxy !== undefined) return choose({ value: kept.proxy, source: kept.path }, kept.noProxy);
  if (isLoopback(endpoint.hostname)) return undefined;
  return choose(proxyVariable(env, url.protocol === 'https:' ? 'https:' : 'http:'), noProxyVariable(env));
};
