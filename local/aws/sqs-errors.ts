/** SQS's refusals in the shape that AWS gives them, so that an SDK error has the same name here and there. */
import { type AwsReply, jsonReply } from './call.ts';

/** Codes of the old query protocol, where they differ from the error's name. The SDK reads them from a header. */
const QUERY_CODES: Readonly<Record<string, string>> = {
  QueueDoesNotExist: 'AWS.SimpleQueueService.NonExistentQueue',
  QueueNameExists: 'QueueAlreadyExists',
  QueueDeletedRecently: 'AWS.SimpleQueueService.QueueDeletedRecently',
  MessageNotInflight: 'AWS.SimpleQueueService.MessageNotInflight',
  PurgeQueueInProgress: 'AWS.SimpleQueueService.PurgeQueueInProgress',
  EmptyBatchRequest: 'AWS.SimpleQueueService.EmptyBatchRequest',
  TooManyEntriesInBatchRequest: 'AWS.SimpleQueueService.TooManyEntriesInBatchRequest',
  BatchEntryIdsNotDistinct: 'AWS.SimpleQueueService.BatchEntryIdsNotDistinct',
  BatchRequestTooLong: 'AWS.SimpleQueueService.BatchRequestTooLong',
  InvalidBatchEntryId: 'AWS.SimpleQueueService.InvalidBatchEntryId',
  UnsupportedOperation: 'AWS.SimpleQueueService.UnsupportedOperation',
};

/** Other engines answer with the query protocol's code for a name. */
const NAMES: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(QUERY_CODES).map(([name, code]) => [code, name]),
);

/** A refusal called `name`, which may carry any of the prefixes that engines put before it. */
export const sqsError = (name: string, message: string, status = 400): AwsReply => {
  const bare = name.replace(/^.*#/, '');
  const known =
    NAMES[bare] ?? bare.replace(/^AWS\.SimpleQueueService\./, '').replace('NonExistentQueue', 'QueueDoesNotExist');
  return jsonReply(
    status,
    { __type: `com.amazonaws.sqs#${known}`, message },
    { 'x-amzn-query-error': `${QUERY_CODES[known] ?? known};Sender` },
  );
};
