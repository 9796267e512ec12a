/** Issuers that cannot work are refused before anything is deployed, each with what to write instead. */
import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../infra/config.ts';
import { whyNoAudience, whyNoIssuer } from '../../infra/issuers/issuer.ts';

const TENANT = '11111111-2222-3333-4444-555555555555';
const ENTRA = `https://login.microsoftonline.com/${TENANT}/v2.0`;

/** By what is to be written: the addresses that are taken for it, and what is said of them beside it. */
const REFUSED: Record<string, readonly (readonly [string, RegExp])[]> = {
  [ENTRA]: [
    [`https://sts.windows.net/${TENANT}/`, /v1 tokens: set requestedAccessTokenVersion to 2/],
    [`https://login.microsoftonline.com/${TENANT}`, /requestedAccessTokenVersion/],
    [`https://login.microsoftonline.com/${TENANT}/`, /requestedAccessTokenVersion/],
    [`${ENTRA}/`, /v2 tokens/],
    [`https://login.microsoftonline.com/${TENANT}/oauth2/v2.0/authorize`, /v2 tokens/],
    [`https://login.windows.net/${TENANT}/v2.0`, /v2 tokens/],
    [`${ENTRA}/.well-known/openid-configuration`, /discovery document/],
  ],
  'https://login.microsoftonline.com/TENANT-ID/v2.0': [
    ['https://login.microsoftonline.com/common/v2.0', /several tenants.*Directory \(tenant\) ID/],
    ['https://login.microsoftonline.com/organizations/v2.0', /several tenants/],
    ['https://login.microsoftonline.com/consumers/v2.0', /several tenants/],
    ['https://login.microsoftonline.com/common', /several tenants/],
    ['https://login.microsoftonline.com/contoso.onmicrosoft.com/v2.0', /tenant of Entra ID by its id/],
    ['https://login.microsoftonline.com/{tenantid}/v2.0', /tenant of Entra ID by its id/],
    [`https://login.microsoftonline.com/${TENANT.replaceAll('1', 'A')}/v2.0`, /in lower case/],
    ['https://login.microsoftonline.com/common/v2.0/.well-known/openid-configuration', /discovery document.*several/],
  ],
  [`https://login.microsoftonline.us/${TENANT}/v2.0`]: [[`https://login.microsoftonline.us/${TENANT}`, /v2 tokens/]],
  [`https://${TENANT}.ciamlogin.com/${TENANT}/v2.0`]: [[`https://contoso.ciamlogin.com/${TENANT}/v2.0`, /External ID/]],
  'the address with /tfp/': [[`https://contoso.b2clogin.com/${TENANT}/v2.0/`, /B2C/]],
  'https://cognito-idp.eu-central-1.amazonaws.com/USER-POOL-ID': [
    ['https://acme.auth.eu-central-1.amazoncognito.com', /sign-in page/],
    ['https://acme.auth.eu-central-1.amazoncognito.com/oauth2/authorize', /sign-in page/],
    ['https://cognito-idp.eu-central-1.amazonaws.com', /id of a user pool/],
    ['https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_A1b2C3d4E/', /nothing more/],
    ['https://cognito-idp.eu-central-1.amazonaws.com/eu-west-1_A1b2C3d4E', /of its region/],
  ],
  'https://acme.eu.auth0.com/': [
    ['https://acme.eu.auth0.com', /slash at its end/],
    ['https://acme.eu.auth0.com/api/v2/', /Auth0/],
    ['https://acme.eu.auth0.com/.well-known/openid-configuration', /discovery document.*slash at its end/],
  ],
  'https://DOMAIN/': [['https://manage.auth0.com/dashboard/eu/acme', /Domain that the application’s settings show/]],
  'https://acme.okta.com/oauth2/default': [
    ['https://acme.okta.com', /org authorization server, whose access tokens only Okta can verify/],
    ['https://acme.okta.com/', /org authorization server/],
    ['https://acme.okta.com/oauth2', /org authorization server/],
    ['https://acme.okta.com/oauth2/v1', /org authorization server/],
    ['https://acme.okta.com/oauth2/default/', /custom authorization servers/],
    ['https://acme.okta.com/oauth2/default/v1/authorize', /custom authorization servers/],
    ['https://acme-admin.okta.com/admin/oauth2/as', /custom authorization servers/],
  ],
  'https://acme.oktapreview.com/oauth2/aus1a2b3c': [
    ['https://acme-admin.oktapreview.com/oauth2/aus1a2b3c', /custom authorization servers/],
  ],
  'https://sso.acme.com/realms/REALM': [
    ['https://sso.acme.com/admin/master/console/#/acme/realm-settings', /admin console/],
    ['https://sso.acme.com/admin/acme/console', /admin console/],
    ['https://sso.acme.com/realms', /no realm/],
    ['https://sso.acme.com/realms/', /no realm/],
  ],
  'https://sso.acme.com/auth/realms/REALM': [['https://sso.acme.com/auth/admin/master/console/', /admin console/]],
  'https://sso.acme.com/realms/acme': [
    ['https://sso.acme.com/realms/acme/', /behind Keycloak’s realm/],
    ['https://sso.acme.com/realms/acme/account', /behind Keycloak’s realm/],
    ['https://sso.acme.com/realms/acme/protocol/openid-connect/auth', /behind Keycloak’s realm/],
    ['https://sso.acme.com/realms/acme/.well-known/openid-configuration', /discovery document/],
    ['https://SSO.acme.com/realms/acme', /written differently/],
    ['https://sso.acme.com:443/realms/acme', /written differently/],
    ['https://sso.acme.com/x/../realms/acme', /written differently/],
    [' https://sso.acme.com/realms/acme', /written differently/],
  ],
  'an issuer that federates with it': [
    ['https://fs.acme.com/adfs', /AD FS/],
    ['https://fs.acme.com/adfs/.well-known/openid-configuration', /discovery document.*AD FS/],
    ['https://accounts.google.com', /no access token/],
    ['https://github.com/login/oauth', /no access token/],
    ['https://d-1234567890.awsapps.com/start', /no access token/],
  ],
  'the value of `issuer` in its discovery document': [
    ['https://id.acme.com/connect/token', /endpoint/],
    ['https://id.acme.com/oauth2/v1/authorize', /endpoint/],
    ['https://id.acme.com/?tenant=1', /query/],
    ['https://id.acme.com/#x', /fragment/],
    ['https://id.acme.com?', /query/],
    ['https://user:password@id.acme.com/', /user/],
    ['https://id.acme.com//idp', /empty part/],
  ],
  'publish those two addresses': [
    ['https://localhost:8443/realms/acme', /private network/],
    ['https://127.0.0.1/', /private network/],
    ['https://[::1]/', /private network/],
    ['https://10.1.2.3/idp', /private network/],
    ['https://172.31.0.1/idp', /private network/],
    ['https://192.168.1.1/idp', /private network/],
    ['https://[fd00::1]/idp', /private network/],
    ['https://keycloak/realms/acme', /private network/],
    ['https://sso.acme.internal/realms/acme', /private network/],
    ['https://sso.corp.local/realms/acme', /private network/],
  ],
  'an https URL': [
    ['http://sso.acme.com/realms/acme', /must be an https URL/],
    ['http://localhost:8080/realms/acme', /must be an https URL/],
    ['sso.acme.com/realms/acme', /must be an https URL/],
    ['', /must be an https URL/],
  ],
};

