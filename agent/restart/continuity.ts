/**
 * Whether this process has run without a break since it asked the server. A PC that slept, a process that was stopped or paged
 * out, a virtual machine that stood still: for as long as that lasted, a cancelling was not heard. A break shows as a beat that
 * comes late, and the clocks differ in what they show: the monotonic one counts sleep on Windows and macOS alone, the time
 * since the boot on all of them, and the wall clock may be set by anybody. So one of them that is off is enough.
 */
import type { Clock } from '../clock.ts';
import { clockOffset, hasJumped } from './deadlines.ts';

const BEAT_MS = 2_000;
/** So late, a beat is a break. What is missed within that is no more than what is missed between two polls. */
export const TOLERANCE_MS = 10_000;

type Moment = { readonly monotonic: number; readonly sinceBoot: number };

export class Continuity {
  readonly #clock: Pick<Clock, 'now' | 'monotonic' | 'sinceBoot' | 'every'>;
  #stop: (() => void) | undefined;
  #last: Moment | undefined;
  #offset = 0;

  constructor(clock: Pick<Clock, 'now' | 'monotonic' | 'sinceBoot' | 'every'>) {
    this.#clock = clock;
  }

  /** To be called before the server is asked. */
  begin(): void {
    this.#offset = clockOffset(this.#clock);
    this.#last = this.#moment();
    this.#stop ??= this.#clock.every(BEAT_MS, () => this.#beat());
  }

  /** Nothing is waited for any more; until it begins again it is broken. */
  end(): void {
    this.#stop?.();
    this.#stop = undefined;
    this.#last = undefined;
  }

  get isBroken(): boolean {
    // A late turn may come before the late beat.
    this.#beat();
    return this.#last === undefined || hasJumped(this.#offset, clockOffset(this.#clock));
  }

  #beat(): void {
    if (!this.#last) return;
    const now = this.#moment();
    const gap = Math.max(now.monotonic - this.#last.monotonic, now.sinceBoot - this.#last.sinceBoot);
    // Once broken it stays broken.
    this.#last = gap > TOLERANCE_MS ? undefined : now;
  }

  #moment(): Moment {
    return { monotonic: this.#clock.monotonic(), sinceBoot: this.#clock.sinceBoot() };
  }
}
