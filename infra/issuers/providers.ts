/** What is known of providers: which of their addresses is the issuer of access tokens that API Gateway can verify. */

export type Provider = {
  /** Whether an address is this provider's. */
  readonly isOf: (url: URL) => boolean;
  /** What is wrong with the address as an issuer, and what to write; `undefined` where it is one. */
  readonly whyNot: (url: URL, issuer: string) => string | undefined;
  /** Why no access token of this issuer has this audience. */
  readonly whyNoAudience?: (url: URL, audience: string) => string | undefined;
};

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const parts = ({ pathname }: URL): string[] => pathname.split('/').filter((part) => part !== '');

const ENTRA_ISSUERS = ['login.microsoftonline.com', 'login.microsoftonline.us', 'login.partner.microsoftonline.cn'];
/** Other names of theirs, which no v2 token has. */
const ENTRA_ALIASES = ['login.windows.net', 'login.microsoft.com', 'login.chinacloudapi.cn'];
const V2 = 'set requestedAccessTokenVersion to 2 in the manifest of the API’s app registration';

const clientIdOnly: Provider['whyNoAudience'] = (_url, audience) => {
  if (audience === '00000003-0000-0000-c000-000000000000') {
    return 'is Microsoft Graph, whose tokens nobody else can verify: register an API of your own and write its Application (client) ID';
  }
  if (GUID.test(audience)) return undefined;
  return 'must be the Application (client) ID of the API’s app registration, which is the audience of Entra ID’s v2 tokens: no api:// address, and in lower case';
};

/** Tokens of the v2 endpoint name their tenant by its id; those of v1 name another issuer. */
const entra: Provider = {
  isOf: ({ hostname }) => [...ENTRA_ISSUERS, ...ENTRA_ALIASES, 'sts.windows.net'].includes(hostname),
  whyNot: (url, issuer) => {
    const [tenant = ''] = parts(url);
    const host = ENTRA_ISSUERS.includes(url.hostname) ? url.hostname : 'login.microsoftonline.com';
    const right = `https://${host}/${GUID.test(tenant) ? tenant : 'TENANT-ID'}/v2.0`;
    if (url.hostname === 'sts.windows.net') return `is the issuer of Entra ID’s v1 tokens: ${V2}, and write ${right}`;
    if (['common', 'organizations', 'consumers'].includes(tenant)) {
      return `is for several tenants of Entra ID, and each token names its own: write ${right}, with the Directory (tenant) ID`;
    }
    if (!GUID.test(tenant)) {
      return `must name the tenant of Entra ID by its id, as tokens do: write ${right}, with the Directory (tenant) ID in lower case`;
    }
    return issuer === right ? undefined : `is not what Entra ID’s v2 tokens say: ${V2}, and write ${right}`;
  },
  whyNoAudience: clientIdOnly,
};

/** Entra External ID: its tokens have the tenant's id for a subdomain. */
const entraExternal: Provider = {
  isOf: ({ hostname }) => hostname.endsWith('.ciamlogin.com'),
  whyNot: (url, issuer) => {
    const [tenant = ''] = parts(url);
    const id = GUID.test(tenant) ? tenant : 'TENANT-ID';
    const right = `https://${id}.ciamlogin.com/${id}/v2.0`;
    return issuer === right ? undefined : `is not what Entra External ID’s v2 tokens say: ${V2}, and write ${right}`;
  },
  whyNoAudience: clientIdOnly,
};

const azureB2c: Provider = {
  isOf: ({ hostname }) => hostname.endsWith('.b2clogin.com'),
  whyNot: ({ pathname }) =>
    pathname.startsWith('/tfp/')
      ? undefined
      : 'is an issuer of Azure AD B2C without a discovery document of its own: set the user flow’s “Issuer (iss) claim” to the address with /tfp/, and write that',
};

const cognitoSignIn: Provider = {
  isOf: ({ hostname }) => hostname.endsWith('.amazoncognito.com'),
  whyNot: ({ hostname }) => {
    const region = /\.([a-z]+(?:-[a-z]+)+-\d)\.amazoncognito\.com$/.exec(hostname)?.[1] ?? 'REGION';
    return `is the sign-in page of a Cognito user pool: write https://cognito-idp.${region}.amazonaws.com/USER-POOL-ID`;
  },
};

