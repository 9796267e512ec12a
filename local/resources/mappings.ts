/** What a function is fed from: `AWS::Lambda::EventSourceMapping` on a table's stream or a queue. */
import * as z from 'zod';
import { StartError } from '../errors.ts';
import { checkPattern } from '../events/pattern.ts';
import { arn } from '../identity.ts';
import { boolean, irrelevant, json, number, propertiesOf, type ResourceHandler } from './handler.ts';
import { functionByArn } from './model.ts';

const Properties = z.strictObject({
  FunctionName: z.string(),
  EventSourceArn: z.string(),
  Enabled: boolean.default(true),
  BatchSize: number.optional(),
  StartingPosition: z.enum(['LATEST', 'TRIM_HORIZON']).default('TRIM_HORIZON'),
  FilterCriteria: z.strictObject({ Filters: z.array(z.strictObject({ Pattern: json })).default([]) }).optional(),
  FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).default([]),
  BisectBatchOnFunctionError: boolean.default(false),
  MaximumRetryAttempts: number.default(-1),
  MaximumRecordAgeInSeconds: number.default(-1),
  DestinationConfig: z.strictObject({ OnFailure: z.object({ Destination: z.string() }).optional() }).optional(),
  ScalingConfig: z.object({ MaximumConcurrency: number.optional() }).optional(),
  // Waiting for a fuller batch only delays what is already there.
  MaximumBatchingWindowInSeconds: irrelevant,
  ParallelizationFactor: irrelevant,
  MetricsConfig: irrelevant,
  ProvisionedPollerConfig: irrelevant,
  KmsKeyArn: irrelevant,
  Tags: irrelevant,
});

export const eventSourceMapping: ResourceHandler = (input) => {
  const properties = propertiesOf(Properties, input);
  const { FunctionName: name, EventSourceArn: sourceArn } = properties;
  const target = functionByArn(input.model, name.startsWith('arn:') ? name : arn('lambda', `function:${name}`));
  const isStream = input.model.tables.some(({ streamArn }) => streamArn === sourceArn);
  const isQueue = input.model.queues.some((queue) => queue.arn === sourceArn);
  if (!target || !(isStream || isQueue)) {
    throw new StartError(
      `Event source mapping ${input.logicalId} feeds ${name} from ${sourceArn}: both must be in the stack, ` +
        `and the source a queue or the stream of a table that has one.`,
    );
  }
  const filters = properties.FilterCriteria?.Filters.map(({ Pattern }) => Pattern) ?? [];
  for (const filter of filters) checkPattern(filter, `the filter of ${input.logicalId}`, 'lambda');
  const onFailureArn = properties.DestinationConfig?.OnFailure?.Destination;
  if (properties.Enabled) {
    input.model.mappings.push({
      logicalId: input.logicalId,
      functionArn: target.arn,
      sourceArn,
      batchSize: properties.BatchSize ?? (isQueue ? 10 : 100),
      startingPosition: properties.StartingPosition,
      filters,
      reportsItemFailures: properties.FunctionResponseTypes.length > 0,
      bisects: properties.BisectBatchOnFunctionError,
      maxRetries: properties.MaximumRetryAttempts,
      maxAgeSeconds: properties.MaximumRecordAgeInSeconds,
      maxConcurrency: properties.ScalingConfig?.MaximumConcurrency ?? 2,
      ...(onFailureArn !== undefined && { onFailureArn }),
    });
  }
  return { ref: input.logicalId };
};
