/** Makes the template's tables in the DynamoDB engine, and keeps those that an earlier run made. */
import { StartError } from '../errors.ts';
import type { TableModel } from '../resources/model.ts';
import { type Engine, EngineError } from './transport.ts';

const TARGET = 'DynamoDB_20120810';

type Description = Partial<TableModel['definition']> & {
  LatestStreamArn?: string;
  StreamSpecification?: { StreamViewType?: string };
};

const byName = (left: { AttributeName: string }, right: { AttributeName: string }) =>
  left.AttributeName.localeCompare(right.AttributeName);

/** What makes two definitions the same, whatever else the engine says about the table. */
const fingerprint = (definition: Description, streamViewType: string | undefined): string =>
  JSON.stringify({
    keys: definition.KeySchema?.map(({ AttributeName, KeyType }) => [AttributeName, KeyType]),
    attributes: [...(definition.AttributeDefinitions ?? [])]
      .sort(byName)
      .map(({ AttributeName, AttributeType }) => [AttributeName, AttributeType]),
    indexes: [...(definition.GlobalSecondaryIndexes ?? [])]
      .sort((left, right) => left.IndexName.localeCompare(right.IndexName))
      .map(({ IndexName, KeySchema, Projection }) => [
        IndexName,
        KeySchema.map(({ AttributeName, KeyType }) => [AttributeName, KeyType]),
        Projection['ProjectionType'] ?? 'ALL',
        [...((Projection['NonKeyAttributes'] as string[] | undefined) ?? [])].sort(),
      ]),
    stream: streamViewType ?? null,
  });

const describe = async (engine: Engine, name: string): Promise<Description | undefined> => {
  try {
    const { Table } = await engine.call(`${TARGET}.DescribeTable`, { TableName: name });
    return Table as Description;
  } catch (error) {
    if (error instanceof EngineError && error.name === 'ResourceNotFoundException') return undefined;
    throw error;
  }
};

const create = async (engine: Engine, table: TableModel): Promise<Description | undefined> => {
  const { GlobalSecondaryIndexes: indexes, ...definition } = table.definition;
  await engine.call(`${TARGET}.CreateTable`, {
    TableName: table.name,
    BillingMode: 'PAY_PER_REQUEST',
    ...definition,
    ...(indexes.length > 0 && { GlobalSecondaryIndexes: indexes }),
    ...(table.streamViewType && { StreamSpecification: { StreamEnabled: true, StreamViewType: table.streamViewType } }),
  });
  if (table.ttlAttribute !== undefined) {
    await engine.call(`${TARGET}.UpdateTimeToLive`, {
      TableName: table.name,
      TimeToLiveSpecification: { Enabled: true, AttributeName: table.ttlAttribute },
    });
  }
  return describe(engine, table.name);
};

/**
 * Makes sure that every table exists as the template has it. Returns, by the template's stream ARN, the ARN under
 * which the engine knows the stream. Throws `StartError` where a table of an earlier run is defined otherwise.
 */
export const provisionTables = async (
  engine: Engine,
  tables: readonly TableModel[],
  dataDir: string,
): Promise<Map<string, string>> => {
  const streams = new Map<string, string>();
  for (const table of tables) {
    const kept = await describe(engine, table.name);
    const wanted = fingerprint(table.definition, table.streamViewType);
    if (kept && fingerprint(kept, kept.StreamSpecification?.StreamViewType) !== wanted) {
      throw new StartError(
        `The table ${table.name} in ${dataDir} was made by another version of the stack, and tables are not migrated here. ` +
          `Delete ${dataDir} to start afresh, or set DATA_DIR to another folder.`,
      );
    }
    const description = kept ?? (await create(engine, table));
    if (table.streamArn !== undefined && description?.LatestStreamArn !== undefined) {
      streams.set(table.streamArn, description.LatestStreamArn);
    }
  }
  return streams;
};
