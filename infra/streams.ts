/** What feeds functions: the streams of what was written to tables, and queues. */
import { Duration } from 'aws-cdk-lib';
import {
  EventSourceMapping,
  FilterCriteria,
  FilterRule,
  type IEventSourceDlq,
  StartingPosition,
} from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { alarmOnLateness } from './alarms.ts';
import type { NodeFunction } from './function.ts';
import { acknowledge } from './nag.ts';
import type { Table } from './tables.ts';

/** Which changes of items with one of these sort keys are of interest; any, unless one of the rest is given. */
export type ChangeFilter = {
  readonly sortKeys: readonly string[];
  readonly isNew?: true;
  /** The item has this attribute, a number, after the change; one of a map's members is written `map.member`. */
  readonly numberAfter?: string;
  /** The item had this attribute, a text, before the change. */
  readonly textBefore?: string;
};

export type ConsumeOptions = {
  readonly failures: IQueue;
  /** A change passes that passes one of these; without any, every change does. */
  readonly filters?: readonly ChangeFilter[];
};

/** Lambda asks for the existence of leaves only, so what is asked for is a number or a text. */
const has = (path: string, type: 'N' | 'S'): object => {
  const [name = '', member] = path.split('.');
  return { [name]: member === undefined ? { [type]: FilterRule.exists() } : { M: has(member, type) } };
};

const pattern = ({ sortKeys, isNew, numberAfter, textBefore }: ChangeFilter): { [key: string]: unknown } =>
  FilterCriteria.filter({
    ...(isNew && { eventName: FilterRule.isEqual('INSERT') }),
    dynamodb: {
      Keys: { sk: { S: sortKeys } },
      ...(numberAfter !== undefined && { NewImage: has(numberAfter, 'N') }),
      ...(textBefore !== undefined && { OldImage: has(textBefore, 'S') }),
    },
  });

/** A queue for what a mapping gives up on. CDK's own would let the function ask about the queue, too. */
const giveUpTo = (queue: IQueue, fn: NodeFunction): IEventSourceDlq => {
  queue.grant(fn, 'sqs:SendMessage');
  return { bind: () => ({ destination: queue.queueArn }) };
};

/**
 * Lets a function follow a table's stream, in order for each item. What fails is retried for six hours, long enough for
 * an outage of what it calls and for a fix of the code. Then its place in the stream goes to the failure queue, while
 * the stream still keeps the record itself for a further 18 hours. Without the limit, one record that always fails would
 * hold up its shard until the records behind it are lost.
 */
export const consumeStream = (fn: NodeFunction, table: Table, { failures, filters }: ConsumeOptions): void => {
  table.grantStreamRead(fn);
  // Of all the streams that it follows, the function has one such metric.
  if (!fn.node.tryFindChild('Late')) alarmOnLateness(fn);
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
    onFailure: giveUpTo(failures, fn),
    ...(filters && { filters: filters.map(pattern) }),
  });
};

/** Gives a function a queue's messages, ten at a time, to at most so many of it at once. CDK's own would grant more. */
export const consumeQueue = (fn: NodeFunction, queue: IQueue, maxConcurrency: number): void => {
  queue.grant(fn, 'sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes');
  const mapping = new EventSourceMapping(fn, `From-${queue.node.id}`, {
    target: fn.lambda,
    eventSourceArn: queue.queueArn,
    batchSize: 10,
    reportBatchItemFailures: true,
    maxConcurrency,
  });
  acknowledge(
    mapping,
    'LambdaEventSourceMappingDestination',
    'A queue has none: what fails stays in it, and its alarm tells.',
    'Serverless',
  );
};
