/** What policies allow and deny, and which of them the local stack refuses to read. */
import { describe, expect, it } from 'vitest';
import { contextOf } from '../../../../local/iam/access.ts';
import { decide } from '../../../../local/iam/decision.ts';
import { serviceOf, sessionOf } from '../../../../local/iam/principals.ts';
import { compileStatements } from '../../../../local/iam/statement.ts';

const TABLE = 'arn:aws:dynamodb:eu-central-1:000000000000:table/a';
const ROLE = 'arn:aws:iam::000000000000:role/r';
const SESSION = sessionOf(ROLE, 'arn:aws:lambda:eu-central-1:000000000000:function:f');

type Written = Record<string, unknown>;
const outcome = (
  identity: Written[],
  { action = 'dynamodb:GetItem', resource = TABLE, context = {} as Record<string, string | string[]> } = {},
  policy: Written[] = [],
  principal = SESSION,
): string => {
  const decision = decide(
    { action, resource, context: contextOf(context) },
    principal,
    compileStatements(identity, 'p'),
    compileStatements(policy, 'q'),
  );
  return decision.allowed ? 'allowed' : decision.why;
};

const allow = (more: Written = {}): Written => ({
  Effect: 'Allow',
  Action: 'dynamodb:GetItem',
  Resource: TABLE,
  ...more,
});
const deny = (more: Written = {}): Written => allow({ Effect: 'Deny', ...more });

describe('actions and resources', () => {
  it.each<[string, Written, string]>([
    ['as named', {}, 'allowed'],
    ['one of several', { Action: ['dynamodb:PutItem', 'dynamodb:GetItem'], Resource: ['x', TABLE] }, 'allowed'],
    ['action in any letter case', { Action: 'DynamoDB:getitem' }, 'allowed'],
    ['wildcard in the action', { Action: 'dynamodb:Get*' }, 'allowed'],
    ['wildcard for one character', { Resource: 'arn:aws:dynamodb:eu-central-1:000000000000:table/?' }, 'allowed'],
    ['wildcard for several parts', { Resource: 'arn:aws:dynamodb:*:*:table/*' }, 'allowed'],
    ['everything', { Action: '*', Resource: '*' }, 'allowed'],
    ['all but others', { Action: undefined, NotAction: 'dynamodb:PutItem' }, 'allowed'],
    ['all resources but others', { Resource: undefined, NotResource: `${TABLE}/index/*` }, 'allowed'],
    ['another action', { Action: 'dynamodb:PutItem' }, 'noAllow'],
    ['an action that begins alike', { Action: 'dynamodb:GetItemX' }, 'noAllow'],
    ['another resource', { Resource: `${TABLE}b` }, 'noAllow'],
    ['a resource in other letter case', { Resource: TABLE.replace('/a', '/A') }, 'noAllow'],
    ['a dot is no wildcard', { Resource: TABLE.replace('/a', '/.') }, 'noAllow'],
    ['a wildcard does not cross a colon', { Resource: 'arn:aws:dynamodb:*:table/a' }, 'noAllow'],
    ['all but this action', { Action: undefined, NotAction: 'dynamodb:Get*' }, 'noAllow'],
    ['all but this resource', { Resource: undefined, NotResource: TABLE }, 'noAllow'],
    ['an index is not its table', { Resource: `${TABLE}/index/*` }, 'noAllow'],
  ])('%s', (_, statement, expected) => {
    const written: Written = allow(statement);
    const given = Object.fromEntries(Object.entries(written).filter(([, value]) => value !== undefined));
    expect(outcome([given])).toBe(expected);
  });

  it('allows nothing by itself', () => expect(outcome([])).toBe('noAllow'));
});

describe('who decides', () => {
  const everyone = { Principal: '*' };
  it.each<[string, Written[], Written[], string]>([
    ['one Deny is enough', [allow(), deny()], [], 'identityDeny'],
    ['a Deny of something else is none', [allow(), deny({ Action: 'dynamodb:PutItem' })], [], 'allowed'],
    ['the resource may deny', [allow()], [deny(everyone)], 'resourceDeny'],
    ['the resource may allow', [], [allow({ Principal: { AWS: ROLE } })], 'allowed'],
    ['the resource may allow a session', [], [allow({ Principal: { AWS: SESSION.name } })], 'allowed'],
    ['the resource may allow everybody', [], [allow({ Principal: { AWS: '*' } })], 'allowed'],
    ['another role is not meant', [], [allow({ Principal: { AWS: `${ROLE}2` } })], 'noAllow'],
    [
      'the account leaves it to the role',
      [],
      [allow({ Principal: { AWS: 'arn:aws:iam::000000000000:root' } })],
      'noAllow',
    ],
    ['the account can be denied', [allow()], [deny({ Principal: { AWS: '000000000000' } })], 'resourceDeny'],
    ['a service is another', [], [allow({ Principal: { Service: 'events.amazonaws.com' } })], 'noAllow'],
  ])('%s', (_, identity, policy, expected) => expect(outcome(identity, {}, policy)).toBe(expected));

  it('counts AWS’s services as nobody of the account', () => {
    const events = serviceOf('events.amazonaws.com');
    const letEvents = allow({ Principal: { Service: 'events.amazonaws.com' } });
    expect(outcome([], {}, [letEvents, deny({ Principal: { AWS: '000000000000' } })], events)).toBe('allowed');
    expect(outcome([], {}, [letEvents, deny({ Principal: '*' })], events)).toBe('resourceDeny');
  });

  it('knows services', () => {
    const policy = [allow({ Principal: { Service: 'events.amazonaws.com' } })];
    expect(outcome([], {}, policy, serviceOf('events.amazonaws.com'))).toBe('allowed');
    expect(outcome([], {}, policy, serviceOf('sns.amazonaws.com'))).toBe('noAllow');
  });
});

