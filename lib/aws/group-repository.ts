/** Groups in DynamoDB. */
import { cleanUpDueAt, type Group } from '../groups/model.ts';
import type { GroupRepository } from '../groups/ports.ts';
import type { Id } from '../ids.ts';
import { dueAttributes } from './due-index.ts';
import { type Database, transact } from './dynamodb.ts';
import { countFleet } from './fleet-directory.ts';
import { groupItem, readGroup } from './group-items.ts';
import { idempotencyWrites } from './idempotency-store.ts';
import { groupKey, nameSort, partitions } from './keys.ts';
import { readShardedList } from './sharded-list.ts';
import { create } from './versioned.ts';

/** What enrolment and lists need; without the rest, so that their bundles stay small. */
export const createGroupReader = (db: Database, table: string): Pick<GroupRepository, 'find'> => ({
  find: (id) => readGroup(db, table, id),
});

export type GroupTables = { devices: string; idempotency: string };

type Change = { update: string; values: Record<string, unknown>; names?: Record<string, string> };

class NoGroup extends Error {}

export const createGroupRepository = (db: Database, tables: GroupTables): GroupRepository => {
  /** A transaction, so that it waits for those that change the group's count; a plain write would be refused. */
  const change = async (id: Id, { update, values, names }: Change): Promise<boolean> => {
    const write = {
      Update: {
        TableName: tables.devices,
        Key: groupKey(id),
        UpdateExpression: update,
        ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(deletedAt)',
        ExpressionAttributeValues: values,
        ExpressionAttributeNames: names,
      },
      onConditionFailed: () => new NoGroup(),
    };
    try {
      await transact(db, [write]);
      return true;
    } catch (error) {
      if (error instanceof NoGroup) return false;
      throw error;
    }
  };

  return {
    ...createGroupReader(db, tables.devices),
    create: (group, record) =>
      transact(db, [create(tables.devices, groupItem(group)), ...idempotencyWrites(tables.idempotency, record)]),
    list: ({ limit, after }) =>
      readShardedList<Group>(db, 'Group', {
        table: tables.devices,
        index: 'names',
        partition: partitions.groups,
        order: 'ascending',
        limit,
        after,
      }),
    countFleet: () => countFleet(db, tables.devices),
    rename: (id, name) =>
      change(id, {
        update: 'SET #name = :name, listSort = :sort',
        names: { '#name': 'name' },
        values: { ':name': name, ':sort': nameSort(name, id) },
      }),
    // It stays until its memberships are cleaned up, since a device that is retired meanwhile still counts itself out.
    delete: (id, now) => {
      const { dueShard, dueAt } = dueAttributes(id, cleanUpDueAt(now));
      return change(id, {
        update: 'SET deletedAt = :now, dueShard = :shard, dueAt = :due REMOVE listShard, listSort',
        values: { ':now': now, ':shard': dueShard, ':due': dueAt },
      });
    },
  };
};
