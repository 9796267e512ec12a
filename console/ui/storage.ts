/** Browser storage that may be missing, full or forbidden: then nothing is kept, and nothing breaks. */

export type Store = {
  get(key: string): string | undefined;
  set(key: string, value: string): void;
  remove(key: string): void;
  /** Removes all that this console keeps in it. */
  clear(): void;
};

const PREFIX = 'remote-assist.';

const attempt = <T>(action: () => T): T | undefined => {
  try {
    return action();
  } catch {
    return undefined;
  }
};

const storeOf = (storage: () => Storage): Store => ({
  get: (key) => attempt(() => storage().getItem(PREFIX + key)) ?? undefined,
  set: (key, value) => attempt(() => storage().setItem(PREFIX + key, value)),
  remove: (key) => attempt(() => storage().removeItem(PREFIX + key)),
  clear: () =>
    attempt(() => {
      const own = Object.keys(storage()).filter((key) => key.startsWith(PREFIX));
      for (const key of own) storage().removeItem(key);
    }),
});

/** Preferences of this browser. Never a token. */
export const browserStore = storeOf(() => window.localStorage);

/** What belongs to this tab and ends with it: drafts, and whom to sign in again. Never a token. */
export const tabStore = storeOf(() => window.sessionStorage);

/** The tab's own storage, for whoever must have one; `undefined` where there is none that keeps what it is given. */
export const workingTabStorage = (): Storage | undefined =>
  attempt(() => {
    const storage = window.sessionStorage;
    const key = `${PREFIX}probe`;
    storage.setItem(key, key);
    storage.removeItem(key);
    return storage;
  });