describe('conditions', () => {
  const KEY = 'events:source';
  const LIST = 'dynamodb:LeadingKeys';
  it.each<[string, string, string, string | string[], string | string[] | undefined, boolean]>([
    ['equal', 'StringEquals', KEY, 'a', 'a', true],
    ['one of several', 'StringEquals', KEY, ['b', 'a'], 'a', true],
    ['not equal', 'StringEquals', KEY, 'a', 'A', false],
    ['without a value', 'StringEquals', KEY, 'a', undefined, false],
    ['without a value, if it exists', 'StringEqualsIfExists', KEY, 'a', undefined, true],
    ['if it exists, and it does', 'StringEqualsIfExists', KEY, 'a', 'b', false],
    ['negated', 'StringNotEquals', KEY, 'a', 'b', true],
    ['negated, one of several', 'StringNotEquals', KEY, ['a', 'b'], 'b', false],
    ['negated without a value', 'StringNotEquals', KEY, 'a', undefined, true],
    ['any letter case', 'StringEqualsIgnoreCase', KEY, 'a', 'A', true],
    ['like', 'StringLike', KEY, 'a*', 'abc', true],
    ['not like', 'StringNotLike', KEY, 'a*', 'abc', false],
    ['an ARN', 'ArnLike', 'aws:SourceArn', 'arn:aws:events:*:*:rule/*', 'arn:aws:events:x:1:rule/r', true],
    ['an ARN that crosses parts', 'ArnLike', 'aws:SourceArn', 'arn:aws:*:rule/*', 'arn:aws:events:x:1:rule/r', false],
    ['a boolean', 'Bool', 'aws:SecureTransport', 'true', 'true', true],
    ['another boolean', 'Bool', 'aws:SecureTransport', 'false', 'true', false],
    ['present', 'Null', KEY, 'false', 'a', true],
    ['absent', 'Null', KEY, 'true', undefined, true],
    ['absent, but it is there', 'Null', KEY, 'true', 'a', false],
    ['all of them', 'ForAllValues:StringLike', LIST, 'a*', ['a1', 'a2'], true],
    ['not all of them', 'ForAllValues:StringLike', LIST, 'a*', ['a1', 'b'], false],
    ['all of none', 'ForAllValues:StringEquals', LIST, 'a', undefined, true],
    ['any of them', 'ForAnyValue:StringEquals', LIST, 'a', ['b', 'a'], true],
    ['any of none', 'ForAnyValue:StringEquals', LIST, 'a', undefined, false],
  ])('%s', (_, operator, key, wanted, value, holds) => {
    const statement = allow({ Condition: { [operator]: { [key]: wanted } } });
    const context = value === undefined ? {} : { [key]: value };
    expect(outcome([statement], { context })).toBe(holds ? 'allowed' : 'noAllow');
  });

  it('must all hold', () => {
    const Condition = {
      StringEquals: { [KEY]: 'a', 'events:detail-type': 'b' },
      Bool: { 'aws:SecureTransport': true },
    };
    const context = { [KEY]: 'a', 'events:detail-type': 'b', 'aws:SecureTransport': 'true' };
    expect(outcome([allow({ Condition })], { context })).toBe('allowed');
    for (const key of Object.keys(context)) {
      expect(outcome([allow({ Condition })], { context: { ...context, [key]: 'x' } })).toBe('noAllow');
    }
  });
});

describe('what is not known is refused by name', () => {
  it.each<[string, Written, RegExp]>([
    ['an operator', { Condition: { DateGreaterThan: { 'aws:SourceArn': 'x' } } }, /DateGreaterThan.*\(p\)/],
    ['a key', { Condition: { StringEquals: { 'aws:userid': 'x' } } }, /aws:userid.*\(p\)/],
    ['a policy variable', { Resource: ['arn:aws:s3:::b/$', '{aws:username}'].join('') }, /policy variables/],
    ['an element', { NotPrincipal: '*' }, /NotPrincipal/],
    ['a kind of principal', { Principal: { Federated: 'x' } }, /Federated/],
  ])('%s', (_, more, message) => {
    expect(() => compileStatements([allow(more)], 'p')).toThrow(message);
  });
});