describe.each(Object.entries(REFUSED))('what should be %s', (right, wrong) => {
  test.each(wrong)('is not %s', (issuer, what) => {
    expect(whyNoIssuer(issuer)).toMatch(what);
    expect(whyNoIssuer(issuer)).toContain(right);
  });
});

test.each([
  ENTRA,
  `https://login.microsoftonline.us/${TENANT}/v2.0`,
  `https://${TENANT}.ciamlogin.com/${TENANT}/v2.0`,
  `https://contoso.b2clogin.com/tfp/${TENANT}/b2c_1_sign_in/v2.0/`,
  'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_A1b2C3d4E',
  'https://cognito-idp.us-gov-west-1.amazonaws.com/us-gov-west-1_A1b2C3d4E',
  'https://acme.eu.auth0.com/',
  'https://login.acme.com/',
  'https://login.acme.com',
  'https://acme.okta.com/oauth2/default',
  'https://acme.okta.com/oauth2/aus1a2b3c4d5e6f7g8h9',
  'https://login.acme.com/oauth2/default',
  'https://sso.acme.com/realms/acme',
  'https://sso.acme.com/auth/realms/acme%20corp',
  'https://sso.acme.com/application/o/remote-assist/',
  'https://sso.acme.com:8443/realms/acme',
  'https://auth.pingone.eu/11111111-2222-3333-4444-555555555555/as',
  'https://acme.onelogin.com/oidc/2',
  'https://203.0.113.7/idp',
  // Of the local stack, where nobody asks for it.
  'https://oidc.remote-assist.local',
])('%s can work', (issuer) => {
  expect(whyNoIssuer(issuer)).toBeUndefined();
});

describe('an audience', () => {
  test.each([
    [ENTRA, 'api://remote-assist', /Application \(client\) ID/],
    [ENTRA, TENANT.replaceAll('1', 'A'), /in lower case/],
    [ENTRA, '00000003-0000-0000-c000-000000000000', /Microsoft Graph/],
    [`https://${TENANT}.ciamlogin.com/${TENANT}/v2.0`, 'api://remote-assist', /Application \(client\) ID/],
    ['https://login.acme.com/', ' api', /begin nor end with a space/],
  ])('that no token of %s has is refused: %s', (issuer, audience, what) => {
    expect(whyNoAudience(issuer, audience)).toMatch(what);
  });

  test.each([
    [ENTRA, TENANT],
    ['https://acme.okta.com/oauth2/default', 'api://default'],
    ['https://acme.eu.auth0.com/', 'https://assist.acme.com/'],
    ['https://sso.acme.com/realms/acme', 'remote assist'],
  ])('may be one for %s: %s', (issuer, audience) => {
    expect(whyNoAudience(issuer, audience)).toBeUndefined();
  });
});

test('a stage whose issuer cannot work is not synthesized, and told where it is named', () => {
  const parse = (oidc: object) => () => parseConfig('prod', { prod: { oidc } });
  expect(parse({ issuer: 'https://login.microsoftonline.com/common/v2.0', audience: TENANT })).toThrow(
    /stages\.prod\.oidc\.issuer: is for several tenants of Entra ID.*: write https:/,
  );
  expect(parse({ issuer: ENTRA, audience: 'api://x' })).toThrow(
    /stages\.prod\.oidc\.audience: must be the Application/,
  );
  expect(parse({ issuer: ENTRA, audience: TENANT })).not.toThrow();
});
