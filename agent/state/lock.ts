/**
 * One agent per state directory. The holder is the process named in the `lock.N` with the highest N. Whoever finds that
 * process gone makes `lock.N+1`, which only one can; the newest file is never given back, so the numbers only rise, and
 * two that find the same dead holder at once cannot both win.
 */
import { link, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Refusal, reasonOf } from '../refusal.ts';
import { temporaryName } from './atomic-file.ts';
import { type JsonFile, readText } from './json-file.ts';
import { NotSaved, saving } from './not-saved.ts';
import { number, object, string } from './shape.ts';

/**
 * What tells a process from another that later gets the same id; `undefined` when no such process runs.
 * @throws when the system does not say; then the lock is not taken
 */
export type ProcessIdentity = (pid: number) => Promise<string | undefined>;

const parseHolder = object({ pid: number, identity: string });

const generations = async (stateDir: string): Promise<number[]> =>
  (await readdir(stateDir))
    .flatMap((name) => /^lock\.(\d+)$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);

const holderOf = async (path: string): Promise<{ pid: number; identity: string } | undefined> => {
  try {
    return parseHolder(JSON.parse((await readText(path)) ?? ''));
  } catch {
    return undefined;
  }
};

/** The process that works here, if one does. */
export const lockHolder = async (stateDir: string, identityOf: ProcessIdentity): Promise<number | undefined> => {
  const newest = (await generations(stateDir).catch(() => [])).at(-1);
  const holder = newest === undefined ? undefined : await holderOf(join(stateDir, `lock.${newest}`));
  return holder && (await identityOf(holder.pid)) === holder.identity ? holder.pid : undefined;
};

/**
 * Takes the lock until this process ends.
 * @throws Refusal when another agent that still runs has it @throws NotSaved
 */
export const takeLock = async (stateDir: string, identityOf: ProcessIdentity, pid = process.pid): Promise<void> => {
  const earlier = await generations(stateDir).catch((error: unknown) => {
    throw new Refusal(`${stateDir} cannot be read: ${reasonOf(error)}`);
  });
  const newest = earlier.at(-1) ?? 0;
  const holder = newest > 0 ? await holderOf(join(stateDir, `lock.${newest}`)) : undefined;
  if (holder && (await identityOf(holder.pid)) === holder.identity) {
    throw new Refusal(`Another agent (process ${holder.pid}) works on ${stateDir}.`);
  }
  const identity = await identityOf(pid);
  if (identity === undefined) throw new Refusal('The system does not say when this process started.');

  const own = join(stateDir, `lock.${newest + 1}`);
  const prepared = temporaryName(join(stateDir, 'lock'));
  const justStarted = new Refusal(`Another agent has just started to work on ${stateDir}.`);
  try {
    await saving(own, () => writeFile(prepared, JSON.stringify({ pid, identity }), { mode: 0o600, flag: 'wx' }));
    // A link, so that the file appears with its content, and only where there is none.
    await link(prepared, own);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw justStarted;
    throw error instanceof NotSaved ? error : new NotSaved(own, error);
  } finally {
    await rm(prepared, { force: true }).catch(() => undefined);
  }
  // Somebody faster may have taken this number and a higher one, and tidied this one away before we made it again.
  if ((await generations(stateDir)).at(-1) !== newest + 1) {
    await rm(own, { force: true });
    throw justStarted;
  }
  for (const old of earlier) await rm(join(stateDir, `lock.${old}`), { force: true });
};

/** The lock of an agent that also runs while the disk has no room for it: it is taken before the first thing that is written. */
export class Lock {
  readonly #stateDir: string;
  readonly #identityOf: ProcessIdentity;
  #held = false;

  constructor(stateDir: string, identityOf: ProcessIdentity) {
    this.#stateDir = stateDir;
    this.#identityOf = identityOf;
  }

  /** @throws Refusal when another agent that still runs has it @throws NotSaved */
  async take(): Promise<void> {
    if (this.#held) return;
    await takeLock(this.#stateDir, this.#identityOf);
    this.#held = true;
  }

  /** A file that is written only under the lock. */
  guarding<T>(file: JsonFile<T>): JsonFile<T> {
    const write = async (value: T): Promise<void> => {
      await this.take();
      await file.write(value);
    };
    return { path: file.path, read: file.read, write };
  }
}
