/** Counts the functions' calls to AWS, for tests and benchmarks that hold the design to its cost per operation. */

export type CallCount = { function: string; service: string; action: string; count: number };

export class CallCounts {
  readonly #counts = new Map<string, CallCount>();

  add(name: string, service: string, action: string): void {
    const key = `${name}/${service}/${action}`;
    const known = this.#counts.get(key) ?? { function: name, service, action, count: 0 };
    known.count++;
    this.#counts.set(key, known);
  }

  /** What has been counted since the last `clear`; of one function where `name` is given. */
  list(name?: string): CallCount[] {
    return [...this.#counts.values()].filter((entry) => name === undefined || entry.function === name);
  }

  clear(): void {
    this.#counts.clear();
  }
}
