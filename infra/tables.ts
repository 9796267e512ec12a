/** The DynamoDB tables, made from the definitions that the adapters use too, and the grants on them. */
import {
  AttributeType,
  Billing,
  ProjectionType,
  StreamViewType,
  TableEncryptionV2,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import {
  INDEXES,
  type IndexDefinition,
  type IndexName,
  TABLES,
  type TableDefinition,
  type TableName,
} from '../lib/aws/tables.ts';
import { alarmOnTableThrottles } from './alarms.ts';
import type { Config } from './config.ts';
import { keepWith } from './removal.ts';

type ItemAction =
  | 'GetItem'
  | 'BatchGetItem'
  | 'BatchWriteItem'
  | 'PutItem'
  | 'UpdateItem'
  | 'DeleteItem'
  | 'ConditionCheckItem';

const STREAM_ACTIONS = ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'];

const actions = (names: readonly string[]): string[] => names.map((name) => `dynamodb:${name}`);

/** One table. A grant names actions one by one, and the indexes that a query may use. */
export class Table extends Construct {
  readonly resource: TableV2;

  constructor(scope: Construct, name: string, definition: TableDefinition, config: Config) {
    super(scope, name);
    this.resource = new TableV2(this, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      timeToLiveAttribute: 'ttl',
      billing: Billing.onDemand(),
      // A key of AWS's in our account: its use shows in CloudTrail, and it costs cents.
      encryption: TableEncryptionV2.awsManagedKey(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: config.refuseDeletion,
      removalPolicy: keepWith(config),
      ...(definition.stream ? { dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES } : {}),
      globalSecondaryIndexes: definition.indexes.map((index) => {
        const { partitionKey, sortKey, sortType, keysOnly }: IndexDefinition = INDEXES[index];
        return {
          indexName: index,
          partitionKey: { name: partitionKey, type: AttributeType.STRING },
          sortKey: { name: sortKey, type: sortType === 'N' ? AttributeType.NUMBER : AttributeType.STRING },
          projectionType: keysOnly ? ProjectionType.KEYS_ONLY : ProjectionType.ALL,
        };
      }),
    });
    alarmOnTableThrottles(this, this.resource, definition.indexes);
  }

  get name(): string {
    return this.resource.tableName;
  }

  /** Single items, by key; the parts of a transaction count as what they do. */
  grant(grantee: IGrantable, ...items: ItemAction[]): void {
    Grant.addToPrincipal({ grantee, actions: actions(items), resourceArns: [this.resource.tableArn] });
  }

  /** Queries on the table itself, and on the named indexes. */
  grantQuery(grantee: IGrantable, ...indexes: IndexName[]): void {
    this.query(grantee, [this.resource.tableArn, ...this.indexArns(indexes)]);
  }

  /** Queries on the named indexes, and not on the table. */
  grantQueryIndex(grantee: IGrantable, ...indexes: IndexName[]): void {
    this.query(grantee, this.indexArns(indexes));
  }

  /**
   * What a stream consumer needs. `ListStreams` has no resource of its own, and a consumer that knows its stream does
   * not call it; it is here, on the stream, because Lambda's documentation lists it.
   */
  grantStreamRead(grantee: IGrantable): void {
    Grant.addToPrincipal({ grantee, actions: actions(STREAM_ACTIONS), resourceArns: [this.streamArn] });
  }

  get streamArn(): string {
    const arn = this.resource.tableStreamArn;
    if (!arn) throw new Error(`The table ${this.node.id} has no stream`);
    return arn;
  }

  private indexArns(indexes: readonly IndexName[]): string[] {
    return indexes.map((index) => `${this.resource.tableArn}/index/${index}`);
  }

  private query(grantee: IGrantable, resourceArns: string[]): void {
    Grant.addToPrincipal({ grantee, actions: actions(['Query']), resourceArns });
  }
}

export type Tables = { readonly [Name in TableName]: Table };

/** The audit trail has a stream where the stage exports it. */
const isExported = (name: string, { auditExport }: Config): boolean => name === 'audit' && auditExport !== 'none';

/** All tables. */
export const createTables = (scope: Construct, config: Config): Tables => {
  const tables = new Construct(scope, 'Tables');
  const entries = Object.entries(TABLES).map(([name, definition]) => [
    name,
    new Table(tables, name, { ...definition, stream: definition.stream || isExported(name, config) }, config),
  ]);
  return Object.fromEntries(entries) as Tables;
};
