/** The devices' inboxes from the sender's side: made, filled and deleted by the relay. */
import { CreateQueueCommand, DeleteQueueCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Id } from '../ids.ts';
import type { InboxMessage } from '../restarts/events.ts';
import { isMissingQueue } from './inbox.ts';

export type InboxSettings = {
  /** `https://sqs.<region>.amazonaws.com/<account>/<name prefix>` */
  urlPrefix: string;
  deadLetterQueueArn: string;
  /** The visibility timeout: how long a device has to acknowledge what it was handed. */
  leaseSeconds: number;
  /** Asked when an inbox is missing; read consistently. */
  isInService: (deviceId: Id) => Promise<boolean>;
};

export type Inboxes = {
  /** Leaves one that is there already as it is. */
  create(deviceId: Id): Promise<void>;
  /** Makes the inbox again where it has vanished, unless the device is retired: its message is for nobody then. */
  send(message: InboxMessage): Promise<void>;
  delete(deviceId: Id): Promise<void>;
};

/** After so many deliveries without an acknowledgement a task has failed. */
export const MAX_DELIVERIES = 5;

/**
 * A day more than the longest delivery that an order may ask for, and less than the dead-letter queue's 14: a message
 * that moves there keeps its age.
 */
const RETENTION_SECONDS = 8 * 24 * 3600;

/** As the stack's own queues have it. */
const tlsOnly = (queueArn: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Deny',
        Principal: { AWS: '*' },
        Action: 'sqs:*',
        Resource: queueArn,
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ],
  });

/** It was made before, with other settings: by another version of ours, or somebody has changed it since. */
const isMadeOtherwise = (error: unknown): boolean =>
  error instanceof Error && (error.name === 'QueueNameExists' || error.name === 'QueueAlreadyExists');

export const createInboxes = (
  sqs: SQSClient,
  { urlPrefix, deadLetterQueueArn, leaseSeconds, isInService }: InboxSettings,
): Inboxes => {
  const namePrefix = urlPrefix.slice(urlPrefix.lastIndexOf('/') + 1);
  const create = async (deviceId: Id): Promise<void> => {
    const command = new CreateQueueCommand({
      QueueName: namePrefix + deviceId,
      Attributes: {
        VisibilityTimeout: String(leaseSeconds),
        MessageRetentionPeriod: String(RETENTION_SECONDS),
        SqsManagedSseEnabled: 'true',
        Policy: tlsOnly(deadLetterQueueArn.replace(/[^:]*$/, namePrefix + deviceId)),
        RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetterQueueArn, maxReceiveCount: MAX_DELIVERIES }),
      },
    });
    try {
      await sqs.send(command);
    } catch (error) {
      if (!isMadeOtherwise(error)) throw error;
    }
  };
  const put = (message: InboxMessage) =>
    sqs.send(new SendMessageCommand({ QueueUrl: urlPrefix + message.deviceId, MessageBody: JSON.stringify(message) }));
  const remove = async (deviceId: Id): Promise<void> => {
    try {
      await sqs.send(new DeleteQueueCommand({ QueueUrl: urlPrefix + deviceId }));
    } catch (error) {
      if (!isMissingQueue(error)) throw error;
    }
  };
  return {
    create,
    send: async (message) => {
      try {
        await put(message);
      } catch (error) {
        if (!isMissingQueue(error)) throw error;
        const { deviceId } = message;
        await create(deviceId);
        // Asked only now: who is retired after this has its inbox deleted after this, too.
        if (await isInService(deviceId)) await put(message);
        else await remove(deviceId);
      }
    },
    delete: remove,
  };
};
