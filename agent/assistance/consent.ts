/** Asks the person whether the admin may connect. Only a "yes" is one: no terminal and no answer are none. */
import { createInterface } from 'node:readline';

/**
 * @param signal gives up
 * @returns `undefined` when nobody answered before that
 */
export type AskConsent = (admin: string, signal: AbortSignal) => Promise<boolean | undefined>;

type Terminal = { input: NodeJS.ReadableStream & { isTTY?: boolean }; write: (text: string) => void };

const given = (signal: AbortSignal): Promise<undefined> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });

/** Nobody can be asked here; somebody may still consent in another window, until the time is up. */
export const nobody: AskConsent = (_admin, signal) => given(signal);

/** The person said beforehand, with `--consent`. */
export const beforehand =
  (accepted: boolean): AskConsent =>
  async () =>
    accepted;

/** Asks on the terminal; a line other than yes is no. The input stays in the terminal's own mode, so that Ctrl-C works. */
export const onTerminal =
  ({ input, write }: Terminal): AskConsent =>
  async (admin, signal) => {
    const lines = createInterface({ input, terminal: false });
    try {
      write(`Allow ${admin} to connect? [y/N] `);
      const answered = new Promise<boolean | undefined>((resolve) => {
        lines.once('line', (line) => resolve(/^\s*y(es)?\s*$/i.test(line)));
        // The terminal was closed: whoever was there is not there any more.
        lines.once('close', () => resolve(false));
      });
      return await Promise.race([answered, given(signal)]);
    } finally {
      lines.close();
    }
  };
