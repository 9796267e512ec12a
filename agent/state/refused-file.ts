/** `refused.json`: that the server does not take the credential, since when, and what it says of that. Only `run` writes it. */
import { join } from 'node:path';
import { type JsonFile, jsonFile } from './json-file.ts';
import { number, object, optional, string } from './shape.ts';

const parse = object({ refused: optional(object({ deviceId: string, since: number, detail: string })) });

export type RefusedState = ReturnType<typeof parse>;
export type RefusedFile = Pick<JsonFile<RefusedState>, 'read' | 'write'>;

export const refusedFile = (stateDir: string): JsonFile<RefusedState> =>
  jsonFile(join(stateDir, 'refused.json'), parse);
