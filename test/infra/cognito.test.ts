/** A stage with a user pool of its own: who gets an account, how they sign in, and that the gateway trusts it alone. */
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../infra/config.ts';
import { routeKey } from '../../lib/api/operation.ts';
import { operations } from '../../lib/api/operations.ts';
import { buildStack, resources, rulesBesideBundles, target } from './synthesis.ts';

const stageWith = (cognito: object, values: object = {}) =>
  parseConfig('test', { test: { cognito: { domainPrefix: 'remote-assist-test', ...cognito }, ...values } });

const built = buildStack(stageWith({ callbackUrls: ['https://console.example.com/signed-in'] }));
const { app, stack } = built;
const template = Template.fromStack(stack);
const [pool] = resources('AWS::Cognito::UserPool', template);
const [client] = resources('AWS::Cognito::UserPoolClient', template);

test('there is one pool, with a client, a domain, and a group for each role, the highest first', () => {
  template.resourceCountIs('AWS::Cognito::UserPool', 1);
  template.resourceCountIs('AWS::Cognito::UserPoolClient', 1);
  template.hasResourceProperties('AWS::Cognito::UserPoolDomain', { Domain: 'remote-assist-test' });
  const groups = resources('AWS::Cognito::UserPoolGroup', template).map(({ properties }) => properties);
  groups.sort((a, b) => a['Precedence'] - b['Precedence']);
  expect(groups.map((group) => group['GroupName'])).toEqual(['admin', 'operator', 'helpdesk', 'viewer']);
});

test('accounts are made by an administrator, with a strong password and a second factor that is no telephone', () => {
  expect(pool?.properties).toMatchObject({
    AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
    MfaConfiguration: 'ON',
    EnabledMfas: ['SOFTWARE_TOKEN_MFA'],
    Policies: {
      PasswordPolicy: {
        MinimumLength: 14,
        RequireLowercase: true,
        RequireUppercase: true,
        RequireNumbers: true,
        RequireSymbols: true,
        TemporaryPasswordValidityDays: 3,
        PasswordHistorySize: 5,
      },
    },
    UserPoolTier: 'PLUS',
    UserPoolAddOns: { AdvancedSecurityMode: 'ENFORCED' },
    AccountRecoverySetting: { RecoveryMechanisms: [{ Name: 'verified_email', Priority: 1 }] },
  });
  expect(pool?.properties).not.toHaveProperty('SmsConfiguration');
});

test('programs sign in with the code flow alone and hold no secret', () => {
  expect(client?.properties).toMatchObject({
    GenerateSecret: false,
    AllowedOAuthFlows: ['code'],
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthScopes: ['openid', 'email', 'profile'],
    // The organisation's own, and the stack's console at the API's address.
    CallbackURLs: ['https://console.example.com/signed-in', expect.anything()],
    ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH'],
    SupportedIdentityProviders: ['COGNITO'],
    PreventUserExistenceErrors: 'ENABLED',
    EnableTokenRevocation: true,
    AccessTokenValidity: 60,
    IdTokenValidity: 60,
    RefreshTokenValidity: 720,
    TokenValidityUnits: { AccessToken: 'minutes', IdToken: 'minutes', RefreshToken: 'minutes' },
  });
});

test('the gateway takes tokens of this pool, for this client', () => {
  template.resourceCountIs('AWS::ApiGatewayV2::Authorizer', 1);
  const [authorizer] = resources('AWS::ApiGatewayV2::Authorizer', template);
  const { Issuer, Audience } = authorizer?.properties['JwtConfiguration'] ?? {};
  expect(Issuer).toEqual({ 'Fn::GetAtt': [pool?.id, 'ProviderURL'] });
  // Cognito's access tokens have no `aud`; API Gateway compares their `client_id` then.
  expect(Audience.map(target)).toEqual([client?.id]);
});

