/**
 * What is kept of each device: 32 bytes, side by side. A device's turn comes long after its last one, when nothing of it is
 * in the processor's cache any more; side by side, one fetch brings it all, and `fetch` begins many of them at once.
 */

/** Times are virtual milliseconds, which as 32 bits reach to 24 days. */
export const FIELD = {
  dueMs: 0,
  bootedMs: 1,
  seenMs: 2,
  failures: 3,
  /** What the last answer said until the next poll. */
  paceMs: 4,
  /** How far it is with its restart, and when that goes on by itself. */
  stage: 5,
  actsAtMs: 6,
} as const;
type Field = (typeof FIELD)[keyof typeof FIELD];

const FIELDS = 8;

export class DeviceStates {
  readonly #values: Int32Array;
  /** Of no use, but what nobody keeps is not fetched. */
  fetched = 0;

  constructor(devices: number) {
    this.#values = new Int32Array(devices * FIELDS);
  }

  get(device: number, field: Field): number {
    return this.#values[device * FIELDS + field] as number;
  }

  /** @param value cut to an integer */
  set(device: number, field: Field, value: number): void {
    this.#values[device * FIELDS + field] = value;
  }

  /** Most of a run would be waiting for memory without this. @param from the first @param to the one after the last */
  fetch(devices: Int32Array, from: number, to: number): void {
    let all = 0;
    for (let i = from; i < to; i += 1) all ^= this.#values[(devices[i] as number) * FIELDS] as number;
    this.fetched = all;
  }
}
