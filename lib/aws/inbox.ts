/** A device's inbox from the device's side: an SQS queue of its own, whose name is made from the device's id. */
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod/mini';
import type { InboxMessage } from '../restarts/events.ts';
import type { Delivery, Inbox } from '../restarts/ports.ts';
import { CALLS } from './calls.ts';

/** The queue's address comes from its name, so nothing has to be looked up; the endpoint is the region's. */
export const createSqs = (): SQSClient => new SQSClient({ ...CALLS, useQueueUrlAsEndpoint: false });

/** Long enough to ask all of SQS's servers, as a poll of none would not; short enough for an HTTP call. */
const LONG_POLL_SECONDS = 1;
const MOST = 10;

const Message = z.object({
  deviceId: z.string(),
  taskId: z.string(),
  version: z.int(),
  requestId: z.optional(z.string()),
  correlationId: z.optional(z.string()),
});

/** @returns `undefined` for what is no message of ours */
export const parseInboxMessage = (body: string | undefined): InboxMessage | undefined => {
  try {
    return Message.parse(JSON.parse(body ?? ''));
  } catch {
    return undefined;
  }
};

export const isMissingQueue = (error: unknown): boolean =>
  error instanceof Error &&
  (error.name === 'QueueDoesNotExist' || error.name === 'AWS.SimpleQueueService.NonExistentQueue');

/** @param log is told what the port swallows */
export const createInbox = (
  sqs: SQSClient,
  urlPrefix: string,
  log: (message: string, error: unknown) => void,
): Inbox => {
  const urlOf = (deviceId: string): string => urlPrefix + deviceId;
  const remove = async (deviceId: string, handle: string): Promise<void> => {
    if (handle === '') return;
    try {
      await sqs.send(new DeleteMessageCommand({ QueueUrl: urlOf(deviceId), ReceiptHandle: handle }));
    } catch (error) {
      log('a message was not removed from its inbox', error);
    }
  };
  return {
    remove,
    receive: async (deviceId) => {
      try {
        const { Messages = [] } = await sqs.send(
          new ReceiveMessageCommand({
            QueueUrl: urlOf(deviceId),
            MaxNumberOfMessages: MOST,
            WaitTimeSeconds: LONG_POLL_SECONDS,
          }),
        );
        return Messages.flatMap(({ Body, ReceiptHandle: handle = '' }): Delivery[] => {
          const message = parseInboxMessage(Body);
          // An unreadable message is handed on as one of no task, and dropped with the stale ones.
          return [{ taskId: message?.taskId ?? '', version: message?.version ?? 0, handle }];
        });
      } catch (error) {
        if (isMissingQueue(error)) return [];
        throw error;
      }
    },
  };
};
