/** A stack whose targets would refuse what AWS's services do for it does not start, and says which and why. */
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { readAssembly } from '../../../../local/assembly/assembly.ts';
import { createIam } from '../../../../local/iam/iam.ts';
import { buildModel } from '../../../../local/resources/build-model.ts';
import { createFixture, type Fixture } from '../../../integration/local/fixture.ts';

// biome-ignore lint/suspicious/noExplicitAny: a template is whatever the test makes of it.
type Resources = Record<string, any>;

const made: Fixture[] = [];
let fixture: Fixture;
beforeEach(() => {
  fixture = createFixture();
  made.push(fixture);
});
afterAll(() => {
  for (const each of made) each.remove();
});

const iam = () => createIam(buildModel(readAssembly(fixture.assemblyDir), 'http://127.0.0.1:1'), () => {});
const without = (name: string) => (resources: Resources) => {
  delete resources[name];
};
const service = (name: string, Action: string | string[] = 'sts:AssumeRole') => ({
  Statement: [{ Effect: 'Allow', Principal: { Service: name }, Action }],
});
const allowing = (Action: string, Resource: unknown) => [
  { PolicyName: 'p', PolicyDocument: { Statement: [{ Effect: 'Allow', Action, Resource }] } },
];
const target = (resources: Resources, id: string) =>
  resources['Rule'].Properties.Targets.find(({ Id }: { Id: string }) => Id === id);

it('starts with every policy in its place', () => expect(iam).not.toThrow());

describe('does not start', () => {
  it.each<[string, (resources: Resources) => void, RegExp]>([
    [
      'a role that trusts somebody else',
      ({ Role }) => {
        Role.Properties.AssumeRolePolicyDocument = service('ec2.amazonaws.com');
      },
      /not let function Http run: User: lambda\.amazonaws\.com is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::000000000000:role\/Fixture-Role because no resource-based policy allows/,
    ],
    [
      'a role that trusts Lambda with something else',
      ({ Role }) => {
        Role.Properties.AssumeRolePolicyDocument = service('lambda.amazonaws.com', 'sts:TagSession');
      },
      /not let function Http run/,
    ],
    [
      'a function that the API may not invoke',
      without('WriterPermission'),
      /route POST \/items reach its function: User: apigateway\.amazonaws\.com .* lambda:InvokeFunction on resource: \S+:Fixture-Writer/,
    ],
    [
      'a function that another API may invoke',
      ({ WriterPermission }) => {
        WriterPermission.Properties.SourceArn = 'arn:aws:execute-api:eu-central-1:000000000000:other/*';
      },
      /route POST \/items/,
    ],
    [
      'a function that another account may invoke',
      ({ TicksPermission }) => {
        TicksPermission.Properties.SourceAccount = '111111111111';
      },
      /target ticks/,
    ],
    [
      'a function that a rule may not invoke',
      without('EventsPermission'),
      /rule Fixture-Rule reach its target function/,
    ],
    [
      'a function that another rule may invoke',
      ({ TicksPermission }) => {
        TicksPermission.Properties.SourceArn = { 'Fn::GetAtt': ['Rule', 'Arn'] };
      },
      /rule Fixture-Minute reach its target ticks/,
    ],
    [
      'a function that a service may do something else with',
      ({ TicksPermission }) => {
        TicksPermission.Properties.Action = 'lambda:GetFunction';
      },
      /target ticks/,
    ],
    ['a topic that a rule may not publish to', without('TopicPolicy'), /target topic: .* SNS:Publish/],
    [
      'a queue that a topic may not send to',
      without('TopicQueuePolicy'),
      /topic \S+:Fixture-Topic reach \S+TopicQueue/,
    ],
    [
      'a dead-letter queue that its rule may not send to',
      (resources) => {
        target(resources, 'function').DeadLetterConfig = { Arn: { 'Fn::GetAtt': ['DeadLetters', 'Arn'] } };
      },
      /the dead-letter queue of rule Fixture-Rule be reached: User: events\.amazonaws\.com .* sqs:sendmessage/,
    ],
    [
      'a dead-letter queue that its topic may not send to',
      ({ TopicSubscription }) => {
        TopicSubscription.Properties.RedrivePolicy = { deadLetterTargetArn: { 'Fn::GetAtt': ['DeadLetters', 'Arn'] } };
      },
      /topic \S+ reach \S+DeadLetters: User: sns\.amazonaws\.com/,
    ],
  ])('%s', (_what, change, message) => {
    fixture.edit(change);
    expect(iam).toThrow(message);
  });
});

describe('a target that the rule reaches as a role', () => {
  const useRole = (trust: unknown, Policies: unknown) =>
    fixture.edit((resources) => {
      resources['RuleRole'] = {
        Type: 'AWS::IAM::Role',
        Properties: { AssumeRolePolicyDocument: trust, Policies },
      };
      delete resources['EventsPermission'];
      target(resources, 'function').RoleArn = { 'Fn::GetAtt': ['RuleRole', 'Arn'] };
    });
  const EVENTS = { 'Fn::GetAtt': ['Events', 'Arn'] };

  it('needs no policy of its own, and the grant counts as used', () => {
    useRole(service('events.amazonaws.com'), allowing('lambda:InvokeFunction', EVENTS));
    expect(iam().report().used).toContainEqual(
      expect.objectContaining({ action: 'lambda:InvokeFunction', roleArn: expect.stringContaining('RuleRole') }),
    );
  });

  it('needs the role to trust EventBridge', () => {
    useRole(service('lambda.amazonaws.com'), allowing('lambda:InvokeFunction', EVENTS));
    expect(iam).toThrow(/events\.amazonaws\.com is not authorized to perform: sts:AssumeRole/);
  });

  it('needs the role to be allowed', () => {
    useRole(service('events.amazonaws.com'), allowing('lambda:InvokeFunction', { 'Fn::GetAtt': ['Ticks', 'Arn'] }));
    expect(iam).toThrow(/assumed-role\/Fixture-RuleRole\/events\.amazonaws\.com is not authorized/);
  });
});
