/**
 * The access token, renewed when it must be, by one process at a time: a refresh token is single-use, and a second
 * refresh at the same time would be refused and look as if the access were lost.
 *
 * Between TeamViewer's answer to a refresh and the write of the new tokens there is a moment in which a process that
 * dies takes them with it. Nothing can be done then but to sign in again, which is what the failure says.
 */
import { type Clock, MINUTE } from '../../clock.ts';
import { ConnectorFailure } from '../ports.ts';
import type { Connection, Tokens } from './model.ts';
import type { OAuth } from './oauth.ts';
import { busy, type Pause, type Safe, WAIT_MS, WAITS } from './safe.ts';

/** What was read from the vault is good for this long: a connection that was given up is noticed, calls are few. */
const REMEMBERED_FOR_MS = MINUTE;
/** For a reader that is behind, or a refresher that was slow to write. */
const LOOKS = 15;

const notSignedIn = (): ConnectorFailure =>
  new ConnectorFailure('accessLost', 'Nobody is signed in at TeamViewer: an admin must sign in.');

const signInAgain = (): ConnectorFailure =>
  new ConnectorFailure(
    'accessLost',
    "TeamViewer no longer takes this connector's refresh token, because access was revoked there or a refresh was cut off: an admin must sign in again.",
  );

export type AccessToken = {
  /**
   * @param refused a token that TeamViewer has just refused, so another one is needed
   * @throws ConnectorFailure
   */
  get(refused?: string): Promise<string>;
  /** Forgets what it remembers of the vault. */
  forget(): void;
};

export const createAccessToken = (safe: Safe, oauth: OAuth, clock: Clock, pause: Pause): AccessToken => {
  let remembered: { tokens: Tokens; until: number } | undefined;
  let renewal: Promise<Tokens> | undefined;

  const isGood = (tokens: Tokens, refused: string | undefined): boolean =>
    tokens.accessToken !== refused && clock() < tokens.refreshAt;

  const connection = async (): Promise<Connection> => {
    const { connection: found } = await safe.read();
    if (!found) throw notSignedIn();
    return found;
  };

  /** Waits for tokens other than those that could not be refreshed. */
  const replaced = async (old: Connection, refused: string | undefined): Promise<Tokens> => {
    for (let look = 0; look < LOOKS; look += 1) {
      await pause(WAIT_MS);
      const { tokens } = await connection();
      if (tokens.refreshToken !== old.tokens.refreshToken && isGood(tokens, refused)) return tokens;
    }
    throw signInAgain();
  };

  const refresh = async (refused: string | undefined): Promise<Tokens> => {
    const secret = await safe.read();
    const old = secret.connection;
    if (!old) throw notSignedIn();
    if (isGood(old.tokens, refused)) return old.tokens;
    const tokens = await oauth.refresh(old);
    if (!tokens) return replaced(old, refused);
    await safe.replace({ ...secret, connection: { ...old, tokens } });
    return tokens;
  };

  const obtain = async (refused: string | undefined): Promise<Tokens> => {
    for (let wait = 0; wait < WAITS; wait += 1) {
      const { tokens } = await connection();
      if (isGood(tokens, refused)) return tokens;
      const refreshed = await safe.tryAlone(() => refresh(refused));
      if (refreshed) return refreshed.result;
      await pause(WAIT_MS);
    }
    throw busy();
  };

  return {
    get: async (refused) => {
      for (;;) {
        if (remembered && clock() < remembered.until && isGood(remembered.tokens, refused)) {
          return remembered.tokens.accessToken;
        }
        renewal ??= obtain(refused).finally(() => {
          renewal = undefined;
        });
        const tokens = await renewal;
        remembered = { tokens, until: clock() + REMEMBERED_FOR_MS };
        // A renewal that somebody else began may have found the very token that was refused to us.
        if (tokens.accessToken !== refused) return tokens.accessToken;
      }
    },
    forget: () => {
      remembered = undefined;
    },
  };
};
