/**
 * What each device does next, by the second: a calendar queue. A second's devices are kept in chunks, one after the other
 * in memory, so that going through a second does not wait for memory once for each device.
 */

/** More than the longest wait there is, 1.5 × 3600 seconds. */
const SECONDS = 8192;
const CHUNK = 256;

export class Calendar {
  /** The full chunks of each second, and the one that is being filled. */
  readonly #chunks: Int32Array[][] = Array.from({ length: SECONDS }, () => []);
  readonly #counts = new Int32Array(SECONDS);
  readonly #free: Int32Array[] = [];
  /** What the last `take` took, from the beginning. */
  readonly taken: Int32Array;

  constructor(devices: number) {
    this.taken = new Int32Array(devices);
  }

  /** @param second of virtual time, not before the one that is being taken and less than 8192 after it */
  put(device: number, second: number): void {
    const slot = second % SECONDS;
    const chunks = this.#chunks[slot] as Int32Array[];
    const count = this.#counts[slot] as number;
    const place = count % CHUNK;
    if (place === 0) chunks.push(this.#free.pop() ?? new Int32Array(CHUNK));
    (chunks[chunks.length - 1] as Int32Array)[place] = device;
    this.#counts[slot] = count + 1;
  }

  /**
   * Takes out what is in a second so far; what is put into it later is left for the next call.
   * @returns how many devices there are in `taken`
   */
  take(second: number): number {
    const slot = second % SECONDS;
    const chunks = this.#chunks[slot] as Int32Array[];
    const count = this.#counts[slot] as number;
    for (let i = 0; i < count; i += CHUNK) {
      const chunk = chunks[i / CHUNK] as Int32Array;
      this.taken.set(i + CHUNK <= count ? chunk : chunk.subarray(0, count - i), i);
      this.#free.push(chunk);
    }
    chunks.length = 0;
    this.#counts[slot] = 0;
    return count;
  }
}
