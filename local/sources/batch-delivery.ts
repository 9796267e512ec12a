/**
 * Delivers batches of stream records. One that fails is tried again with back-off until it succeeds or is given up;
 * nothing behind it moves meanwhile.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { MappingModel } from '../resources/model.ts';
import { readOutcome } from './batch.ts';
import { failureDelivery } from './failure.ts';
import type { SourceParts } from './source.ts';
import type { StreamRecord } from './stream-reader.ts';

const MAXIMUM_BACK_OFF_MS = 5_000;

type Failed = { shard: string; records: readonly StreamRecord[]; attempts: number; error: string | undefined };

export class BatchDelivery {
  readonly #name: string;
  readonly #mapping: MappingModel;
  readonly #parts: SourceParts;
  readonly #signal: AbortSignal;

  /** `name`: of the source, for messages. `signal`: aborted when the source stops. */
  constructor(name: string, mapping: MappingModel, parts: SourceParts, signal: AbortSignal) {
    this.#name = name;
    this.#mapping = mapping;
    this.#parts = parts;
    this.#signal = signal;
  }

  /**
   * Tries `records` until they are done with, one way or the other, or the source stops. `progress` is told the
   * sequence number up to which all is done, when a part of the batch is.
   */
  async deliver(shard: string, records: readonly StreamRecord[], progress: (after: string) => void): Promise<void> {
    let pending = records;
    for (let attempts = 1; !this.#signal.aborted; attempts++) {
      const { first, error } = await this.#tryOnce(pending);
      if (first === undefined || this.#signal.aborted) return;
      const lastDone = pending[first - 1];
      if (lastDone) {
        progress(lastDone.dynamodb.SequenceNumber);
        pending = pending.slice(first);
        attempts = 1;
      }
      if (this.#givesUp({ shard, records: pending, attempts, error })) return;
      await this.#backOff(attempts, error);
      if (this.#mapping.bisects && !lastDone && pending.length > 1) {
        // Halves are batches of their own: the one that has the bad record fails again, the other goes through.
        const middle = Math.ceil(pending.length / 2);
        await this.deliver(shard, pending.slice(0, middle), progress);
        await this.deliver(shard, pending.slice(middle), progress);
        return;
      }
    }
  }

  /** `first`: the index of the first record that failed; `undefined`: none did. */
  async #tryOnce(records: readonly StreamRecord[]): Promise<{ first: number | undefined; error: string | undefined }> {
    const { functionArn, reportsItemFailures } = this.#mapping;
    const response = await this.#parts.invoker.invoke(functionArn, JSON.stringify({ Records: records }));
    const identifiers = new Set(records.map(({ dynamodb }) => dynamodb.SequenceNumber));
    const { failed, error } = readOutcome(response, reportsItemFailures, identifiers);
    if (failed === 'none') return { first: undefined, error };
    if (failed === 'all') return { first: 0, error };
    return { first: records.findIndex(({ dynamodb }) => failed.has(dynamodb.SequenceNumber)), error };
  }

  /** Whether these records have had their chances. If so, the failure destination is told. */
  #givesUp({ shard, records, attempts, error }: Failed): boolean {
    const { maxRetries, maxAgeSeconds, onFailureArn, functionArn } = this.#mapping;
    const born = (records[0]?.dynamodb.ApproximateCreationDateTime ?? Date.now() / 1000) * 1000;
    const isTooOld = maxAgeSeconds >= 0 && Date.now() - born > maxAgeSeconds * 1000;
    if (!isTooOld && (maxRetries < 0 || attempts <= maxRetries)) return false;
    this.#parts.log(`Gave up ${records.length} records of the ${this.#name}: ${error}`);
    const condition = isTooOld ? 'RecordAgeExceeded' : 'RetryAttemptsExhausted';
    if (onFailureArn !== undefined) {
      const failure = failureDelivery({ onFailureArn, functionArn, condition, attempts, shard, records });
      this.#parts.deliveries.add([failure]);
    }
    return true;
  }

  async #backOff(attempts: number, error: string | undefined): Promise<void> {
    this.#parts.log(`The ${this.#name} failed, and is tried again: ${error}`);
    const wait = Math.min(MAXIMUM_BACK_OFF_MS, this.#parts.firstRetryMs * 2 ** Math.min(attempts - 1, 16));
    await sleep(wait, undefined, { signal: this.#signal }).catch(() => {});
  }
}
