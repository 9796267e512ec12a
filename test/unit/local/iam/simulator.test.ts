/**
 * The evaluator beside a public simulator of IAM, on generated policies and requests of the kinds that CDK makes: both
 * must come to the same decision. The simulator is for development only; `test/infra/bundles.test.ts` holds that.
 */
import { runSimulation } from '@cloud-copilot/iam-simulate';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { contextOf } from '../../../../local/iam/access.ts';
import { decide } from '../../../../local/iam/decision.ts';
import { serviceOf, sessionOf } from '../../../../local/iam/principals.ts';
import { compileStatements } from '../../../../local/iam/statement.ts';
import { ACCOUNT, arn } from '../../../../local/identity.ts';

/** Named, so that a difference shows again. */
const SEED = 20_260_101;
const RUNS = 1_000;

const ROLE = `arn:aws:iam::${ACCOUNT}:role/reader`;
const SESSION = sessionOf(ROLE, arn('lambda', 'function:reader'));

/** What may be asked, and the keys that AWS gives with it. */
const ACTIONS = {
  'dynamodb:GetItem': {
    resources: [arn('dynamodb', 'table/a'), arn('dynamodb', 'table/ab')],
    keys: ['leading', 'within'],
  },
  'dynamodb:PutItem': {
    resources: [arn('dynamodb', 'table/a'), arn('dynamodb', 'table/ab')],
    keys: ['leading', 'within'],
  },
  'dynamodb:Query': {
    resources: [arn('dynamodb', 'table/a'), arn('dynamodb', 'table/a/index/i')],
    keys: ['leading'],
  },
  'sqs:SendMessage': { resources: [arn('sqs', 'inbox-1'), arn('sqs', 'inbox-2'), arn('sqs', 'outbox')], keys: [] },
  'sqs:ReceiveMessage': { resources: [arn('sqs', 'inbox-1')], keys: [] },
  'sns:Publish': { resources: [arn('sns', 'alerts')], keys: [] },
  'events:PutEvents': { resources: [arn('events', 'event-bus/main')], keys: ['event'] },
  'secretsmanager:GetSecretValue': { resources: [arn('secretsmanager', 'secret:s-123456')], keys: [] },
  'lambda:InvokeFunction': { resources: [arn('lambda', 'function:f'), arn('lambda', 'function:g')], keys: [] },
} as const;

type Action = keyof typeof ACTIONS;
const actions = Object.keys(ACTIONS) as Action[];
const resources = [...new Set(actions.flatMap((action) => [...ACTIONS[action].resources]))];

const RULE = arn('events', 'rule/main/r');
const LEADING = ['mine-1', 'mine-2', 'yours'];

/** A value, or none, for each key. */
const values = fc.record({
  'aws:SecureTransport': fc.constantFrom('true', 'false'),
  'aws:SourceArn': fc.option(fc.constantFrom(RULE, `${RULE}2`), { nil: undefined }),
  'aws:SourceAccount': fc.option(fc.constantFrom(ACCOUNT, '111111111111'), { nil: undefined }),
  leading: fc.option(fc.uniqueArray(fc.constantFrom(...LEADING), { minLength: 1 }), { nil: undefined }),
  within: fc.option(fc.constantFrom('TransactWriteItems', 'transactwriteitems', 'PartiQL'), { nil: undefined }),
  event: fc.option(fc.constantFrom('remote-assist', 'other'), { nil: undefined }),
});
type Values = typeof values extends fc.Arbitrary<infer T> ? T : never;

/** Those of the action; the principal's are AWS's to give. */
const contextFor = (action: Action, chosen: Values, principalArn: string | undefined) => {
  const keys: readonly string[] = ACTIONS[action].keys;
  const given: Record<string, string | string[] | undefined> = {
    'aws:SecureTransport': chosen['aws:SecureTransport'],
    'aws:PrincipalArn': principalArn,
    'aws:SourceArn': chosen['aws:SourceArn'],
    'aws:SourceAccount': chosen['aws:SourceAccount'],
    ...(keys.includes('leading') && { 'dynamodb:LeadingKeys': chosen.leading }),
    ...(keys.includes('within') && { 'dynamodb:EnclosingOperation': chosen.within }),
    ...(keys.includes('event') && { 'events:source': chosen.event }),
  };
  return Object.fromEntries(
    Object.entries(given).flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])),
  );
};

