/** Devices as items, and the write that changes some members of one. */
import { deviceDueAt } from '../devices/due.ts';
import { deviceConsequences } from '../devices/events.ts';
import { type Device, isInService } from '../devices/model.ts';
import { dueAttributes } from './due-index.ts';
import type { Write } from './dynamodb.ts';
import { causeAttributes, type IndexAttributes, type Item, toItem } from './items.ts';
import { deviceKey, nameSort, partitions, shardKeyOf } from './keys.ts';
import { followedBy } from './outbox-items.ts';
import { keptTtl } from './retention.ts';

const listsOf = (device: Device): IndexAttributes => {
  if (device.retiredAt !== undefined) return { ttl: keptTtl('timeline', device.retiredAt) };
  if (!isInService(device)) return {};
  return {
    listShard: shardKeyOf(partitions.devices, device.id),
    listSort: nameSort(device.name, device.id),
    fleetShard: shardKeyOf(partitions.fleet, device.id),
  };
};

const indexesOf = (device: Device): IndexAttributes => ({
  ...listsOf(device),
  ...dueAttributes(device.id, deviceDueAt(device)),
});

/** A device that is out of service is in no list, and goes in the end. */
export const deviceItem = (device: Device): Item => toItem('Device', deviceKey(device.id), device, indexesOf(device));

export type Condition = {
  readonly expression: string;
  readonly values?: Readonly<Record<string, unknown>>;
  /** Beside that, the device must be as it was read. */
  readonly isAsRead?: boolean;
};

type Attributes = Readonly<Record<string, unknown>>;

/** The expressions that make of `before` what is `after`, and touch nothing that is the same in both. */
const difference = (before: Attributes, after: Attributes, names: readonly string[]) => {
  const changed = names.filter((name) => before[name] !== after[name]).map((name, place) => ({ name, place }));
  const isSet = ({ name }: { name: string }) => after[name] !== undefined;
  const set = changed.filter(isSet);
  const removed = changed.filter((one) => !isSet(one));
  return {
    expression: [
      ...(set.length > 0 ? [`SET ${set.map(({ place }) => `#m${place} = :m${place}`).join(', ')}`] : []),
      ...(removed.length > 0 ? [`REMOVE ${removed.map(({ place }) => `#m${place}`).join(', ')}`] : []),
    ].join(' '),
    names: Object.fromEntries(changed.map(({ name, place }) => [`#m${place}`, name])),
    values: Object.fromEntries(set.map(({ name, place }) => [`:m${place}`, after[name]])),
  };
};

/**
 * Changes these members of a device where they differ, and nothing else of it, with what follows from that. What follows
 * names the version, so where anything does, the record must be as it was read.
 */
export const deviceUpdate = (
  table: string,
  [before, after]: readonly [Device, Device],
  members: readonly (keyof Device)[],
  condition: Condition,
): Write => {
  const follows = followedBy(deviceConsequences(before, after), after);
  const isAsRead = condition.isAsRead === true || follows.events.length > 0;
  const kept = { ...before, ...indexesOf(before) };
  const changed = { ...after, ...indexesOf(after), ...causeAttributes() };
  const indexes = Object.keys({ ...indexesOf(before), ...indexesOf(after), ...causeAttributes() });
  const { expression, names, values } = difference(kept, changed, [...members, ...indexes]);
  return {
    Update: {
      TableName: table,
      Key: deviceKey(before.id),
      UpdateExpression: `${expression} ADD version :one`,
      ConditionExpression: `${condition.expression}${isAsRead ? ' AND version = :version' : ''}`,
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: {
        ...values,
        ...condition.values,
        ':one': 1,
        ...(isAsRead && { ':version': before.version }),
      },
    },
    follows,
  };
};
