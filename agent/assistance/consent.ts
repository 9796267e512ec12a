/** Asks the person whether the admin may connect. Only a "yes" is one: no terminal and no answer are none. */
import type { Terminal } from '../person/terminal.ts';

/**
 * @param signal gives up
 * @returns `undefined` when nobody answered before that
 */
export type AskConsent = (admin: string, signal: AbortSignal) => Promise<boolean | undefined>;

export const untilClosed = (signal: AbortSignal): Promise<undefined> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });

/** Nobody can be asked here; somebody may still consent in another window, until the time is up. */
export const nobody: AskConsent = (_admin, signal) => untilClosed(signal);

/** The person said beforehand, with `--consent`. */
export const beforehand =
  (accepted: boolean): AskConsent =>
  async () =>
    accepted;

/** Asks on the terminal, again after a line that is neither; Enter alone, pressed by whoever waits, refuses nobody. */
export const onTerminal =
  (terminal: Pick<Terminal, 'ask'>): AskConsent =>
  async (admin, signal) => {
    for (let question = `Allow ${admin} to connect? [y/n] `; ; question = 'Type y to allow it, or n to refuse: ') {
      const line = await terminal.ask(question, signal);
      if (signal.aborted) return undefined;
      // The terminal was closed: whoever was there is not there any more.
      if (line === undefined || /^\s*no?\s*$/i.test(line)) return false;
      if (/^\s*y(es)?\s*$/i.test(line)) return true;
    }
  };
