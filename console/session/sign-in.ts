/**
 * Signing in at the stage's issuer: authorization code with PKCE. Tokens live in this module's memory alone; what the
 * sign-in needs between leaving and coming back lies in the tab's sessionStorage until then.
 */
import { InMemoryWebStorage, type User, UserManager, WebStorageStateStore } from 'oidc-client-ts';
import { CONSOLE_PATH, SIGNED_IN_PATH } from '../../lib/api/console.ts';
import { tabStore } from '../ui/storage.ts';
import { settings } from './settings.ts';

/** Whom a reload signs in again; no secret, and the tab's own, so that two tabs may be two people. */
const HINT = 'signInHint';

const { origin } = window.location;

const users = new UserManager({
  authority: settings.issuer,
  client_id: settings.clientId,
  scope: settings.scopes.join(' '),
  redirect_uri: `${origin}${SIGNED_IN_PATH}`,
  post_logout_redirect_uri: `${origin}${CONSOLE_PATH}`,
  userStore: new WebStorageStateStore({ store: new InMemoryWebStorage() }),
  stateStore: new WebStorageStateStore({ store: window.sessionStorage }),
  automaticSilentRenew: false,
  monitorSession: false,
  ...(settings.parameters && { extraQueryParams: { ...settings.parameters } }),
});

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/** Entra ID and the local issuer say in `login_hint` how to name the same account again. */
const hintOf = ({ profile }: User): string | undefined =>
  text(profile['login_hint']) ?? text(profile['preferred_username']) ?? text(profile['email']);

/**
 * Leaves for the issuer. The promise never settles, since the page is left.
 * @param address where to come back to: path and query
 */
export const leaveToSignIn = async (address: string, hint = tabStore.get(HINT)): Promise<never> => {
  await users.signinRedirect({ state: address, ...(hint !== undefined && { login_hint: hint }) });
  return new Promise<never>(() => {});
};

/** The address as it is, without the parameters that were for the sign-in alone. */
const addressNow = (): string => {
  const url = new URL(window.location.href);
  url.searchParams.delete('as');
  return url.pathname + url.search + url.hash;
};

/** What an issuer may have sent us back to: an address of this console and of no other place. */
const ownAddress = (state: unknown): string =>
  typeof state === 'string' && state.startsWith(CONSOLE_PATH) ? state : CONSOLE_PATH;

/**
 * Somebody who is signed in; comes back only then.
 * @throws Error what the issuer refused with, or that it cannot be reached
 */
export const signIn = async (): Promise<User> => {
  if (window.location.pathname !== SIGNED_IN_PATH) {
    const as = new URLSearchParams(window.location.search).get('as') ?? undefined;
    return leaveToSignIn(addressNow(), as);
  }
  const user = await users.signinCallback();
  if (!user) throw new Error('The sign-in ended without an account.');
  const hint = hintOf(user);
  if (hint !== undefined) tabStore.set(HINT, hint);
  window.history.replaceState(null, '', ownAddress(user.state));
  return user;
};

/**
 * A new token by the refresh token; `undefined` where the issuer gave none.
 * @throws Error when the issuer refuses it or cannot be reached
 */
export const renew = async (): Promise<User | undefined> => {
  const user = await users.getUser();
  return user?.refresh_token === undefined ? undefined : ((await users.signinSilent()) ?? undefined);
};

/** Signs out here and at the issuer, where that can be done. */
export const signOut = async (): Promise<void> => {
  tabStore.remove(HINT);
  try {
    await users.signoutRedirect();
  } catch {
    await users.removeUser();
    window.location.assign(CONSOLE_PATH);
  }
};
