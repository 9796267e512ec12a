/** What the documentation leaves open, or what tests need smaller. */
export type FakeSettings = {
  /** `open` by the documentation; seen as `Open` and as a number too. */
  writeState(state: 'open' | 'closed'): unknown;
  /** Of a list of sessions. */
  pageSize: number;
  tokenLivesSeconds: number;
};

export const defaultSettings = (): FakeSettings => ({
  writeState: (state) => state,
  pageSize: 1000,
  tokenLivesSeconds: 86_400,
});
