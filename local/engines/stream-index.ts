/**
 * The engine keeps the records of all streams in one table, and goes through the whole of it for each write's sequence
 * number and for each read: ten thousand records in, a write takes ten times as long. With these indexes it looks them up.
 */
import { DatabaseSync } from 'node:sqlite';
import { messageOf } from '../errors.ts';

const NUMBER = 'CAST(sequence_number AS INTEGER)';
const INDEXES = {
  stream_next: `table_name, ${NUMBER}`,
  stream_place: `table_name, shard_id, ${NUMBER}`,
  stream_ends: 'table_name, shard_id, sequence_number',
};

/** Of a running engine. An engine that keeps its records otherwise goes on as it is. */
export const indexStreams = (file: string, log: (line: string) => void): void => {
  try {
    const database = new DatabaseSync(file);
    try {
      database.exec('PRAGMA busy_timeout = 5000');
      for (const [name, columns] of Object.entries(INDEXES)) {
        database.exec(`CREATE INDEX IF NOT EXISTS ${name} ON _stream_records (${columns})`);
      }
    } finally {
      database.close();
    }
  } catch (error) {
    log(`The DynamoDB engine's streams have no index, and slow down as they grow: ${messageOf(error)}`);
  }
};
