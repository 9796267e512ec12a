/** What is kept of the way to the server, for the agent that runs and for later commands: what was given, on top of what was kept. */
import type { KeptNetwork } from '../state/network-file.ts';
import { parseProxy } from './proxy.ts';
import { type NetworkSettings, noProxyVariable, proxyVariable, type Sourced, variable } from './settings.ts';
import { readCertificates } from './trust.ts';

/** What is given, and by what. */
export type Given = {
  readonly proxy?: (Sourced & { readonly noProxy: string | undefined; readonly fromEnvironment: boolean }) | undefined;
  /** Exceptions in place of those that the proxy came with, or that are kept. */
  readonly noProxy?: string | undefined;
  readonly ca?: (Sourced & { readonly fromEnvironment: boolean }) | undefined;
};

/** By the command line, or by a file. @param source what names the proxy and the certificates, in words */
export const givenBy = (
  { proxy, noProxy, caFile }: NetworkSettings,
  source: { readonly proxy: string; readonly caFile: string },
): Given => ({
  ...(proxy !== undefined && { proxy: { value: proxy, source: source.proxy, noProxy, fromEnvironment: false } }),
  noProxy,
  ...(caFile !== undefined && { ca: { value: caFile, source: source.caFile, fromEnvironment: false } }),
});

/** What installing finds in the environment, which the service does not have; not in place of what was given to this agent. */
export const foundIn = (env: NodeJS.ProcessEnv, kept: KeptNetwork): Given => {
  const proxy = proxyVariable(env, 'https:');
  const ca = variable(env, 'NODE_EXTRA_CA_CERTS');
  const isFree = {
    proxy: kept.proxy === undefined || kept.proxyFromEnvironment,
    ca: kept.caFile === undefined || kept.caFromEnvironment,
  };
  return {
    ...(proxy && isFree.proxy && { proxy: { ...proxy, noProxy: noProxyVariable(env), fromEnvironment: true } }),
    ...(ca && isFree.ca && { ca: { ...ca, fromEnvironment: true } }),
  };
};

export type Keeping = {
  readonly settings: KeptNetwork;
  /** The text of the copy that is kept of the certificates, as PEM; absent where none were given. */
  readonly certificates: string | undefined;
  /** What was given, in words without a password. */
  readonly shown: { readonly proxy: string | undefined; readonly ca: string | undefined };
};

/** Of both the proxy that is given and the one that is kept. */
const exceptionsOf = ({ proxy, noProxy }: Given): string | undefined => noProxy ?? proxy?.noProxy;

const proxyWords = (given: Given): string | undefined => {
  const { proxy } = given;
  const noProxy = exceptionsOf(given);
  if (!proxy) return noProxy === undefined ? undefined : `no proxy for ${noProxy}`;
  const { value, source } = proxy;
  if (value === 'none') return `no proxy (${source})`;
  const { shown, authorization } = parseProxy(value, source);
  const withUser = authorization === undefined ? '' : ' with a user and a password';
  return `the proxy ${shown}${withUser} (${source})${noProxy ? `, and none for ${noProxy}` : ''}`;
};

/**
 * @param copy where the certificates are to lie
 * @returns `undefined` where nothing is given
 * @throws Refusal for a proxy or certificates that cannot be used
 */
export const keepingOf = (kept: KeptNetwork, given: Given, copy: string): Keeping | undefined => {
  const { proxy, ca } = given;
  const noProxy = exceptionsOf(given);
  if (!proxy && !ca && noProxy === undefined) return undefined;
  const certificates = ca && readCertificates(ca.value, ca.source).join('');
  const settings: KeptNetwork = {
    ...kept,
    // Exceptions are those of the proxy that they came with.
    ...(proxy && { proxy: proxy.value, noProxy, proxyFromEnvironment: proxy.fromEnvironment }),
    ...(!proxy && noProxy !== undefined && { noProxy }),
    ...(ca && { caFile: copy, caFromEnvironment: ca.fromEnvironment }),
  };
  const caWords = ca && `the certificates of ${ca.value} (${ca.source})`;
  return { settings, certificates, shown: { proxy: proxyWords(given), ca: caWords } };
};
