/**
 * The functions' clock: real time plus an offset that only grows. The offset lies in shared memory, so that moving it
 * is seen by running workers at once, and in the journal, so that it outlives the runner.
 */
import type { Journal } from './journal.ts';

export type Clock = {
  /** Milliseconds since the epoch, as the functions see them. */
  now(): number;
  /** Moves the clock forward; returns the new `now()`. */
  advance(milliseconds: number): number;
  /** One signed 64-bit integer: the offset in milliseconds. */
  shared: SharedArrayBuffer;
};

/** Opens the clock as the last run left it. */
export const openClock = ({ database }: Journal): Clock => {
  database.exec('CREATE TABLE IF NOT EXISTS clock (id INTEGER PRIMARY KEY CHECK (id = 0), offset_ms INTEGER NOT NULL)');
  const row = database.prepare('SELECT offset_ms FROM clock').get();
  const save = database.prepare('INSERT OR REPLACE INTO clock VALUES (0, ?)');
  const shared = new SharedArrayBuffer(8);
  const offset = new BigInt64Array(shared);
  Atomics.store(offset, 0, BigInt(Number(row?.['offset_ms'] ?? 0)));
  const now = () => Date.now() + Number(Atomics.load(offset, 0));
  return {
    now,
    shared,
    advance: (milliseconds) => {
      const next = Atomics.load(offset, 0) + BigInt(Math.round(milliseconds));
      save.run(next);
      Atomics.store(offset, 0, next);
      return now();
    },
  };
};
