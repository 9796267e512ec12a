/** The stage configuration: its defaults, and that a mistake in it is told clearly. */
import { describe, expect, test } from 'vitest';
import cdkJson from '../../cdk.json' with { type: 'json' };
import { parseConfig } from '../../infra/config.ts';

const oidc = { issuer: 'https://login.test', audience: 'remote-assist' };
const parse = (values: unknown) => () => parseConfig('prod', { prod: values });

test('only the issuer and the audience must be said', () => {
  expect(parseConfig('prod', { prod: { oidc } })).toEqual({
    stage: 'prod',
    oidc: { ...oidc, rolesClaim: 'cognito:groups', spaceSeparatedRoles: false, scopes: [] },
    inboxLeaseSeconds: 60,
    deviceLimits: { requestsPerHour: 30, rotationsPerHour: 10 },
    restartsPerDay: 3,
    logRetentionDays: 90,
    accessLog: 'full',
    auditRetentionDays: 400,
    auditExport: 'none',
    auditExportRetentionDays: 400,
    retentionDays: { requests: 90, restarts: 90, alerts: 90, timeline: 90 },
    throttle: {
      rate: 1000,
      burst: 2000,
      enrollment: { rate: 20, burst: 100 },
      expensive: { rate: 10, burst: 50 },
      console: { rate: 100, burst: 400 },
    },
    alertEmails: [],
    operationsEmails: [],
    webhooks: [],
    unansweredAfterMinutes: [15, 60, 180],
    protectData: true,
    refuseDeletion: true,
    connectors: { default: 'rustdesk', rustdesk: {} },
  });
});

test('claim values may be mapped to roles', () => {
  const roleMapping = {
    '0b9ae3e4-75c8-4a49-9d39-6ab1a2b1f0ce': 'operator',
    'RemoteAssist.Admin': 'admin',
    'IT Help Desk, [north]': 'helpdesk',
  };
  const { oidc: parsed } = parseConfig('prod', { prod: { oidc: { ...oidc, rolesClaim: 'groups', roleMapping } } });
  expect(parsed).toMatchObject({ ...oidc, rolesClaim: 'groups', roleMapping });
});

test.each(Object.keys(cdkJson.context.stages))('stage %s of cdk.json is right', (stage) => {
  expect(parseConfig(stage, cdkJson.context.stages).protectData).toBe(false);
});

test('protection of data can be said for any stage', () => {
  expect(parseConfig('dev', { dev: { oidc, protectData: true } }).protectData).toBe(true);
  expect(parseConfig('prod', { prod: { oidc, protectData: false } }).protectData).toBe(false);
});

test('only what is there already refuses to be deleted: a first deployment that fails must go', () => {
  const first = parseConfig('prod', { prod: { oidc } }, { isFirstDeployment: true });
  expect([first.protectData, first.refuseDeletion]).toEqual([true, false]);
  expect(parseConfig('dev', { dev: { oidc } }).refuseDeletion).toBe(false);
});

