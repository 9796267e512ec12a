/** What was committed: the tables' streams as the engine keeps them, whatever became of their consumers. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Item } from '../../lib/aws/items.ts';
import type { LocalStack } from '../../local/stack.ts';

export type CommittedChange = { readonly before: Item | undefined; readonly after: Item | undefined };

type Image = Record<string, AttributeValue> | undefined;
type Record_ = { dynamodb: { SequenceNumber: string; OldImage?: Image; NewImage?: Image } };

/** The tables that something follows from. */
const TABLES = ['DEVICES_TABLE', 'ASSISTANCE_TABLE', 'RESTARTS_TABLE'] as const;

/** What a function of the stack is given as its variable `name`. */
export const variableOf = ({ model }: Pick<LocalStack, 'model'>, name: string): string => {
  const values = [...model.functions.values()].flatMap(({ environment }) => environment[name] ?? []);
  if (values[0] === undefined) throw new Error(`no function has the variable ${name}`);
  return values[0];
};

const itemOf = (image: Image): Item | undefined => (image === undefined ? undefined : unmarshall(image));

/** Reads on from where the last look ended; the first one from the beginning. */
export const openCommitted = (stack: LocalStack) => {
  const ask = async <T>(action: string, body: object): Promise<T> => {
    const { endpoint, region, credentials } = stack.aws;
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: {
        authorization: `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/20260101/${region}/dynamodb/aws4_request`,
        'x-amz-target': `DynamoDBStreams_20120810.${action}`,
        'content-type': 'application/x-amz-json-1.0',
      },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${action}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  };

  const done = new Map<string, string>();

  const readShard = async (StreamArn: string, ShardId: string): Promise<CommittedChange[]> => {
    const key = `${StreamArn} ${ShardId}`;
    const after = done.get(key);
    const place =
      after === undefined
        ? { ShardIteratorType: 'TRIM_HORIZON' }
        : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: after };
    let { ShardIterator: iterator } = await ask<{ ShardIterator?: string | null }>('GetShardIterator', {
      StreamArn,
      ShardId,
      ...place,
    });
    const changes: CommittedChange[] = [];
    while (iterator) {
      const page: { Records: Record_[]; NextShardIterator?: string | null } = await ask('GetRecords', {
        ShardIterator: iterator,
        Limit: 1000,
      });
      if (page.Records.length === 0) break;
      for (const { dynamodb } of page.Records) {
        changes.push({ before: itemOf(dynamodb.OldImage), after: itemOf(dynamodb.NewImage) });
        done.set(key, dynamodb.SequenceNumber);
      }
      iterator = page.NextShardIterator;
    }
    return changes;
  };

  const readTable = async (TableName: string): Promise<CommittedChange[]> => {
    const { Streams } = await ask<{ Streams: { StreamArn: string }[] }>('ListStreams', { TableName });
    const changes: CommittedChange[] = [];
    for (const { StreamArn } of Streams) {
      const { StreamDescription } = await ask<{ StreamDescription: { Shards: { ShardId: string }[] } }>(
        'DescribeStream',
        { StreamArn },
      );
      for (const { ShardId } of StreamDescription.Shards) changes.push(...(await readShard(StreamArn, ShardId)));
    }
    return changes;
  };

  /** @returns what was committed since the last look */
  return async (): Promise<CommittedChange[]> =>
    (await Promise.all(TABLES.map((name) => readTable(variableOf(stack, name))))).flat();
};
