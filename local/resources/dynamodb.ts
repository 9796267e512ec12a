/** Tables: `AWS::DynamoDB::Table`, and `AWS::DynamoDB::GlobalTable` with its one local replica. */
import * as z from 'zod';
import { arn, generatedName } from '../identity.ts';
import { boolean, irrelevant, propertiesOf, type ResourceHandler } from './handler.ts';

const KeySchema = z.array(z.strictObject({ AttributeName: z.string(), KeyType: z.string() }));
const Index = z.strictObject({
  IndexName: z.string(),
  KeySchema,
  Projection: z.record(z.string(), z.unknown()),
  ProvisionedThroughput: irrelevant,
  OnDemandThroughput: irrelevant,
  WriteProvisionedThroughputSettings: irrelevant,
  WriteOnDemandThroughputSettings: irrelevant,
  ContributorInsightsSpecification: irrelevant,
  WarmThroughput: irrelevant,
});

const Properties = z.strictObject({
  TableName: z.string().optional(),
  KeySchema,
  AttributeDefinitions: z.array(z.strictObject({ AttributeName: z.string(), AttributeType: z.string() })),
  GlobalSecondaryIndexes: z.array(Index).default([]),
  StreamSpecification: z.object({ StreamViewType: z.string() }).optional(),
  TimeToLiveSpecification: z.object({ AttributeName: z.string().optional(), Enabled: boolean }).optional(),
  BillingMode: irrelevant,
  ProvisionedThroughput: irrelevant,
  OnDemandThroughput: irrelevant,
  WriteProvisionedThroughputSettings: irrelevant,
  WriteOnDemandThroughputSettings: irrelevant,
  PointInTimeRecoverySpecification: irrelevant,
  ContributorInsightsSpecification: irrelevant,
  DeletionProtectionEnabled: irrelevant,
  SSESpecification: irrelevant,
  Replicas: irrelevant,
  ResourcePolicy: irrelevant,
  TableClass: irrelevant,
  Tags: irrelevant,
  WarmThroughput: irrelevant,
});

/** The stream's label, which on AWS is the time of its creation: here the same in every run. */
const STREAM_LABEL = '2025-01-01T00:00:00.000';

export const table: ResourceHandler = (input) => {
  const properties = propertiesOf(Properties, input);
  const name = properties.TableName ?? generatedName(input.model.stackName, input.logicalId, 255);
  const tableArn = arn('dynamodb', `table/${name}`);
  const streamArn = `${tableArn}/stream/${STREAM_LABEL}`;
  const ttl = properties.TimeToLiveSpecification;
  input.model.tables.push({
    name,
    arn: tableArn,
    definition: {
      KeySchema: properties.KeySchema,
      AttributeDefinitions: properties.AttributeDefinitions,
      GlobalSecondaryIndexes: properties.GlobalSecondaryIndexes.map(({ IndexName, KeySchema: keys, Projection }) => ({
        IndexName,
        KeySchema: keys,
        Projection,
      })),
    },
    ...(properties.StreamSpecification && { streamViewType: properties.StreamSpecification.StreamViewType, streamArn }),
    ...(ttl?.Enabled && ttl.AttributeName !== undefined && { ttlAttribute: ttl.AttributeName }),
  });
  return { ref: name, attributes: { Arn: tableArn, StreamArn: streamArn, TableId: name } };
};
