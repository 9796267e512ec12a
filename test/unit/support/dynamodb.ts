/**
 * DynamoDB in memory, behind the document client's `send`: the commands that the adapters send, the keys and indexes
 * that `lib/aws/tables.ts` defines, and the refusals that a real table would give. It notes each change, as a table's
 * stream does, and counts the calls.
 */
import {
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { vi } from 'vitest';
import type { Database } from '../../../lib/aws/dynamodb.ts';
import { createDatabase } from '../../../lib/aws/dynamodb.ts';
import type { Item } from '../../../lib/aws/items.ts';
import { INDEXES, type IndexName, TABLES, type TableName } from '../../../lib/aws/tables.ts';
import { compare, Expressions, ValidationException } from './expressions.ts';
import { T0 } from './time.ts';

type Keyed = { pk: string; sk: string };

/** One write, or the check of one, as every command but a read is made of. */
type Write = {
  TableName: string;
  Key?: Item;
  Item?: Item;
  UpdateExpression?: string;
  ConditionExpression?: string;
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Record<string, unknown>;
};

type Query = Write & {
  IndexName?: IndexName;
  Select?: 'COUNT';
  KeyConditionExpression: string;
  FilterExpression?: string;
  ScanIndexForward?: boolean;
  Limit?: number;
  ExclusiveStartKey?: Item;
};

type Kind = 'Put' | 'Update' | 'Delete' | 'ConditionCheck';

export type TableChange = { table: string; before: Item | undefined; after: Item | undefined };

const named = (name: string, members: object = {}): Error => Object.assign(new Error(name), { name, ...members });

/** What a table would keep of an item: no `undefined`, no two references to one object. */
const stored = <T extends object>(item: T): T => unmarshall(marshall(item, { removeUndefinedValues: true })) as T;

const keyOf = ({ pk, sk }: Item): string => {
  for (const part of [pk, sk]) {
    const length = typeof part === 'string' ? Buffer.byteLength(part) : 0;
    if (length === 0 || length > 2048) throw new ValidationException('a key must have 1 to 2048 bytes');
  }
  return JSON.stringify([pk, sk]);
};

/** The members of an item that an index needs as keys. @throws ValidationException where they are of another type */
const assertIndexKeys = (table: TableName, item: Item): void => {
  for (const name of TABLES[table].indexes) {
    const { partitionKey, sortKey, sortType } = INDEXES[name];
    const types = [typeof (item[partitionKey] ?? ''), typeof (item[sortKey] ?? (sortType === 'N' ? 0 : ''))];
    if (types[0] !== 'string' || types[1] !== (sortType === 'N' ? 'number' : 'string')) {
      throw new ValidationException(`a key of the index ${name} is of another type`);
    }
    if (Buffer.byteLength(String(item[sortKey] ?? '')) > 1024) {
      throw new ValidationException(`a sort key of the index ${name} has more than 1024 bytes`);
    }
  }
};

export type FakeDynamoDb = {
  db: Database;
  /** The tables have the names of their definitions. */
  tables: Readonly<Record<TableName, string>>;
  items(table: TableName): Item[];
  /** What the stream would tell, in order. */
  changes: TableChange[];
  /** The commands that were sent, such as `Get`, with their inputs. */
  calls: { name: string; input: Record<string, unknown> }[];
  /** The most items that one page of a query has, as the limit of 1 MB makes it. */
  pageSize: number;
  /** The most items that one BatchGetItem answers; the others are left unprocessed. */
  batchSize: number;
  /** Thrown, once each, by the next commands of this name. */
  failures: { name: string; error: Error }[];
  /** Called before each command: where a test changes something in between. */
  beforeEach: (name: string) => Promise<void> | void;
};

const names = Object.keys(TABLES) as TableName[];

/**
 * Stands for DynamoDB in every document client until the test file ends. It is T0 from then on, unless the test says
 * otherwise: the tests' items are of that time, and one that is past its TTL is not there for a read.
 */
export const fakeDynamoDb = (): FakeDynamoDb => {
  if (!vi.isFakeTimers()) vi.setSystemTime(T0);
  const content = new Map<string, Map<string, Item>>(names.map((name) => [name, new Map()]));
  const tableOf = (name: string): Map<string, Item> => content.get(name) ?? failMissing(name);
  const failMissing = (name: string): never => {
    throw named('ResourceNotFoundException', { message: `there is no table ${name}` });
  };

  /** @returns the item before and after, or `undefined` where its condition does not hold */
  const evaluate = (kind: Kind, write: Write): { before: Item | undefined; after: Item | undefined } | undefined => {
    const key = write.Key ?? write.Item ?? {};
    const before = tableOf(write.TableName).get(keyOf(key));
    const expressions = new Expressions(write.ExpressionAttributeNames, write.ExpressionAttributeValues);
    const holds = write.ConditionExpression === undefined || expressions.holds(write.ConditionExpression, before);
    const after = (): Item | undefined => {
      if (kind === 'Delete') return undefined;
      if (kind === 'ConditionCheck') return before;
      if (kind === 'Put') return stored(write.Item ?? {});
      return stored(expressions.update(write.UpdateExpression ?? '', before ?? { pk: key['pk'], sk: key['sk'] }));
    };
    const result = after();
    expressions.close();
    if (result) assertIndexKeys(write.TableName as TableName, result);
    return holds ? { before, after: result } : undefined;
  };

  const apply = ({ TableName: table, Key, Item: item }: Write, before: Item | undefined, after: Item | undefined) => {
    const key = keyOf(Key ?? item ?? {});
    if (after) tableOf(table).set(key, after);
    else tableOf(table).delete(key);
    if (JSON.stringify(before) !== JSON.stringify(after)) fake.changes.push({ table, before, after });
  };

  const writeOne = (kind: Kind, write: Write): object => {
    const result = evaluate(kind, write);
    if (!result) throw named('ConditionalCheckFailedException');
    apply(write, result.before, result.after);
    return {};
  };

  const transactWrite = (items: Partial<Record<Kind, Write>>[]): object => {
    if (items.length > 100) throw new ValidationException('a transaction has 100 items at most');
    const writes = items.map((item) => {
      const [[kind, write] = ['Put', undefined]] = Object.entries(item) as [Kind, Write][];
      if (!write) throw new ValidationException('a transaction has an empty item');
      return { kind, write };
    });
    const keys = writes.map(({ write }) => write.TableName + keyOf(write.Key ?? write.Item ?? {}));
    if (new Set(keys).size < keys.length) throw new ValidationException('two writes of one transaction at one item');
    const results = writes.map(({ kind, write }) => ({ write, result: evaluate(kind, write) }));
    if (results.some(({ result }) => !result)) {
      const CancellationReasons = results.map(({ result }) => ({ Code: result ? 'None' : 'ConditionalCheckFailed' }));
      throw named('TransactionCanceledException', { CancellationReasons });
    }
    for (const { write, result } of results) apply(write, result?.before, result?.after);
    return {};
  };

  const query = (input: Query): object => {
    const { TableName: table, IndexName: index, Limit = Number.POSITIVE_INFINITY, ExclusiveStartKey: start } = input;
    const filter = input.FilterExpression;
    if (index && !(TABLES[table as TableName].indexes as readonly string[]).includes(index)) failMissing(index);
    if (Limit < 1) throw new ValidationException('Limit must be at least 1');
    const sortKey = index ? INDEXES[index].sortKey : 'sk';
    const expressions = new Expressions(input.ExpressionAttributeNames, input.ExpressionAttributeValues);
    // Asked of nothing first, so that a condition which DynamoDB refuses is refused of an empty table too.
    expressions.holds(input.KeyConditionExpression, {});
    const sign = input.ScanIndexForward === false ? -1 : 1;
    const order = (a: Item, b: Item) => sign * (compare(a[sortKey], b[sortKey]) || compare(a['pk'], b['pk']));
    const found = [...tableOf(table).values()]
      .filter((item) => !index || item[INDEXES[index].partitionKey] !== undefined)
      .filter((item) => expressions.holds(input.KeyConditionExpression, item))
      .sort(order)
      .filter((item) => !start || order(item, start) > 0);
    const passes = (item: Item) => filter === undefined || expressions.holds(filter, item);
    passes({});
    expressions.close();
    // The limit is of what is read, whether or not it passes the filter.
    const most = Math.min(Limit, fake.pageSize);
    const read = found.slice(0, most);
    const passed = read.filter(passes);
    const page = { Count: passed.length, ...(input.Select === 'COUNT' ? {} : { Items: passed.map(stored) }) };
    const last = read.at(-1);
    if (found.length < most || !last) return page;
    const LastEvaluatedKey: Item = { pk: last['pk'], sk: last['sk'], [sortKey]: last[sortKey] };
    if (index) LastEvaluatedKey[INDEXES[index].partitionKey] = last[INDEXES[index].partitionKey];
    return { ...page, LastEvaluatedKey };
  };

  const batchGet = (requests: Record<string, { Keys: Keyed[] }>): object => {
    const [[table, { Keys }] = ['', { Keys: [] }]] = Object.entries(requests);
    if (Keys.length === 0 || Keys.length > 100) throw new ValidationException('1 to 100 keys');
    if (new Set(Keys.map(keyOf)).size < Keys.length) throw new ValidationException('one key twice');
    const read = Keys.slice(0, fake.batchSize);
    const left = Keys.slice(fake.batchSize);
    return {
      Responses: {
        [table]: read
          .map((key) => tableOf(table).get(keyOf(key)))
          .filter((item) => item !== undefined)
          .map(stored),
      },
      UnprocessedKeys: left.length > 0 ? { [table]: { Keys: left } } : {},
    };
  };

  const batchDelete = (requests: Record<string, { DeleteRequest: { Key: Item } }[]>): object => {
    for (const [TableName, deletions] of Object.entries(requests)) {
      if (deletions.length === 0 || deletions.length > 25) throw new ValidationException('1 to 25 requests');
      for (const { DeleteRequest } of deletions) writeOne('Delete', { TableName, Key: DeleteRequest.Key });
    }
    return {};
  };

  const get = ({ TableName, Key = {} }: Write): object => {
    const item = tableOf(TableName).get(keyOf(Key));
    return item ? { Item: stored(item) } : {};
  };

  const answer = async (name: string, input: unknown, execute: () => object): Promise<object> => {
    fake.calls.push({ name, input: input as Record<string, unknown> });
    await fake.beforeEach(name);
    const failing = fake.failures.findIndex((failure) => failure.name === name);
    const [failure] = failing < 0 ? [] : fake.failures.splice(failing, 1);
    if (failure) throw failure.error;
    return execute();
  };

  const mock = mockClient(DynamoDBDocumentClient);
  mock.rejects(new Error('this fake does not know the command'));
  mock.on(GetCommand).callsFake((input) => answer('Get', input, () => get(input)));
  mock.on(PutCommand).callsFake((input) => answer('Put', input, () => writeOne('Put', input)));
  mock.on(UpdateCommand).callsFake((input) => answer('Update', input, () => writeOne('Update', input)));
  mock.on(DeleteCommand).callsFake((input) => answer('Delete', input, () => writeOne('Delete', input)));
  mock.on(QueryCommand).callsFake((input) => answer('Query', input, () => query(input)));
  mock.on(BatchGetCommand).callsFake((input) => answer('BatchGet', input, () => batchGet(input.RequestItems)));
  mock.on(BatchWriteCommand).callsFake((input) => answer('BatchWrite', input, () => batchDelete(input.RequestItems)));
  mock
    .on(TransactWriteCommand)
    .callsFake((input) => answer('TransactWrite', input, () => transactWrite(input.TransactItems)));

  const fake: FakeDynamoDb = {
    db: createDatabase(),
    tables: Object.fromEntries(names.map((name) => [name, name])) as Record<TableName, string>,
    items: (table) => [...tableOf(table).values()],
    changes: [],
    calls: [],
    pageSize: Number.POSITIVE_INFINITY,
    batchSize: Number.POSITIVE_INFINITY,
    failures: [],
    beforeEach: () => undefined,
  };
  return fake;
};
