/**
 * `network.json`: the proxy and the company's certificates that this agent was given, so that the service has them too. Beside
 * it a copy of those certificates: a file in somebody's home may be gone, or changed by them, when the service reads it.
 */
import { join } from 'node:path';
import type { NetworkSettings } from '../network/settings.ts';
import { type JsonFile, jsonFile } from './json-file.ts';
import { boolean, object, optional, string } from './shape.ts';

const parse = object({
  proxy: optional(string),
  noProxy: optional(string),
  caFile: optional(string),
  /** Found in the environment when the agent was installed: installing again looks there again. */
  proxyFromEnvironment: optional(boolean),
  caFromEnvironment: optional(boolean),
});

export type KeptNetwork = NetworkSettings & Partial<ReturnType<typeof parse>>;

export const networkFile = (stateDir: string): JsonFile<KeptNetwork> => jsonFile(join(stateDir, 'network.json'), parse);

/** Where the copy of the certificates lies. */
export const certificatesPath = (stateDir: string): string => join(stateDir, 'company-ca.pem');
