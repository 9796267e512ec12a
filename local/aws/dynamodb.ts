/** DynamoDB: passed to the engine as it is; what writes wakes the readers of the tables' streams. */
import type { Engine } from '../engines/transport.ts';
import type { Waker } from '../waker.ts';
import type { AwsHandler } from './call.ts';

const WRITES = new Set([
  'PutItem',
  'UpdateItem',
  'DeleteItem',
  'TransactWriteItems',
  'BatchWriteItem',
  'ExecuteStatement',
  'ExecuteTransaction',
  'BatchExecuteStatement',
]);

/** Headers of the engine's answer that the SDK looks at. */
const KEPT_HEADERS = ['content-type', 'x-amzn-requestid', 'x-amz-crc32'] as const;

/** Table names stand as values of `TableName`, or, in batches, as keys. */
const writtenTables = (action: string, body: string): string[] => {
  if (action === 'BatchWriteItem') {
    return Object.keys((JSON.parse(body) as { RequestItems?: object }).RequestItems ?? {});
  }
  return [...body.matchAll(/"TableName"\s*:\s*"([^"]+)"/g)].map(([, name]) => name ?? '');
};

export const dynamodbHandler =
  (engine: Engine, waker: Waker): AwsHandler =>
  async ({ action, target, body }) => {
    const reply = await engine.send(target, body);
    if (reply.status < 300 && WRITES.has(action)) {
      for (const table of new Set(writtenTables(action, body))) waker.wake(`table:${table}`);
    }
    const headers: Record<string, string> = {};
    for (const name of KEPT_HEADERS) {
      const value = reply.headers[name];
      if (typeof value === 'string') headers[name] = value;
    }
    return { status: reply.status, headers, body: reply.body };
  };