const written = (...patterns: string[]) => fc.constantFrom(...patterns);

const ARN_VALUES = written(RULE, `${RULE}*`, arn('events', '*'), 'arn:aws:events:*:*:rule/main/?');
const TEXT_VALUES = written('TransactWriteItems', 'TRANSACTWRITEITEMS', 'Transact*', '*', '?artiQL', 'other');
const EVENT_VALUES = written('remote-assist', 'other', 'remote-*');
const KEY_VALUES = written('mine-1', 'mine-*', 'yours', '*');
const negatable = (...names: string[]) => fc.constantFrom(...names.flatMap((name) => [`${name}Equals`, `${name}Like`]));

const oneOrMore = <T>(one: fc.Arbitrary<T>) => fc.oneof(one, fc.uniqueArray(one, { minLength: 1, maxLength: 2 }));

const texts = fc.oneof(
  negatable('String', 'StringNot'),
  fc.constantFrom('StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase', 'StringEqualsIfExists', 'StringLikeIfExists'),
);
const sets = fc
  .tuple(fc.constantFrom('ForAllValues', 'ForAnyValue'), negatable('String', 'StringNot'))
  .map((parts) => parts.join(':'));

type Condition = Record<string, Record<string, unknown>>;
const condition: fc.Arbitrary<Condition> = fc
  .oneof(
    fc.tuple(fc.constant('Bool'), fc.constant('aws:SecureTransport'), fc.constantFrom<unknown>('true', 'false', true)),
    fc.tuple(negatable('Arn', 'ArnNot'), fc.constant('aws:SourceArn'), oneOrMore(ARN_VALUES)),
    fc.tuple(negatable('Arn'), fc.constant('aws:PrincipalArn'), written(ROLE, `${ROLE}*`, `${ROLE}2`)),
    fc.tuple(texts, fc.constant('aws:SourceAccount'), oneOrMore(written(ACCOUNT, '1*'))),
    fc.tuple(texts, fc.constant('dynamodb:EnclosingOperation'), oneOrMore(TEXT_VALUES)),
    // A key that may have several values is compared as a set; what else would mean is not for this to settle.
    fc.tuple(sets, fc.constant('events:source'), oneOrMore(EVENT_VALUES)),
    fc.tuple(sets, fc.constant('dynamodb:LeadingKeys'), oneOrMore(KEY_VALUES)),
    fc.tuple(
      fc.constant('Null'),
      fc.constantFrom('aws:SourceArn', 'dynamodb:EnclosingOperation', 'dynamodb:LeadingKeys'),
      fc.constantFrom<unknown>('true', 'false'),
    ),
  )
  .map(([operator, key, value]) => ({ [operator]: { [key]: value } }));

const actionPatterns = fc.oneof(
  written(...actions),
  written('dynamodb:*', 'dynamodb:Get*', 'sqs:*Message', 'SQS:sendmessage', 'sqs:?e*Message', '*'),
);
const resourcePatterns = fc.oneof(
  written(...resources),
  written(
    arn('dynamodb', 'table/*'),
    arn('dynamodb', 'table/a*'),
    arn('dynamodb', 'table/?'),
    arn('dynamodb', 'table/a/index/*'),
    arn('sqs', 'inbox-*'),
    'arn:aws:sqs:*:*:*',
    'arn:*:dynamodb:*:*:table/a',
    '*',
  ),
);

