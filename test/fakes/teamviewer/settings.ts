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

const STATES: Readonly<Record<string, FakeSettings['writeState']>> = {
  open: (state) => state,
  Open: (state) => (state === 'open' ? 'Open' : 'Closed'),
  number: (state) => (state === 'open' ? 1 : 2),
};

/** What can be set by hand: how a state is written, and for how long the next tokens live. */
export const changeSettings = (
  settings: FakeSettings,
  wanted: { states?: string; tokenLivesSeconds?: number },
): boolean => {
  const { states, tokenLivesSeconds } = wanted;
  const writeState = states === undefined ? settings.writeState : STATES[states];
  const isLife = tokenLivesSeconds === undefined || (typeof tokenLivesSeconds === 'number' && tokenLivesSeconds > 0);
  if (!writeState || !isLife) return false;
  settings.writeState = writeState;
  settings.tokenLivesSeconds = tokenLivesSeconds ?? settings.tokenLivesSeconds;
  return true;
};
