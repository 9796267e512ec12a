/**
 * Consumers of the tables' streams. A failure is reported for the first record that could not be handled; Lambda
 * tries again from there, so what came before it is done and what comes after it may be handled twice.
 */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Context, DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import type { IndexAttributes, Item } from '../aws/items.ts';
import { type Cause, following } from '../cause.ts';
import { log } from './log.ts';

/** One committed change of one item. */
export type Change = {
  before: Item | undefined;
  after: Item | undefined;
  /** DynamoDB itself deleted the item because of its TTL. */
  byTtl: boolean;
};

type Image = Record<string, AttributeValue>;

const itemOf = (image: unknown): Item | undefined => (image === undefined ? undefined : unmarshall(image as Image));

const changeOf = (record: DynamoDBRecord): Change => ({
  before: itemOf(record.dynamodb?.OldImage),
  after: itemOf(record.dynamodb?.NewImage),
  byTtl: record.userIdentity?.principalId === 'dynamodb.amazonaws.com',
});

/** The request that asked for the change, where one did. */
export const causeOfChange = ({ after }: Change): Cause => {
  const { causedBy: requestId, correlationId }: IndexAttributes & Cause = after ?? {};
  return { requestId, correlationId };
};

type Handle = (changes: Change[], context: Context) => Promise<void>;

/** @returns the first record that fails by itself, where one does */
const firstFailing = async (records: DynamoDBRecord[], handle: Handle, context: Context) => {
  for (const record of records) {
    let cause: Cause = {};
    try {
      const change = changeOf(record);
      cause = causeOfChange(change);
      await handle([change], context);
    } catch (error) {
      const fields = { eventId: record.eventID, error };
      following(cause, () => log.error('a stream record could not be handled', fields));
      return record;
    }
  }
  return undefined;
};

/**
 * @param chunkSize how many changes `handle` gets at once; when it fails with several, it gets them one by one, to find
 * the one that is at fault
 */
export const streamFunction =
  (chunkSize: number, handle: Handle) =>
  async ({ Records: records }: DynamoDBStreamEvent, context: Context): Promise<DynamoDBBatchResponse> => {
    for (let at = 0; at < records.length; at += chunkSize) {
      const chunk = records.slice(at, at + chunkSize);
      try {
        await handle(chunk.map(changeOf), context);
      } catch (error) {
        log.warn('a chunk of stream records failed; trying its records one by one', { error });
        const failing = await firstFailing(chunk, handle, context);
        if (failing) return { batchItemFailures: [{ itemIdentifier: failing.dynamodb?.SequenceNumber ?? '' }] };
      }
    }
    return { batchItemFailures: [] };
  };
