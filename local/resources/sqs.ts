/** Queues: `AWS::SQS::Queue`. */
import * as z from 'zod';
import { arn, generatedName, queueUrl } from '../identity.ts';
import { boolean, irrelevant, json, number, propertiesOf, type ResourceHandler } from './handler.ts';

const Properties = z.strictObject({
  QueueName: z.string().optional(),
  VisibilityTimeout: number.optional(),
  DelaySeconds: number.optional(),
  MaximumMessageSize: number.optional(),
  MessageRetentionPeriod: number.optional(),
  ReceiveMessageWaitTimeSeconds: number.optional(),
  RedrivePolicy: json.optional(),
  RedriveAllowPolicy: json.optional(),
  FifoQueue: boolean.optional(),
  ContentBasedDeduplication: boolean.optional(),
  KmsMasterKeyId: irrelevant,
  KmsDataKeyReusePeriodSeconds: irrelevant,
  SqsManagedSseEnabled: irrelevant,
  Tags: irrelevant,
});

export const queue: ResourceHandler = (input) => {
  const { QueueName, ...properties } = propertiesOf(Properties, input);
  const suffix = properties.FifoQueue ? '.fifo' : '';
  const name = QueueName ?? generatedName(input.model.stackName, input.logicalId, 80 - suffix.length) + suffix;
  const attributes: Record<string, string> = {};
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || key === 'Tags' || key.startsWith('Kms') || key === 'SqsManagedSseEnabled') continue;
    attributes[key] = typeof value === 'object' ? JSON.stringify(value) : String(value);
  }
  const model = { name, arn: arn('sqs', name), url: queueUrl(name), attributes };
  input.model.queues.push(model);
  return { ref: model.url, attributes: { Arn: model.arn, QueueName: name, QueueUrl: model.url } };
};