const common = {
  Effect: fc.oneof({ weight: 3, arbitrary: fc.constant('Allow') }, { weight: 2, arbitrary: fc.constant('Deny') }),
  actions: fc.tuple(fc.boolean(), oneOrMore(actionPatterns)),
  resources: fc.tuple(fc.boolean(), oneOrMore(resourcePatterns)),
  conditions: fc.array(condition, { maxLength: 2 }),
};
type Common = { [Key in keyof typeof common]: (typeof common)[Key] extends fc.Arbitrary<infer T> ? T : never };

/** Two of one operator are one with both keys; the same key twice is the last of them. */
const joined = (conditions: readonly Condition[]): Condition => {
  const byOperator: Condition = {};
  for (const [operator, keys] of conditions.flatMap(Object.entries)) {
    byOperator[operator] = { ...byOperator[operator], ...keys };
  }
  return byOperator;
};

const statement = ({ Effect, actions: [notAction, what], resources: [notResource, where], conditions }: Common) => ({
  Effect,
  [notAction ? 'NotAction' : 'Action']: what,
  [notResource ? 'NotResource' : 'Resource']: where,
  ...(conditions.length > 0 && { Condition: joined(conditions) }),
});

const identityStatement = fc.record(common).map(statement);
const resourceStatement = fc
  .record({
    common: fc.record(common),
    Principal: fc.constantFrom<unknown>(
      '*',
      { AWS: '*' },
      { AWS: ROLE },
      { AWS: SESSION.name },
      { AWS: `${ROLE}2` },
      { AWS: `arn:aws:iam::${ACCOUNT}:root` },
      { AWS: [ACCOUNT, `${ROLE}2`] },
      { Service: 'events.amazonaws.com' },
      { Service: ['sns.amazonaws.com', 'events.amazonaws.com'], AWS: ROLE },
    ),
  })
  .map(({ common: chosen, Principal }) => ({ ...statement(chosen), Principal }));

const request = fc.constantFrom(...actions).chain((action) =>
  fc.record({
    action: fc.constant(action),
    resource: fc.constantFrom(...ACTIONS[action].resources),
    values,
    service: fc.boolean(),
  }),
);

const VERDICTS = { Allowed: 'allowed', ExplicitlyDenied: 'denied', ImplicitlyDenied: 'not allowed' } as const;

it('decides as the simulator does', async () => {
  const seen = { allowed: 0, denied: 0, 'not allowed': 0 };
  const same = fc.asyncProperty(
    request,
    fc.array(identityStatement, { maxLength: 3 }),
    fc.array(resourceStatement, { maxLength: 2 }),
    async ({ action, resource, values: chosen, service }, ownStatements, theirStatements) => {
      const principal = service ? serviceOf('events.amazonaws.com') : SESSION;
      const context = contextFor(action, chosen, service ? undefined : ROLE);
      // A service has no policies of its own.
      const own = service ? [] : ownStatements;
      const ours = decide(
        { action, resource, context: contextOf(context) },
        principal,
        compileStatements(own, 'identity'),
        compileStatements(theirStatements, 'resource'),
      );
      const Version = '2012-10-17';
      const theirs = await runSimulation(
        {
          request: {
            principal: principal.name,
            action,
            resource: { resource, accountId: ACCOUNT },
            contextVariables: context,
          },
          identityPolicies: own.length > 0 ? [{ name: 'identity', policy: { Version, Statement: own } }] : [],
          serviceControlPolicies: [],
          resourceControlPolicies: [],
          ...(theirStatements.length > 0 && { resourcePolicy: { Version, Statement: theirStatements } }),
        },
        {},
      );
      if (theirs.resultType === 'error') throw new Error(JSON.stringify(theirs.errors));
      const refused = ours.allowed || ours.why === 'noAllow' ? 'not allowed' : 'denied';
      const verdict = ours.allowed ? 'allowed' : refused;
      seen[verdict] += 1;
      expect(verdict).toBe(VERDICTS[theirs.overallResult]);
    },
  );
  await fc.assert(same, { seed: SEED, numRuns: RUNS });
  // Neither is asked the same thing over and over.
  for (const times of Object.values(seen)) expect(times).toBeGreaterThan(RUNS / 20);
}, 60_000);
