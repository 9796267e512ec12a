/** Records of a table's stream as Lambda hands them to a consumer. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { Context, DynamoDBRecord } from 'aws-lambda';
import type { Item } from '../../../lib/aws/items.ts';

export type Changed = { before?: Item | undefined; after?: Item | undefined; byTtl?: boolean };

const image = (item: Item | undefined): Record<string, AttributeValue> | undefined =>
  item && marshall(item, { removeUndefinedValues: true });

export const streamRecord = ({ before, after, byTtl }: Changed, sequence: number): DynamoDBRecord =>
  ({
    eventID: `event-${sequence}`,
    eventName: before ? (after ? 'MODIFY' : 'REMOVE') : 'INSERT',
    dynamodb: {
      SequenceNumber: `sequence-${sequence}`,
      ...(before && { OldImage: image(before) }),
      ...(after && { NewImage: image(after) }),
    },
    ...(byTtl && { userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' } }),
  }) as unknown as DynamoDBRecord;

export const contextWith = (remainingMs = 60_000): Context =>
  ({ getRemainingTimeInMillis: () => remainingMs }) as unknown as Context;

/** Calls a stream consumer as Lambda does. */
export const streamCaller =
  (handler: unknown) =>
  async (changes: readonly Changed[], remainingMs?: number): Promise<string[]> => {
    const invoke = handler as (
      event: object,
      context: Context,
    ) => Promise<{ batchItemFailures: { itemIdentifier: string }[] }>;
    const { batchItemFailures } = await invoke({ Records: changes.map(streamRecord) }, contextWith(remainingMs));
    return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  };
