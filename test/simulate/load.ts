/** How many of something there were in each second of virtual time. */

export class Load {
  #perSecond = new Uint32Array(4096);
  #end = 0;

  add(second: number): void {
    if (second >= this.#perSecond.length) {
      const longer = new Uint32Array(2 ** Math.ceil(Math.log2(second + 1)));
      longer.set(this.#perSecond);
      this.#perSecond = longer;
    }
    this.#perSecond[second] = (this.#perSecond[second] as number) + 1;
    if (second >= this.#end) this.#end = second + 1;
  }

  /** @param from the first second @param to the second after the last */
  total(from = 0, to = this.#end): number {
    let sum = 0;
    for (let second = from; second < Math.min(to, this.#end); second += 1) sum += this.#perSecond[second] as number;
    return sum;
  }

  /** @returns a second, on average over the whole time */
  rate(from: number, to: number): number {
    return this.total(from, to) / (to - from);
  }

  /** @returns a second, in the fullest bucket that lies wholly within the time */
  peak(bucketSeconds: number, from: number, to: number): number {
    let most = 0;
    for (let start = from; start + bucketSeconds <= to; start += bucketSeconds) {
      most = Math.max(most, this.rate(start, start + bucketSeconds));
    }
    return most;
  }

  /** @returns the seconds from `from` until this share of `all` has been counted; `undefined` when that never was */
  secondsUntil(share: number, all: number, from: number): number | undefined {
    let sum = 0;
    for (let second = from; second < this.#end; second += 1) {
      sum += this.#perSecond[second] as number;
      if (sum >= share * all) return second + 1 - from;
    }
    return undefined;
  }
}
