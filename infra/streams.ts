/** Stream consumers: functions that follow what was written to a table. */
import { Duration } from 'aws-cdk-lib';
import { EventSourceMapping, FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { NodeFunction } from './function.ts';
import type { Table } from './tables.ts';

/** Which changes of items with one of these sort keys are of interest; any, unless one of the rest is given. */
export type ChangeFilter = {
  readonly sortKeys: readonly string[];
  readonly isNew?: true;
  /** The item has this attribute, a number, after the change. */
  readonly numberAfter?: string;
  /** The item had this attribute, a text, before the change. */
  readonly textBefore?: string;
};

export type ConsumeOptions = {
  readonly failures: IQueue;
  /** A change passes that passes one of these; without any, every change does. */
  readonly filters?: readonly ChangeFilter[];
};

const pattern = ({ sortKeys, isNew, numberAfter, textBefore }: ChangeFilter): { [key: string]: unknown } =>
  FilterCriteria.filter({
    ...(isNew && { eventName: FilterRule.isEqual('INSERT') }),
    dynamodb: {
      Keys: { sk: { S: sortKeys } },
      ...(numberAfter !== undefined && { NewImage: { [numberAfter]: { N: FilterRule.exists() } } }),
      ...(textBefore !== undefined && { OldImage: { [textBefore]: { S: FilterRule.exists() } } }),
    },
  });

/**
 * Lets a function follow a table's stream, in order for each item. What fails is retried for six hours, long enough for
 * an outage of what it calls and for a fix of the code. Then its place in the stream goes to the failure queue, while
 * the stream still keeps the record itself for a further 18 hours. Without the limit, one record that always fails would
 * hold up its shard until the records behind it are lost.
 */
export const consumeStream = (fn: NodeFunction, table: Table, { failures, filters }: ConsumeOptions): void => {
  table.grantStreamRead(fn);
  new EventSourceMapping(fn, `From-${table.node.id}`, {
    target: fn.lambda,
    eventSourceArn: table.streamArn,
    startingPosition: StartingPosition.TRIM_HORIZON,
    batchSize: 100,
    parallelizationFactor: 1,
    reportBatchItemFailures: true,
    bisectBatchOnError: true,
    retryAttempts: -1,
    maxRecordAge: Duration.hours(6),
    onFailure: new SqsDlq(failures),
    ...(filters && { filters: filters.map(pattern) }),
  });
};
