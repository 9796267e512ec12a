/** `request.json`: this device's request for help. Only the help commands write it. */
import { join } from 'node:path';
import { type JsonFile, jsonFile } from './json-file.ts';
import { number, object, optional, string } from './shape.ts';

const parse = object({
  /** The last request that the server took, and its state when it was last looked at. */
  current: optional(object({ id: string, deviceId: string, state: string })),
  /** One that was sent and not yet answered: the same words again use its key and make no second request. */
  pending: optional(object({ idempotencyKey: string, fingerprint: string, startedAt: number })),
});

export type RequestState = ReturnType<typeof parse>;
export type RequestFile = Pick<JsonFile<RequestState>, 'read' | 'write'>;

export const requestFile = (stateDir: string): JsonFile<RequestState> =>
  jsonFile(join(stateDir, 'request.json'), parse);
