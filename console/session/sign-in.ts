/**
 * Signing in at the stage's issuer: authorization code with PKCE. Tokens live in this module's memory alone; what the
 * sign-in needs between leaving and coming back lies in the tab's sessionStorage until then.
 */
import { ErrorResponse, InMemoryWebStorage, type User, UserManager, WebStorageStateStore } from 'oidc-client-ts';
import { CONSOLE_PATH, SIGNED_IN_PATH, SIGNED_OUT_PATH } from '../../lib/api/console.ts';
import { tabStore, workingTabStorage } from '../ui/storage.ts';
import { settings } from './settings.ts';
import { SignInError } from './sign-in-error.ts';

/** Whom a reload signs in again; no secret, and the tab's own, so that two tabs may be two people. */
const HINT = 'signInHint';

const { origin } = window.location;

/** `undefined` where the browser keeps nothing for this site: then nobody can come back from the issuer. */
const states = workingTabStorage();

const users = new UserManager({
  authority: settings.issuer,
  client_id: settings.clientId,
  scope: settings.scopes.join(' '),
  redirect_uri: `${origin}${SIGNED_IN_PATH}`,
  post_logout_redirect_uri: `${origin}${CONSOLE_PATH}`,
  userStore: new WebStorageStateStore({ store: new InMemoryWebStorage() }),
  stateStore: new WebStorageStateStore({ store: states ?? new InMemoryWebStorage() }),
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
 * @throws SignInError
 */
export const leaveToSignIn = async (address: string, hint = tabStore.get(HINT)): Promise<never> => {
  if (!states) throw new SignInError('noStorage');
  try {
    await users.signinRedirect({ state: address, ...(hint !== undefined && { login_hint: hint }) });
  } catch (cause) {
    throw new SignInError('unreachable', cause);
  }
  return new Promise<never>(() => {});
};

/** The address as it is, without the parameters that were for the sign-in alone. */
export const addressNow = (): string => {
  const { pathname, searchParams, hash } = new URL(window.location.href);
  searchParams.delete('as');
  if (pathname === SIGNED_IN_PATH || pathname === SIGNED_OUT_PATH) return CONSOLE_PATH;
  return `${pathname}${searchParams.size > 0 ? `?${searchParams}` : ''}${hash}`;
};

/** What an issuer may have sent us back to: an address of this console and of no other place. */
const ownAddress = (state: unknown): string =>
  typeof state === 'string' && state.startsWith(CONSOLE_PATH) ? state : CONSOLE_PATH;

const comeBack = async (): Promise<User> => {
  try {
    const user = await users.signinCallback();
    if (!user) throw new SignInError('noAccount');
    return user;
  } catch (cause) {
    if (cause instanceof SignInError) throw cause;
    if (cause instanceof ErrorResponse) throw new SignInError('refused', cause);
    throw new SignInError(cause instanceof TypeError ? 'unreachable' : 'notBegunHere', cause);
  }
};

/**
 * Somebody who is signed in; comes back only then.
 * @throws SignInError
 */
export const signIn = async (): Promise<User> => {
  const { pathname, search } = window.location;
  const isBack = pathname === SIGNED_IN_PATH && /[?&](code|error)=/.test(search);
  if (!isBack) return leaveToSignIn(addressNow(), new URLSearchParams(search).get('as') ?? undefined);
  const user = await comeBack();
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

/** Whether this page is where a sign-out ends, and nobody is to be signed in. */
export const isSignedOut = (): boolean => window.location.pathname === SIGNED_OUT_PATH;

/** Signs out here and at the issuer, where that can be done. */
export const signOut = async (): Promise<void> => {
  tabStore.clear();
  try {
    if (settings.signOutUrl === undefined) return await users.signoutRedirect();
    const asked = new URLSearchParams({ client_id: settings.clientId, logout_uri: `${origin}${CONSOLE_PATH}` });
    window.location.assign(`${settings.signOutUrl}?${asked}`);
  } catch {
    // The issuer has no such page, or is not there.
    window.location.assign(SIGNED_OUT_PATH);
  }
};
