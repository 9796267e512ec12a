/** Looks through the devices that a list names, so many at once, for those that something holds for. */
import { type Device, groupIdsOf, isInService } from '../devices/model.ts';
import type { ListRequest } from '../devices/ports.ts';
import type { SearchedPage } from '../page.ts';
import { batchGet } from './batch-get.ts';
import type { Database } from './dynamodb.ts';
import { fromItems } from './items.ts';
import { deviceKey, memberDeviceId, nameSortPrefix, partitions } from './keys.ts';
import { readShardedItems } from './sharded-list.ts';
import { INDEXES } from './tables.ts';

/** Of each shard so many keys are read, to merge them; more at once would read more of them in vain. */
const AT_ONCE = 500;

/** What the index names at a place of the list, as it is now; nothing where it is not in the list any more. */
type Entry = { readonly sort: string; readonly device: Device | undefined };

const readEntries = async (
  db: Database,
  table: string,
  { groupId, namePrefix, limit, after }: ListRequest,
): Promise<{ entries: Entry[]; isLast: boolean }> => {
  const { items, next } = await readShardedItems(db, {
    table,
    index: 'names',
    partition: groupId === undefined ? partitions.devices : partitions.membersOf(groupId),
    order: 'ascending',
    limit,
    after,
    prefix: namePrefix && nameSortPrefix(namePrefix),
  });
  const found = items.map(({ pk, sk, [INDEXES.names.sortKey]: sort }) => ({
    id: groupId === undefined ? String(pk) : memberDeviceId(String(sk)),
    sort: String(sort),
  }));
  const whole = await batchGet(
    db,
    table,
    found.map(({ id }) => deviceKey(id)),
  );
  const isListed = (device: Device): boolean =>
    isInService(device) && (groupId === undefined || groupIdsOf(device).includes(groupId));
  const listed = fromItems<Device>('Device', whole).filter(isListed);
  const byId = new Map(listed.map((device) => [device.id, device]));
  return { entries: found.map(({ id, sort }) => ({ sort, device: byId.get(id) })), isLast: next === undefined };
};

export const searchDevices = async (
  db: Database,
  table: string,
  { limit, after, ...list }: ListRequest,
  isFound: (device: Device) => boolean,
  most: number,
): Promise<SearchedPage<Device>> => {
  const items: Device[] = [];
  let examined = 0;
  let position = after;
  while (items.length < limit && examined < most) {
    const request = {
      ...list,
      limit: Math.min(AT_ONCE, most - examined),
      ...(position !== undefined && { after: position }),
    };
    const { entries, isLast } = await readEntries(db, table, request);
    for (const [i, { sort, device }] of entries.entries()) {
      examined += 1;
      position = sort;
      if (device && isFound(device)) items.push(device);
      if (items.length < limit) continue;
      const isEnd = isLast && i === entries.length - 1;
      return { items, examined, ...(!isEnd && { next: sort }) };
    }
    if (isLast) return { items, examined };
  }
  return { items, examined, ...(position !== undefined && { next: position }) };
};
