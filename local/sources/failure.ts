/** What Lambda sends to a stream mapping's failure destination: where the records lay, not the records themselves. */
import type { Delivery } from '../events/deliveries.ts';
import type { StreamRecord } from './stream-reader.ts';

export type StreamFailure = {
  onFailureArn: string;
  functionArn: string;
  condition: 'RetryAttemptsExhausted' | 'RecordAgeExceeded';
  attempts: number;
  shard: string;
  records: readonly StreamRecord[];
};

const arrival = (record: StreamRecord | undefined): string =>
  new Date((record?.dynamodb.ApproximateCreationDateTime ?? 0) * 1000).toISOString();

export const failureDelivery = ({
  onFailureArn,
  functionArn,
  condition,
  attempts,
  shard,
  records,
}: StreamFailure): Delivery => ({
  targetArn: onFailureArn,
  maxRetries: 100,
  maxAgeSeconds: 86_400,
  payload: JSON.stringify({
    requestContext: { requestId: crypto.randomUUID(), functionArn, condition, approximateInvokeCount: attempts },
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    version: '1.0',
    timestamp: new Date().toISOString(),
    DDBStreamBatchInfo: {
      shardId: shard,
      startSequenceNumber: records[0]?.dynamodb.SequenceNumber,
      endSequenceNumber: records.at(-1)?.dynamodb.SequenceNumber,
      approximateArrivalOfFirstRecord: arrival(records[0]),
      approximateArrivalOfLastRecord: arrival(records.at(-1)),
      batchSize: records.length,
      streamArn: records[0]?.eventSourceARN,
    },
  }),
});