const COGNITO = /^cognito-idp\.([a-z0-9-]+)\.amazonaws\.com(\.cn)?$/;

const cognito: Provider = {
  isOf: ({ hostname }) => COGNITO.test(hostname),
  whyNot: ({ origin, hostname, pathname }) => {
    const region = COGNITO.exec(hostname)?.[1] ?? '';
    if (new RegExp(`^/${region}_[0-9A-Za-z]+$`).test(pathname)) return undefined;
    return `must end in the id of a user pool of its region, and nothing more: write ${origin}/USER-POOL-ID, such as ${region}_A1b2C3d4E`;
  },
};

const auth0: Provider = {
  isOf: ({ hostname }) => /(^|\.)auth0\.com$/.test(hostname),
  whyNot: ({ hostname }, issuer) => {
    if (/^((manage|www)\.)?auth0\.com$/.test(hostname)) {
      return 'is Auth0’s own site: write https://DOMAIN/, with the Domain that the application’s settings show';
    }
    const right = `https://${hostname}/`;
    return issuer === right ? undefined : `is not what Auth0’s tokens say, with the slash at its end: write ${right}`;
  },
};

const okta: Provider = {
  isOf: ({ hostname }) => /\.(okta|oktapreview|okta-emea|okta-gov)\.com$|\.okta\.mil$/.test(hostname),
  whyNot: (url, issuer) => {
    const [first, server, ...more] = parts(url);
    const isCustom = first === 'oauth2' && server !== undefined && server !== 'v1';
    const right = `https://${url.hostname.replace('-admin.', '.')}/oauth2/${isCustom ? server : 'default'}`;
    if (issuer === right) return undefined;
    if (first === undefined || (first === 'oauth2' && !isCustom && more.length === 0)) {
      return `is Okta’s org authorization server, whose access tokens only Okta can verify: take a custom authorization server, and write its issuer URI, such as ${right}`;
    }
    return `is not the issuer URI of one of Okta’s custom authorization servers: write that, such as ${right}`;
  },
};

/** On any host, and known by its paths. */
const KEYCLOAK_CONSOLE = /^(.*)\/admin\/([^/]+\/console|realms)(\/|$)/;
const KEYCLOAK_REALM = /^(.*)\/realms(?:\/([^/]*)(.*))?$/;

const keycloak: Provider = {
  isOf: ({ pathname }) => KEYCLOAK_CONSOLE.test(pathname) || KEYCLOAK_REALM.test(pathname),
  whyNot: ({ origin, pathname }) => {
    const console = KEYCLOAK_CONSOLE.exec(pathname);
    if (console) return `is Keycloak’s admin console: write ${origin}${console[1]}/realms/REALM`;
    const [, base = '', realm = '', rest = ''] = KEYCLOAK_REALM.exec(pathname) ?? [];
    if (realm === '') return `names no realm of Keycloak: write ${origin}${base}/realms/REALM`;
    return rest === '' ? undefined : `goes on behind Keycloak’s realm: write ${origin}${base}/realms/${realm}`;
  },
};

const adfs: Provider = {
  isOf: ({ pathname }) => /^\/adfs(\/|$)/i.test(pathname),
  whyNot: () =>
    'is AD FS, whose access tokens name an http address that API Gateway does not take: let people sign in through an issuer that federates with it, such as Entra ID or Keycloak',
};

/** Their access tokens are no JWT. */
const OPAQUE =
  /^(accounts\.google\.com|(www\.)?github\.com|appleid\.apple\.com|(www\.)?facebook\.com|(.+\.)?awsapps\.com)$/;

const opaque: Provider = {
  isOf: ({ hostname }) => OPAQUE.test(hostname),
  whyNot: () =>
    'gives no access token that API Gateway can verify: let people sign in through an issuer that federates with it, such as Keycloak or Auth0',
};

export const PROVIDERS: readonly Provider[] = [
  entra,
  entraExternal,
  azureB2c,
  cognitoSignIn,
  cognito,
  auth0,
  okta,
  keycloak,
  adfs,
  opaque,
];
