/**
 * `network.json`: the proxy and the company's certificates that this agent was given, so that the service has them too. Beside
 * it a copy of those certificates: a file in somebody's home may be gone, or changed by them, when the service reads it.
 */
import { join } from 'node:path';
import type { NetworkSettings } from '../network/settings.ts';
import { readCertificates } from '../network/trust.ts';
import { type JsonFile, jsonFile } from './json-file.ts';
import { object, optional, string } from './shape.ts';

export const CERTIFICATES = 'company-ca.pem';

const parse = object({ proxy: optional(string), noProxy: optional(string), caFile: optional(string) });

export const networkFile = (stateDir: string): JsonFile<NetworkSettings> =>
  jsonFile(join(stateDir, 'network.json'), parse);

/** A file that is to be written for this account alone. */
export type KeptFile = { readonly path: string; readonly text: string };

/**
 * The files that keep what was given, on top of what is kept.
 * @param caSource what names the file of certificates, for words
 * @throws Refusal for certificates that cannot be read
 */
export const networkFiles = (
  stateDir: string,
  kept: NetworkSettings,
  given: NetworkSettings,
  caSource: string,
): KeptFile[] => {
  const copy = join(stateDir, CERTIFICATES);
  const certificates = given.caFile === undefined ? undefined : readCertificates(given.caFile, caSource);
  // Exceptions are of the proxy that they came with.
  const proxy = given.proxy === undefined ? { proxy: kept.proxy, noProxy: given.noProxy ?? kept.noProxy } : given;
  const settings: NetworkSettings = {
    proxy: proxy.proxy,
    noProxy: proxy.noProxy,
    caFile: certificates ? copy : kept.caFile,
  };
  const settled = { path: networkFile(stateDir).path, text: `${JSON.stringify(settings, null, 2)}\n` };
  return certificates && given.caFile !== copy ? [{ path: copy, text: certificates.join('') }, settled] : [settled];
};
