/** Reads a table's stream from the engine: shards, iterators, and records in the shape that Lambda gives them. */
import { createHash } from 'node:crypto';
import { type Engine, EngineError } from '../engines/transport.ts';
import { REGION } from '../identity.ts';

const TARGET = 'DynamoDBStreams_20120810';

/** A stream record as a function gets it. */
export type StreamRecord = {
  eventID: string;
  eventName: string;
  eventVersion: string;
  eventSource: 'aws:dynamodb';
  awsRegion: string;
  /** In seconds: `ApproximateCreationDateTime`. */
  dynamodb: { SequenceNumber: string; ApproximateCreationDateTime?: number } & Record<string, unknown>;
  userIdentity?: unknown;
  eventSourceARN: string;
};

export type Shard = { id: string; parent?: string };

/** The engine forgot the place that an iterator or a sequence number names. */
const LOST_PLACE = ['ExpiredIteratorException', 'TrimmedDataAccessException'];
export const hasLostItsPlace = (error: unknown): boolean =>
  error instanceof EngineError && LOST_PLACE.includes(error.name);

export class StreamReader {
  readonly #engine: Engine;
  readonly #engineArn: string;
  readonly #arn: string;

  /** `engineArn`: the stream as the engine knows it. `arn`: as the template and the functions know it. */
  constructor(engine: Engine, engineArn: string, arn: string) {
    this.#engine = engine;
    this.#engineArn = engineArn;
    this.#arn = arn;
  }

  get engineArn(): string {
    return this.#engineArn;
  }

  /** Every shard, parents before their children. */
  async shards(): Promise<Shard[]> {
    const { StreamDescription } = await this.#engine.call(`${TARGET}.DescribeStream`, { StreamArn: this.#engineArn });
    const { Shards = [] } = StreamDescription as { Shards?: { ShardId: string; ParentShardId?: string }[] };
    return Shards.map(({ ShardId, ParentShardId }) => ({
      id: ShardId,
      ...(ParentShardId && { parent: ParentShardId }),
    }));
  }

  /** An iterator behind the record `after`, or at the oldest record there is. */
  async iterator(shard: string, after: string | undefined): Promise<string> {
    const place =
      after === undefined
        ? { ShardIteratorType: 'TRIM_HORIZON' }
        : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: after };
    try {
      const { ShardIterator } = await this.#engine.call(`${TARGET}.GetShardIterator`, {
        StreamArn: this.#engineArn,
        ShardId: shard,
        ...place,
      });
      return String(ShardIterator);
    } catch (error) {
      if (after === undefined || !hasLostItsPlace(error)) throw error;
      return this.iterator(shard, undefined);
    }
  }

  /** Up to `limit` records, and the iterator behind them: none where the shard is closed and read to its end. */
  async records(iterator: string, limit: number): Promise<{ records: StreamRecord[]; next: string | undefined }> {
    const { Records, NextShardIterator } = await this.#engine.call(`${TARGET}.GetRecords`, {
      ShardIterator: iterator,
      Limit: Math.min(limit, 1000),
    });
    const records = ((Records ?? []) as StreamRecord[]).map((record) => ({
      ...record,
      // The engine counts from 1 in each table, and consumers rely on ids being unique.
      eventID: createHash('md5').update(`${this.#engineArn}/${record.dynamodb.SequenceNumber}`).digest('hex'),
      eventSource: 'aws:dynamodb' as const,
      awsRegion: REGION,
      eventSourceARN: this.#arn,
    }));
    return { records, next: typeof NextShardIterator === 'string' ? NextShardIterator : undefined };
  }
}
