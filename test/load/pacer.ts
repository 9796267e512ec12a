/**
 * Sends each request when it was meant to be sent, and times it from then on. A generator that waits for an answer before
 * it goes on sends less while the server is stuck, and so does not see what its callers would ("coordinated omission",
 * Gil Tene, "How NOT to Measure Latency"). Here a request that has to wait for an earlier one's answer is late, and says so.
 */
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import type { Measured, Recorder } from './recorder.ts';

/** In milliseconds since some start. */
export type Time = { now(): number; until(at: number): Promise<unknown> };

/** From now on. Timers are up to a millisecond late, so the last one is waited for by looking again. */
export const realTime = (): Time => {
  const start = performance.now();
  const now = () => performance.now() - start;
  return {
    now,
    until: async (at) => {
      const left = at - now();
      if (left > 2) await sleep(Math.floor(left) - 1);
      while (now() < at) await turn();
    },
  };
};

/** What is wrong is recorded, and what was to follow cannot. */
export class Abandoned extends Error {
  override readonly name = 'Abandoned';
}

export class Pacer {
  readonly time: Time;
  readonly recorder: Recorder;

  constructor(time: Time, recorder: Recorder) {
    this.time = time;
    this.recorder = recorder;
  }

  /** Waits until `at`; how late it then is, is the generator's own doing. */
  async until(at: number): Promise<void> {
    if (this.time.now() >= at) return;
    await this.time.until(at);
    this.recorder.lags.push(this.time.now() - at);
  }

  /** @param at when it is meant to start. @throws Abandoned where `send` fails, which is recorded */
  async request<T>(measured: Measured, at: number, send: () => Promise<T>): Promise<T> {
    await this.until(at);
    const sample = () => ({ at, latency: this.time.now() - at });
    try {
      const answer = await send();
      this.recorder.request(measured, sample());
      return answer;
    } catch (error) {
      this.recorder.request(measured, sample(), error);
      throw new Abandoned(measured.name, { cause: error });
    }
  }
}
