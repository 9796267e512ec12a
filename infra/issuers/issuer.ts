/**
 * Issuers that cannot work with API Gateway, which finds out too late or not at all: it makes the authorizer from the
 * issuer's discovery document, which it fetches from the internet, and then compares `iss` of each token with the issuer
 * letter by letter. Each is told what to write instead.
 */
import { PROVIDERS } from './providers.ts';
import { whyUnreachable } from './reach.ts';

/** Where the local stack's own issuer would be; it is never asked for there. */
const LOCAL_ISSUER = 'https://oidc.remote-assist.local';

const THE_DOCUMENT = 'the value of `issuer` in its discovery document';

const ENDPOINT =
  /\/(authorize|userinfo|introspect|jwks|jwks\.json|certs)\/?$|\/(oauth2?|oauth2\/v[\d.]+|connect)\/(token|keys|logout)\/?$|\/openid-connect\/.+/;

/** What is wrong with any issuer's address. */
const whyNoAddress = (url: URL, issuer: string): string | undefined => {
  if (url.username !== '' || /[?#]/.test(issuer)) {
    return `must be without user, query and fragment: write ${THE_DOCUMENT}`;
  }
  if (ENDPOINT.test(url.pathname)) return `is an endpoint of the issuer: write ${THE_DOCUMENT}`;
  if (url.pathname.includes('//')) return `has an empty part in its path: write ${THE_DOCUMENT}`;
  const canonical = url.pathname === '/' && !issuer.endsWith('/') ? url.origin : url.href;
  return issuer === canonical ? undefined : `is written differently in tokens: write ${canonical}`;
};

const whyNoDocument = (issuer: string): string | undefined => {
  const [before = '', after] = issuer.split('/.well-known');
  if (after === undefined) return undefined;
  const why = whyNoIssuer(before);
  return why === undefined
    ? `is the address of a discovery document: write the issuer that it names, as a rule ${before}`
    : `is the address of a discovery document, and the issuer before it ${why}`;
};

/**
 * @param issuer as the stage names it
 * @returns what is wrong with it and what to do; `undefined` where nothing is known to be
 */
export const whyNoIssuer = (issuer: string): string | undefined => {
  const url = URL.canParse(issuer) ? new URL(issuer) : undefined;
  if (url?.protocol !== 'https:') return 'must be an https URL';
  if (issuer === LOCAL_ISSUER) return undefined;
  const why = whyNoDocument(issuer);
  if (why !== undefined) return why;
  // What is known of a provider says more than what is true of any address.
  const whyNot = PROVIDERS.find(({ isOf }) => isOf(url))?.whyNot(url, issuer);
  return whyNot ?? whyNoAddress(url, issuer) ?? whyUnreachable(url.hostname);
};

/** @returns why no token of this issuer has this audience, and what to write; `undefined` where nothing is known against it */
export const whyNoAudience = (issuer: string, audience: string): string | undefined => {
  if (audience !== audience.trim()) return 'must neither begin nor end with a space';
  const url = URL.canParse(issuer) ? new URL(issuer) : undefined;
  return url && PROVIDERS.find(({ isOf }) => isOf(url))?.whyNoAudience?.(url, audience);
};
