/** Stream consumers: functions that follow what was written to a table. */
import { Duration } from 'aws-cdk-lib';
import { EventSourceMapping, FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { NodeFunction } from './function.ts';
import type { Table } from './tables.ts';

export type ConsumeOptions = {
  readonly failures: IQueue;
  /** Only items with one of these sort keys. */
  readonly sortKeys?: readonly string[];
  /** Only items that have this attribute, a number, after the change. */
  readonly withNumber?: string;
};

/**
 * Lets a function follow a table's stream, in order for each item. What fails is retried for six hours, long enough for
 * an outage of what it calls and for a fix of the code. Then its place in the stream goes to the failure queue, while
 * the stream still keeps the record itself for a further 18 hours. Without the limit, one record that always fails would
 * hold up its shard until the records behind it are lost.
 */
export const consumeStream = (
  fn: NodeFunction,
  table: Table,
  { failures, sortKeys, withNumber }: ConsumeOptions,
): void => {
  table.grantStreamRead(fn);
  const filter = {
    ...(sortKeys && { Keys: { sk: { S: sortKeys } } }),
    ...(withNumber !== undefined && { NewImage: { [withNumber]: { N: FilterRule.exists() } } }),
  };
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
    ...(Object.keys(filter).length > 0 && { filters: [FilterCriteria.filter({ dynamodb: filter })] }),
  });
};
