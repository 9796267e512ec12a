/** Does what follows from committed changes: the relay as soon as it hears of one, the sweep for what was lost on the way. */
import { createDeviceReader } from '../aws/device-repository.ts';
import type { Database } from '../aws/dynamodb.ts';
import { createEventPublisher } from '../aws/event-publisher.ts';
import { createSqs } from '../aws/inbox.ts';
import { createInboxes } from '../aws/inboxes.ts';
import type { Consequences } from '../consequences.ts';
import { isInService as isDeviceInService } from '../devices/model.ts';

type Environment = {
  DEVICES_TABLE: string;
  EVENT_BUS_NAME: string;
  INBOX_URL_PREFIX: string;
  INBOX_DEAD_LETTER_QUEUE_ARN: string;
  INBOX_LEASE_SECONDS: string;
};

/** Safe to repeat. An inbox is there before its messages, and gone only when all the rest is done. */
export type CarryOut = (consequences: readonly Consequences[]) => Promise<void>;

export const openConsequences = (db: Database, environment: Environment): CarryOut => {
  const publisher = createEventPublisher(environment.EVENT_BUS_NAME);
  const devices = createDeviceReader(db, environment.DEVICES_TABLE);
  const isInService = async (deviceId: string): Promise<boolean> => {
    const device = await devices.find(deviceId);
    return device !== undefined && isDeviceInService(device);
  };
  const inboxes = createInboxes(createSqs(), {
    urlPrefix: environment.INBOX_URL_PREFIX,
    deadLetterQueueArn: environment.INBOX_DEAD_LETTER_QUEUE_ARN,
    leaseSeconds: Number(environment.INBOX_LEASE_SECONDS),
    isInService,
  });
  return async (consequences) => {
    await Promise.all(consequences.flatMap(({ createInbox }) => (createInbox ? [inboxes.create(createInbox)] : [])));
    await Promise.all(consequences.flatMap(({ messages }) => messages.map(inboxes.send)));
    await publisher.publish(consequences.flatMap(({ events }) => events));
    await Promise.all(consequences.flatMap(({ deleteInbox }) => (deleteInbox ? [inboxes.delete(deleteInbox)] : [])));
  };
};
