/** Topics and who listens to them: `AWS::SNS::Topic`, `AWS::SNS::Subscription`. */
import * as z from 'zod';
import { checkPattern } from '../events/pattern.ts';
import { arn, generatedName } from '../identity.ts';
import { boolean, irrelevant, json, propertiesOf, type ResourceHandler } from './handler.ts';

const TopicProperties = z.strictObject({
  TopicName: z.string().optional(),
  Subscription: z.array(z.strictObject({ Protocol: z.string(), Endpoint: z.string() })).default([]),
  DisplayName: irrelevant,
  KmsMasterKeyId: irrelevant,
  SignatureVersion: irrelevant,
  TracingConfig: irrelevant,
  Tags: irrelevant,
});

export const topic: ResourceHandler = (input) => {
  const properties = propertiesOf(TopicProperties, input);
  const name = properties.TopicName ?? generatedName(input.model.stackName, input.logicalId, 256);
  const topicArn = arn('sns', name);
  input.model.topics.push({ name, arn: topicArn });
  for (const { Protocol, Endpoint } of properties.Subscription) {
    input.model.subscriptions.push({ topicArn, protocol: Protocol, endpoint: Endpoint, raw: false });
  }
  return { ref: topicArn, attributes: { TopicArn: topicArn, TopicName: name } };
};

const SubscriptionProperties = z.strictObject({
  TopicArn: z.string(),
  Protocol: z.enum(['sqs', 'lambda', 'email', 'email-json', 'sms', 'http', 'https']),
  Endpoint: z.string(),
  RawMessageDelivery: boolean.default(false),
  RedrivePolicy: json.optional(),
  FilterPolicy: json.optional(),
  FilterPolicyScope: z.literal('MessageAttributes').optional(),
  Region: irrelevant,
});

export const subscription: ResourceHandler = (input) => {
  const properties = propertiesOf(SubscriptionProperties, input);
  const filter = properties.FilterPolicy;
  if (filter) checkPattern(filter, `the filter policy of ${input.logicalId}`, 'events');
  const deadLetterArn = properties.RedrivePolicy?.['deadLetterTargetArn'];
  input.model.subscriptions.push({
    topicArn: properties.TopicArn,
    protocol: properties.Protocol,
    endpoint: properties.Endpoint,
    raw: properties.RawMessageDelivery,
    ...(filter && { filter }),
    ...(typeof deadLetterArn === 'string' && { deadLetterArn }),
  });
  return { ref: `${properties.TopicArn}:${input.logicalId}` };
};
