/**
 * The runner's own database in DATA_DIR: what must outlive a `kill -9` and belongs to no engine (undelivered events,
 * stream checkpoints, notifications, the clock). Held under an exclusive lock, which is also what keeps a second
 * stack out of the same DATA_DIR: the operating system lets go of it however the process ends.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { messageOf, StartError } from './errors.ts';
import { makePrivateFolder } from './folder.ts';

export type Journal = {
  database: DatabaseSync;
  /** Runs `work` in one transaction; what it wrote is on disk when this returns. */
  transaction<T>(work: () => T): T;
  close(): void;
};

/** Opens, and locks, the journal in `dataDir`, which is created where it is missing. */
export const openJournal = (dataDir: string): Journal => {
  let database: DatabaseSync;
  try {
    const file = join(dataDir, 'runner.db');
    makePrivateFolder(dataDir, () => existsSync(file));
    database = new DatabaseSync(file);
  } catch (error) {
    throw new StartError(`Cannot write to DATA_DIR ${dataDir} (${messageOf(error)}): choose another one.`);
  }
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
    database.exec('BEGIN IMMEDIATE; COMMIT;');
  } catch (error) {
    database.close();
    if (messageOf(error).includes('full')) {
      throw new StartError(
        `Cannot write to DATA_DIR ${dataDir} (${messageOf(error)}): make room, or choose another one.`,
      );
    }
    if (!messageOf(error).includes('locked')) {
      throw new StartError(`DATA_DIR ${dataDir} cannot be read (${messageOf(error)}): delete it to start afresh.`);
    }
    throw new StartError(`Another local stack uses ${dataDir}: stop it, or set DATA_DIR to another folder.`);
  }
  return {
    database,
    transaction: (work) => {
      database.exec('BEGIN IMMEDIATE');
      try {
        const result = work();
        database.exec('COMMIT');
        return result;
      } catch (error) {
        database.exec('ROLLBACK');
        throw error;
      }
    },
    close: () => database.close(),
  };
};
