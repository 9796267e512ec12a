/** Time for tests: it stands still until a test moves it. */
import { type Clock, DAY, HOUR, type Instant, MINUTE, SECOND } from '../../../lib/clock.ts';

export { DAY, HOUR, MINUTE, SECOND };

export const T0: Instant = Date.UTC(2026, 0, 31, 12);

export type SettableClock = Clock & { set(now: Instant): void; advance(ms: number): void };

export const settableClock = (start: Instant = T0): SettableClock => {
  let now = start;
  return Object.assign(() => now, {
    set: (to: Instant) => {
      now = to;
    },
    advance: (ms: number) => {
      now += ms;
    },
  });
};
