/** `asked.json`: which account at this PC asked for help through the agent that runs. Only the holder of the lock writes it. */
import { join } from 'node:path';
import { type JsonFile, jsonFile } from './json-file.ts';
import { number, object, optional, string } from './shape.ts';

/** `ticket` is a hash of what that account alone knows; `user` is the name it goes by, which nothing proves. */
const asker = { ticket: string, user: optional(string) };

const parse = object({
  /** The last request that was made through the agent. */
  current: optional(object({ id: string, ...asker })),
  /** Whose request was sent, when, and not yet answered. */
  trying: optional(object({ ...asker, at: optional(number) })),
});

export type AskedState = ReturnType<typeof parse>;
export type AskedFile = Pick<JsonFile<AskedState>, 'read' | 'write'>;

export const askedFile = (stateDir: string): JsonFile<AskedState> => jsonFile(join(stateDir, 'asked.json'), parse);
