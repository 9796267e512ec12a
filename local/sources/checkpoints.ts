/** How far each event source mapping has read each shard, in the journal: what makes streams survive a `kill -9`. */
import type { Journal } from '../journal.ts';

/** `after`: the last sequence number that is done with; `undefined`: from the beginning. */
export type Checkpoint = { after?: string; finished: boolean };

export class Checkpoints {
  readonly #journal: Journal;

  constructor(journal: Journal) {
    this.#journal = journal;
    journal.database.exec(
      'CREATE TABLE IF NOT EXISTS checkpoints (mapping TEXT NOT NULL, shard TEXT NOT NULL, after TEXT, ' +
        'finished INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (mapping, shard))',
    );
  }

  read(mapping: string, shard: string): Checkpoint | undefined {
    const row = this.#journal.database
      .prepare('SELECT after, finished FROM checkpoints WHERE mapping = ? AND shard = ?')
      .get(mapping, shard);
    if (!row) return undefined;
    const finished = Number(row['finished']) === 1;
    return row['after'] === null ? { finished } : { after: String(row['after']), finished };
  }

  write(mapping: string, shard: string, { after, finished }: Checkpoint): void {
    this.#journal.database
      .prepare('INSERT OR REPLACE INTO checkpoints VALUES (?, ?, ?, ?)')
      .run(mapping, shard, after ?? null, finished ? 1 : 0);
  }
}
