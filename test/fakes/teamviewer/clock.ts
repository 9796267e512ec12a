/** The fake's own clock, which can be put forward. */
export type FakeClock = { now(): number; advance(ms: number): void };

export const createClock = (): FakeClock => {
  let ahead = 0;
  return {
    now: () => Date.now() + ahead,
    advance: (ms) => {
      ahead += ms;
    },
  };
};

/** `2026-01-31T12:00:00Z` */
export const date = (instant: number): string => `${new Date(instant).toISOString().slice(0, 19)}Z`;
