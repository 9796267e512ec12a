/** Feeds a function from a table's stream, as Lambda does: shard by shard, in order, at least once. */
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../errors.ts';
import { compilePattern, type Matcher } from '../events/pattern.ts';
import type { MappingModel } from '../resources/model.ts';
import type { WakeKey } from '../waker.ts';
import { BatchDelivery } from './batch-delivery.ts';
import type { Checkpoints } from './checkpoints.ts';
import type { EventSource, SourceParts } from './source.ts';
import { hasLostItsPlace, type StreamReader, type StreamRecord } from './stream-reader.ts';

/** How often an idle stream is looked at. A write through the gateway wakes it at once, so this is for other writers. */
const LOOK_EVERY_MS = 500;
/** In the place of a shard's id: the mapping has been started before. */
const BEGUN = '*';

const lastOf = (records: readonly StreamRecord[]): string | undefined => records.at(-1)?.dynamodb.SequenceNumber;

export class StreamSource implements EventSource {
  readonly name: string;
  /** While set, it passes over what it would feed its function with, as if the stream had kept that for too short. */
  isLosing = false;
  readonly #mapping: MappingModel;
  readonly #wakeKey: WakeKey;
  readonly #reader: StreamReader;
  readonly #checkpoints: Checkpoints;
  readonly #parts: SourceParts;
  readonly #filters: Matcher[];
  readonly #batches: BatchDelivery;
  readonly #stop = new AbortController();
  /** Looks at the stream that found nothing, and records that were seen: `isIdle` waits for a look of its own. */
  #emptyLooks = 0;
  #busy = true;
  #loop: Promise<void> | undefined;

  constructor(
    mapping: MappingModel,
    table: string,
    reader: StreamReader,
    checkpoints: Checkpoints,
    parts: SourceParts,
  ) {
    this.name = `stream of ${table} → ${mapping.logicalId}`;
    this.#mapping = mapping;
    this.#wakeKey = `table:${table}`;
    this.#reader = reader;
    this.#checkpoints = checkpoints;
    this.#parts = parts;
    this.#batches = new BatchDelivery(this.name, mapping, parts, this.#stop.signal);
    this.#filters = mapping.filters.map((filter) => compilePattern(filter, mapping.logicalId, 'lambda'));
  }

  get functionArn(): string {
    return this.#mapping.functionArn;
  }

  /** One table made again has a stream of another name, and none of the old one's places. */
  get #key(): string {
    return `${this.#mapping.logicalId}/${this.#reader.engineArn}`;
  }

  async start(): Promise<void> {
    await this.#begin();
    this.#loop = this.#run();
  }

  async isIdle(): Promise<boolean> {
    const before = this.#emptyLooks;
    // Two looks: the first may have begun before this was asked.
    while (this.#emptyLooks < before + 2 && !this.#stop.signal.aborted) {
      if (this.#busy) return false;
      this.#parts.waker.wake(this.#wakeKey);
      await sleep(2);
    }
    return !this.#busy;
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#loop;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const seen = this.#parts.waker.count(this.#wakeKey);
      let failed = false;
      try {
        for (const shard of await this.#reader.shards()) {
          const checkpoint = this.#checkpoints.read(this.#key, shard.id);
          if (!checkpoint?.finished) await this.#readShard(shard.id, checkpoint?.after);
        }
      } catch (error) {
        if (signal.aborted) return;
        if (hasLostItsPlace(error)) continue;
        failed = true;
        this.#parts.log(`Reading the ${this.name} failed, and is tried again: ${messageOf(error)}`);
      }
      // A stream without records has no shard in some engines, and a closed shard's children come a moment later.
      this.#busy = failed;
      this.#emptyLooks++;
      await this.#parts.waker.wait(this.#wakeKey, LOOK_EVERY_MS, seen, signal);
    }
  }

  /** Reads one shard until it is closed, or for ever. */
  async #readShard(shard: string, after: string | undefined): Promise<void> {
    const { signal } = this.#stop;
    let iterator: string | undefined = await this.#reader.iterator(shard, after);
    while (!signal.aborted && iterator !== undefined) {
      const seen = this.#parts.waker.count(this.#wakeKey);
      const { records, next }: Awaited<ReturnType<StreamReader['records']>> = await this.#reader.records(
        iterator,
        this.#mapping.batchSize,
      );
      if (records.length > 0) {
        this.#busy = true;
        await this.#process(shard, records);
      } else if (next !== undefined) {
        this.#busy = false;
        this.#emptyLooks++;
        await this.#parts.waker.wait(this.#wakeKey, LOOK_EVERY_MS, seen, signal);
      }
      iterator = next;
    }
    if (signal.aborted) return;
    const done = this.#checkpoints.read(this.#key, shard)?.after;
    this.#checkpoints.write(this.#key, shard, { finished: true, ...(done !== undefined && { after: done }) });
  }

  /**
   * On the very first start of a mapping from `LATEST`, passes over what was there before it. The place is remembered,
   * so that a later start goes on from here; shards that come later are read from their beginning.
   */
  async #begin(): Promise<void> {
    if (this.#checkpoints.read(this.#key, BEGUN)) return;
    if (this.#mapping.startingPosition === 'LATEST') {
      for (const { id } of await this.#reader.shards()) this.#save(id, await this.#latest(id));
    }
    this.#checkpoints.write(this.#key, BEGUN, { finished: true });
  }

  /** The sequence number of the newest record in `shard`. */
  async #latest(shard: string): Promise<string | undefined> {
    let iterator: string | undefined = await this.#reader.iterator(shard, undefined);
    let after: string | undefined;
    while (iterator !== undefined) {
      const { records, next }: Awaited<ReturnType<StreamReader['records']>> = await this.#reader.records(
        iterator,
        1000,
      );
      if (records.length === 0) break;
      after = lastOf(records);
      iterator = next;
    }
    return after;
  }

  async #process(shard: string, records: readonly StreamRecord[]): Promise<void> {
    const wanted =
      this.#filters.length === 0
        ? records
        : records.filter((record) => this.#filters.some((matches) => matches(record)));
    if (wanted.length > 0 && !this.isLosing)
      await this.#batches.deliver(shard, wanted, (done) => this.#save(shard, done));
    if (!this.#stop.signal.aborted) this.#save(shard, lastOf(records));
  }

  #save(shard: string, after: string | undefined): void {
    if (after !== undefined) this.#checkpoints.write(this.#key, shard, { after, finished: false });
  }
}
