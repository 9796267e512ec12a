/** DynamoDB's calls as IAM sees them: by table or index, and transactions item by item. */
import * as z from 'zod';
import { arn } from '../../identity.ts';
import type { TableModel } from '../../resources/model.ts';
import { type Access, contextOf } from '../access.ts';

const Item = z.record(z.string(), z.record(z.string(), z.unknown()));
/** An item that is read or written, by its key or whole. */
const Single = z.looseObject({ TableName: z.string(), Key: Item.optional(), Item: Item.optional() });

const Request = z.looseObject({
  TableName: z.string().optional(),
  IndexName: z.string().optional(),
  StreamArn: z.string().optional(),
  Key: Item.optional(),
  Item: Item.optional(),
  KeyConditionExpression: z.string().optional(),
  ExpressionAttributeNames: z.record(z.string(), z.string()).default({}),
  ExpressionAttributeValues: Item.default({}),
  RequestItems: z.record(z.string(), z.unknown()).optional(),
  TransactItems: z.array(z.record(z.string(), Single)).optional(),
});
type Request = z.infer<typeof Request>;

/** What each member of a transaction is authorized as. */
const TRANSACTED: Readonly<Record<string, string>> = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
  Get: 'GetItem',
};

/** Tables may be named by their ARN too. */
const tableArn = (name: string): string => (name.startsWith('arn:') ? name : arn('dynamodb', `table/${name}`));

const scalar = (value: Readonly<Record<string, unknown>> | undefined): string[] | undefined =>
  value && [String(value['S'] ?? value['N'] ?? value['B'])];

/** The partition key's value that a query names: `pk = :pk`, in any place of its condition. */
const queriedKey = (request: Request, keyName: string | undefined): string[] | undefined => {
  for (const [, name = '', value = ''] of (request.KeyConditionExpression ?? '').matchAll(/([#\w]+)\s*=\s*(:\w+)/g)) {
    if ((request.ExpressionAttributeNames[name] ?? name) === keyName) {
      return scalar(request.ExpressionAttributeValues[value]);
    }
  }
  return undefined;
};

/** Makes the reader of DynamoDB's requests. `tables`: for the names of the keys that conditions look at. */
export const dynamodbAccess = (tables: readonly TableModel[]) => {
  const keyName = (ofTable: string, index?: string): string | undefined => {
    const definition = tables.find((table) => table.arn === ofTable)?.definition;
    const schema = index
      ? definition?.GlobalSecondaryIndexes.find(({ IndexName }) => IndexName === index)?.KeySchema
      : definition?.KeySchema;
    return schema?.find(({ KeyType }) => KeyType === 'HASH')?.AttributeName;
  };

  const ofItem = (action: string, table: string, item: z.infer<typeof Item> | undefined, within?: string): Access => ({
    action: `dynamodb:${action}`,
    resource: table,
    context: (key) => {
      if (key === 'dynamodb:leadingkeys') return scalar(item?.[keyName(table) ?? '']);
      return key === 'dynamodb:enclosingoperation' && within !== undefined ? [within] : undefined;
    },
  });

  /** The keys in a batch: of reads as they are, of writes within each request. */
  const keysInBatch = (requests: unknown, name: string): string[] => {
    const entries = Array.isArray(requests) ? requests : ((requests as { Keys?: unknown[] } | null)?.Keys ?? []);
    return entries.flatMap((entry) => {
      const item = entry?.PutRequest?.Item ?? entry?.DeleteRequest?.Key ?? entry;
      return scalar(item?.[name]) ?? [];
    });
  };

  return (action: string, body: unknown): Access[] => {
    const request = Request.parse(body);
    if (request.TransactItems) {
      return request.TransactItems.flatMap((members) =>
        Object.entries(members).map(([kind, { TableName, Key, Item }]) =>
          ofItem(TRANSACTED[kind] ?? kind, tableArn(TableName), Key ?? Item, action),
        ),
      );
    }
    if (request.RequestItems) {
      return Object.entries(request.RequestItems).map(([name, requests]) => ({
        action: `dynamodb:${action}`,
        resource: tableArn(name),
        context: (key) =>
          key === 'dynamodb:leadingkeys' ? keysInBatch(requests, keyName(tableArn(name)) ?? '') : undefined,
      }));
    }
    if (request.TableName === undefined) {
      return [{ action: `dynamodb:${action}`, resource: request.StreamArn ?? '*', context: contextOf({}) }];
    }
    const table = tableArn(request.TableName);
    if (action !== 'Query' && action !== 'Scan') return [ofItem(action, table, request.Key ?? request.Item)];
    const { IndexName } = request;
    const leadingKeys = () => queriedKey(request, keyName(table, IndexName));
    return [
      {
        action: `dynamodb:${action}`,
        resource: IndexName === undefined ? table : `${table}/index/${IndexName}`,
        context: (key) => (key === 'dynamodb:leadingkeys' ? leadingKeys() : undefined),
      },
    ];
  };
};
