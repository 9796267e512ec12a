/**
 * `provisioning.json`: how far this agent has come with enrolling itself. There from its first try until the token is out of the
 * file that had it, so that a process that is killed in between finishes that.
 */
import { join } from 'node:path';
import { type JsonFile, jsonFile } from './json-file.ts';
import { number, object, optional, string } from './shape.ts';

const parse = object({
  current: optional(
    object({
      /** The `provision.json`. */
      file: string,
      /** Why it is not let in yet, or why the token is not out of the file. */
      problem: optional(string),
      triedAt: number,
      nextTryAt: optional(number),
    }),
  ),
});

export type ProvisioningState = ReturnType<typeof parse>;
export type ProvisioningFile = Pick<JsonFile<ProvisioningState>, 'read' | 'write'>;

export const provisioningFile = (stateDir: string): JsonFile<ProvisioningState> =>
  jsonFile(join(stateDir, 'provisioning.json'), parse);
