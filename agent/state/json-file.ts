/** One JSON file of the agent's state: written atomically, checked when it is read, and never silently reset. */
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Refusal, reasonOf } from '../refusal.ts';
import { NO_FOLLOW, writeFileAtomically } from './atomic-file.ts';
import { type Parse, parseJson } from './shape.ts';

export type JsonFile<T> = {
  readonly path: string;
  /** @returns `undefined` when it was never written @throws DamagedState, Refusal */
  read(): Promise<T | undefined>;
  /** @throws NotSaved */
  write(value: T): Promise<void>;
};

const MOVE_IT_AWAY = 'Repair it, or move it away.';

/** For what restarts depend on. */
export const ENROLL_ANEW =
  'Nothing is restarted until it is repaired, or the device is enrolled anew with "enroll --force".';

/** A state file that cannot be understood. It stays where it is, and a copy is kept whatever is done about it. */
export class DamagedState extends Refusal {}

/** Reads a text file; one that is not there is `undefined`, one that cannot be read, or is a link, is refused. */
export const readText = async (path: string): Promise<string | undefined> => {
  try {
    return await readFile(path, { encoding: 'utf8', flag: constants.O_RDONLY | NO_FOLLOW });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Refusal(`${path} cannot be read: ${reasonOf(error)}`);
  }
};

/** Keeps a copy under a name made from the content, so that starting again and again does not fill the disk. */
export const damaged = async (path: string, text: string, why: string, remedy: string): Promise<DamagedState> => {
  const aside = `${path}.damaged-${createHash('sha256').update(text).digest('hex').slice(0, 12)}`;
  const kept = await writeFileAtomically(aside, text).then(
    () => `a copy is kept in ${aside}`,
    (error: unknown) => `and no copy of it could be kept: ${reasonOf(error)}`,
  );
  return new DamagedState(`${path} is damaged (${why}); ${kept}. ${remedy}`);
};

/** @param parse throws for what is not a `T` @param remedy what to do about a damaged one */
export const jsonFile = <T>(path: string, parse: Parse<T>, remedy = MOVE_IT_AWAY): JsonFile<T> => ({
  path,
  read: async () => {
    const text = await readText(path);
    if (text === undefined) return undefined;
    try {
      return parse(parseJson(text));
    } catch (error) {
      throw await damaged(path, text, reasonOf(error), remedy);
    }
  },
  write: (value) => writeFileAtomically(path, `${JSON.stringify(value, null, 2)}\n`),
});
