/** Where the web console is: addresses that the gateway routes, the function serves and an issuer is told. */

/** Every route that leads to the console, for `GET`. API Gateway's greedy parameter does not match an empty path. */
export const CONSOLE_PATHS = ['/', '/console', '/console/', '/console/{path+}'] as const;

/** The console's start, below the API's own address. */
export const CONSOLE_PATH = '/console/';

/** Where an issuer sends an admin back to after signing in, below the API's own address. */
export const SIGNED_IN_PATH = '/console/signed-in';

/** Where the console says that somebody is signed out, where the issuer has no page for that. */
export const SIGNED_OUT_PATH = '/console/signed-out';

/** What the page needs to know of its stage. Nothing in it is secret. */
export type ConsoleSettings = {
  readonly issuer: string;
  readonly clientId: string;
  /** What the sign-in asks for, such as `openid`. */
  readonly scopes: readonly string[];
  /** Further parameters of the sign-in's address, such as Auth0's `audience`. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Where to sign out, where the issuer's discovery document does not say it, as Cognito's. */
  readonly signOutUrl?: string;
  readonly stage: string;
  readonly version: string;
};
