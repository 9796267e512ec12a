/** Every table is as `lib/aws/tables.ts` defines it, and does not lose what is in it. */

import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { INDEXES, TABLES, type TableDefinition } from '../../lib/aws/tables.ts';
import { buildStack, resources, template, testConfig } from './synthesis.ts';

const tables = resources('AWS::DynamoDB::GlobalTable');
const tableNamed = (name: string) => tables.find(({ path }) => path.split('/')[2] === name);

test('there are these tables and no others', () => {
  expect(tables.map(({ path }) => path.split('/')[2]).sort()).toEqual(Object.keys(TABLES).sort());
});

describe.each(Object.entries<TableDefinition>(TABLES))('%s', (name, definition) => {
  const { properties = {} } = tableNamed(name) ?? {};

  test('has the keys, and TTL as the clean-up', () => {
    expect(properties['KeySchema']).toEqual([
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ]);
    expect(properties['TimeToLiveSpecification']).toEqual({ AttributeName: 'ttl', Enabled: true });
    expect(properties['BillingMode']).toBe('PAY_PER_REQUEST');
  });

  test('has the indexes, each with the type of its sort key', () => {
    const expected = definition.indexes.map((index) => ({
      IndexName: index,
      KeySchema: [
        { AttributeName: INDEXES[index].partitionKey, KeyType: 'HASH' },
        { AttributeName: INDEXES[index].sortKey, KeyType: 'RANGE' },
      ],
      Projection: {
        ProjectionType: ['due', 'fleet', 'names', 'severity', 'device'].includes(index) ? 'KEYS_ONLY' : 'ALL',
      },
    }));
    expect(properties['GlobalSecondaryIndexes'] ?? []).toEqual(expected);
    for (const index of definition.indexes) {
      const { sortKey, sortType } = INDEXES[index];
      expect(properties['AttributeDefinitions']).toContainEqual({ AttributeName: sortKey, AttributeType: sortType });
    }
  });

  test('has a stream with both images where the definition, or the export of the audit trail, says so', () => {
    const expected = definition.stream || name === 'audit' ? { StreamViewType: 'NEW_AND_OLD_IMAGES' } : undefined;
    expect(properties['StreamSpecification']).toEqual(expected);
  });

  test('is encrypted, can be restored to any point in time, and cannot be deleted by mistake', () => {
    expect(properties['SSESpecification']).toEqual({ SSEEnabled: true, SSEType: 'KMS' });
    for (const replica of properties['Replicas']) {
      expect(replica.PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled).toBe(true);
      expect(replica.DeletionProtectionEnabled).toBe(true);
    }
  });
});

test('tables outlive a stack whose data is protected', () => {
  template().allResources('AWS::DynamoDB::GlobalTable', {
    DeletionPolicy: 'RetainExceptOnCreate',
    UpdateReplacePolicy: 'Retain',
  });
});

test('a developer’s own stack goes whole', () => {
  const own = Template.fromStack(buildStack(testConfig('dev')).stack);
  own.allResources('AWS::DynamoDB::GlobalTable', { DeletionPolicy: 'Delete' });
  own.allResources('AWS::Logs::LogGroup', { DeletionPolicy: 'Delete' });
});