describe('says what is wrong', () => {
  test.each([
    ['a missing issuer', { oidc: { audience: 'a' } }, /stages\.prod\.oidc\.issuer: must be an https URL/],
    ['an issuer without TLS', { oidc: { ...oidc, issuer: 'http://login.test' } }, /oidc\.issuer: must be an https URL/],
    ['no issuer at all', {}, /stages\.prod\.oidc: must be there, or cognito/],
    ['a role that is none', { oidc: { ...oidc, roleMapping: { a: 'root' } } }, /oidc\.roleMapping\.a: .*"viewer"/],
    ['a mapping of nothing', { oidc: { ...oidc, roleMapping: {} } }, /oidc\.roleMapping: must map something/],
    [
      'a claim value that would be read as two',
      { oidc: { ...oidc, spaceSeparatedRoles: true, roleMapping: { 'Help Desk': 'helpdesk' } } },
      /oidc\.roleMapping: must map values without spaces where spaceSeparatedRoles/,
    ],
    [
      'a claim value with a space at its end',
      { oidc: { ...oidc, roleMapping: { 'Help Desk ': 'helpdesk' } } },
      /oidc\.roleMapping: must map values that are not empty and neither begin nor end with a space/,
    ],
    [
      'a claim with a space',
      { oidc: { ...oidc, rolesClaim: 'roles ' } },
      /oidc\.rolesClaim: must neither begin nor end/,
    ],
    ['an empty audience', { oidc: { ...oidc, audience: '' } }, /stages\.prod\.oidc\.audience: /],
    ['a lease beyond what SQS takes', { oidc, inboxLeaseSeconds: 43_201 }, /inboxLeaseSeconds: .*43200/],
    ['a retention that AWS does not know', { oidc, logRetentionDays: 8 }, /logRetentionDays: is not a retention/],
    ['a rate of nothing', { oidc, throttle: { rate: 0, burst: 1 } }, /throttle\.rate: /],
    ['requests that are kept no day', { oidc, retentionDays: { requests: 0 } }, /retentionDays\.requests: /],
    ['a kind of data that there is not', { oidc, retentionDays: { logs: 1 } }, /retentionDays: .*logs/],
    ['a burst of half', { oidc, throttle: { expensive: { rate: 1, burst: 0.5 } } }, /throttle\.expensive\.burst: /],
    ['something that is no address', { oidc, alertEmails: ['me'] }, /alertEmails\.0: /],
    ['an address twice', { oidc, alertEmails: ['a@b.test', 'A@B.test'] }, /alertEmails: must have each address once/],
    [
      'an address twice, with and without its severity',
      { oidc, alertEmails: ['a@b.test', { email: 'a@b.test', minimumSeverity: 'critical' }] },
      /alertEmails: must have each address once/,
    ],
    ['an operator twice', { oidc, operationsEmails: ['a@b.test', 'a@b.test'] }, /operationsEmails: must have each/],
    ['a burst that is no number of API Gateway’s', { oidc, throttle: { burst: 3e9 } }, /throttle\.burst: .*1000000/],
    ['a scope twice', { oidc: { ...oidc, scopes: ['a', 'a'] } }, /oidc\.scopes: must have each scope once/],
    [
      'more scopes than a route takes',
      { oidc: { ...oidc, scopes: Array.from({ length: 11 }, (_, index) => `s${index}`) } },
      /oidc\.scopes: must be 10 at most/,
    ],
    ['an unknown connector', { oidc, connectors: { default: 'vnc' } }, /connectors\.default: /],
    [
      'a key of no server',
      { oidc, connectors: { default: 'rustdesk', rustdesk: { key: 'k' } } },
      /rustdesk\.key: is the key of a relayServer/,
    ],
    ['an access log that there is not', { oidc, accessLog: 'long' }, /accessLog: .*"short"/],
    ['a misspelt setting', { oidc, logRetention: 7 }, /stages\.prod: .*logRetention/],
  ])('%s', (_what, values, message) => {
    expect(parse(values)).toThrow(message);
  });

  test('a placeholder for the issuer, in a stage that is meant to last', () => {
    const placeholder = { oidc: { ...oidc, issuer: 'https://replace-me.example' } };
    expect(parse(placeholder)).toThrow(
      /stages\.prod\.oidc\.issuer: is a placeholder.*name your issuer, or take cognito/,
    );
    expect(parse({ ...placeholder, protectData: false })).not.toThrow();
  });

  test('all of it at once', () => {
    expect(parse({ oidc: { issuer: 'x', audience: '' }, inboxLeaseSeconds: -1 })).toThrow(
      /issuer.*audience.*inboxLeaseSeconds/s,
    );
  });

  test('a stage that is not there, and which are', () => {
    expect(() => parseConfig('prod', { dev: {}, local: {} })).toThrow(/no stage "prod".*only: dev, local/);
    expect(() => parseConfig('prod', undefined)).toThrow(/no stage "prod".*only: none/);
  });

  test.each(['', 'Prod', 'a-b', '1st', 'averyverylongname', 7])('the stage name %j', (stage) => {
    expect(() => parseConfig(stage, {})).toThrow(/stage: /);
  });
});
