import { describe, expect, it } from 'vitest';
import { resolveIntrinsics, type Scope } from '../../../local/assembly/intrinsics.ts';
import { creationOrder } from '../../../local/assembly/order.ts';

const scope: Scope = {
  ref: (name) => ({ 'AWS::Region': 'eu-central-1', Queue: 'https://queue', Names: ['a', 'b'] })[name] ?? `ref-${name}`,
  attribute: (logicalId, name) => `${logicalId}.${name}`,
  condition: (name) => name === 'Yes',
  mapping: (map, first, second) => `${map}/${first}/${second}`,
};

describe('resolveIntrinsics', () => {
  it.each([
    [{ Ref: 'Queue' }, 'https://queue'],
    [{ 'Fn::GetAtt': ['Queue', 'Arn'] }, 'Queue.Arn'],
    [{ 'Fn::GetAtt': 'Queue.Arn' }, 'Queue.Arn'],
    [{ 'Fn::Join': ['-', ['a', { Ref: 'AWS::Region' }, 1]] }, 'a-eu-central-1-1'],
    [{ 'Fn::Join': [',', { Ref: 'Names' }] }, 'a,b'],
    // biome-ignore-start lint/suspicious/noTemplateCurlyInString: CloudFormation fills them.
    [{ 'Fn::Sub': '${AWS::Region}/${Queue.Arn}/${!Literal}' }, 'eu-central-1/Queue.Arn/${Literal}'],
    [{ 'Fn::Sub': ['${own}-${Queue}', { own: { Ref: 'AWS::Region' } }] }, 'eu-central-1-https://queue'],
    // biome-ignore-end lint/suspicious/noTemplateCurlyInString: CloudFormation fills them.
    [{ 'Fn::Select': ['1', { 'Fn::Split': ['|', 'a|b'] }] }, 'b'],
    [{ 'Fn::If': ['Yes', 1, { 'Fn::Unknown': [] }] }, 1],
    [{ 'Fn::If': ['No', 1, 2] }, 2],
    [{ 'Fn::And': [{ Condition: 'Yes' }, { 'Fn::Equals': ['a', 'a'] }] }, true],
    [{ 'Fn::Or': [{ Condition: 'No' }, { 'Fn::Not': [{ Condition: 'No' }] }] }, true],
    [{ 'Fn::FindInMap': ['M', 'a', { Ref: 'AWS::Region' }] }, 'M/a/eu-central-1'],
    [{ 'Fn::Base64': 'hi' }, 'aGk='],
    [{ a: [{ Ref: 'AWS::NoValue' }, 1], b: { Ref: 'AWS::NoValue' } }, { a: [1] }],
    [{ Condition: { StringEquals: { a: 'b' } } }, { Condition: { StringEquals: { a: 'b' } } }],
  ])('%j gives %j', (value, expected) => {
    expect(resolveIntrinsics(value, scope)).toEqual(expected);
  });

  it.each(['Fn::ImportValue', 'Fn::GetAZs', 'Fn::Transform'])('refuses %s by name', (name) => {
    expect(() => resolveIntrinsics({ deep: [{ [name]: 'x' }] }, scope)).toThrow(name);
  });
});

describe('creationOrder', () => {
  const resource = (Properties: Record<string, unknown>, DependsOn: string[] = []) => ({
    Type: 'T',
    Properties,
    DependsOn,
  });

  it('puts what is referred to first', () => {
    const resources = {
      // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation fills it.
      a: resource({ x: { 'Fn::Sub': '${b.Arn}' } }),
      b: resource({ y: [{ 'Fn::GetAtt': ['c', 'Arn'] }] }, ['d']),
      c: resource({ z: { Ref: 'AWS::Region' } }),
      d: resource({}),
    };
    expect(creationOrder(resources)).toEqual(['d', 'c', 'b', 'a']);
  });

  it('names a circle', () => {
    expect(() => creationOrder({ a: resource({ Ref: 'b' }), b: resource({ Ref: 'a' }) })).toThrow('a → b → a');
  });
});
