/** SDK clients that enter the local stack by the functions' own door. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { LocalStack } from '../../../local/stack.ts';

export const clientsOf = ({ aws }: Pick<LocalStack, 'aws'>) => {
  const config = { ...aws, maxAttempts: 1 };
  return {
    dynamodb: new DynamoDBClient(config),
    events: new EventBridgeClient(config),
    sns: new SNSClient(config),
    sqs: new SQSClient({ ...config, useQueueUrlAsEndpoint: false }),
  };
};

/** The URL, as AWS has it, of the fixture's queue with this logical id. */
export const queueUrl = (logicalId: string): string =>
  `https://sqs.eu-central-1.amazonaws.com/000000000000/Fixture-${logicalId}`;