test('no route of admins takes an ID token, which has no scope', () => {
  const routes = resources('AWS::ApiGatewayV2::Route', template).map(({ properties }) => properties);
  for (const operation of operations) {
    const route = routes.find((each) => each['RouteKey'] === routeKey(operation));
    const isOpen = operation.caller === 'agent' || operation.caller === 'none';
    expect(route?.['AuthorizationScopes']).toEqual(isOpen ? undefined : ['openid']);
  }
});

test('the functions read the roles from the groups', () => {
  const rules = [...rulesBesideBundles(built).values()];
  expect(rules.length).toBeGreaterThan(5);
  for (const found of rules) expect(found).toEqual({ claim: 'cognito:groups' });
});

test('what signing in needs is told when the stack is deployed', () => {
  const outputs = Object.keys(template.findOutputs('*')).map((name) => name.replace(/[0-9A-F]{8}$/, ''));
  expect(outputs).toEqual(
    expect.arrayContaining(['AdminsUserPoolId', 'AdminsClientId', 'AdminsSignInUrl', 'ApiUrl', 'TokenIssuer']),
  );
  // The tokens have no audience but the client's id, which is an output already.
  template.hasOutput('TokenAudience', { Value: { Ref: client?.id } });
});

test('accounts outlive a stack whose data is protected, and go with a developer’s own', () => {
  expect(pool?.properties['DeletionProtection']).toBe('ACTIVE');
  template.allResources('AWS::Cognito::UserPool', {
    DeletionPolicy: 'RetainExceptOnCreate',
    UpdateReplacePolicy: 'Retain',
  });
  const own = Template.fromStack(buildStack(stageWith({}, { protectData: false })).stack);
  own.allResources('AWS::Cognito::UserPool', { DeletionPolicy: 'Delete' });
  own.hasResourceProperties('AWS::Cognito::UserPool', { DeletionProtection: 'INACTIVE' });
});

test('cdk-nag has nothing to say', () => {
  expect(() => app.synth()).not.toThrow();
});

describe('the configuration says what is wrong', () => {
  test.each([
    ['no prefix', { domainPrefix: undefined }, /cognito\.domainPrefix: /],
    ['a prefix that AWS keeps for itself', { domainPrefix: 'my-aws-admins' }, /cognito\.domainPrefix: .*without aws/],
    ['a prefix in capitals', { domainPrefix: 'Admins' }, /cognito\.domainPrefix: /],
    ['a callback without TLS', { callbackUrls: ['http://console.example.com'] }, /cognito\.callbackUrls\.0: must be/],
    ['a host that only begins so', { callbackUrls: ['http://localhost.evil.com/'] }, /callbackUrls\.0: must be/],
    ['no callback', { callbackUrls: [] }, /cognito\.callbackUrls: /],
    ['an access token for days', { accessTokenMinutes: 1441 }, /cognito\.accessTokenMinutes: /],
    ['a fragment', { callbackUrls: ['https://console.example.com/#/in'] }, /callbackUrls\.0: must be .*fragment/],
    ['a user', { callbackUrls: ['http://localhost:8976@evil.com/'] }, /callbackUrls\.0: must be .*without user/],
    ['a space', { logoutUrls: ['https://console.example.com/a b'] }, /logoutUrls\.0: must be a whole URL in ASCII/],
    [
      'a callback twice',
      { callbackUrls: ['https://a.test/', 'https://a.test/'] },
      /callbackUrls: must have each URL once/,
    ],
    [
      'an access token that outlives the sign-in',
      { accessTokenMinutes: 90, refreshTokenMinutes: 60 },
      /cognito\.accessTokenMinutes: must not be more than refreshTokenMinutes/,
    ],
    ['a misspelt setting', { domain: 'x' }, /cognito: .*domain/],
  ])('%s', (_what, cognito, message) => {
    expect(() => stageWith(cognito)).toThrow(message);
  });

  test('two issuers', () => {
    const oidc = { issuer: 'https://login.test', audience: 'a' };
    expect(() => stageWith({}, { oidc })).toThrow(/stages\.test\.oidc: must be there, or cognito, and not both/);
  });
});
