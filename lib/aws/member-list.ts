/** The devices of a group by name: the group's own part of the index names them, and each is read as it is now. */
import { type Device, groupIdsOf, isInService } from '../devices/model.ts';
import type { Id } from '../ids.ts';
import type { Page } from '../page.ts';
import { batchGet } from './batch-get.ts';
import type { Database } from './dynamodb.ts';
import { fromItems } from './items.ts';
import { deviceKey, memberDeviceId, partitions } from './keys.ts';
import { readShardedItems, type ShardedList } from './sharded-list.ts';

/** A page is short by those who left the group a moment ago and whom the index still has. */
export const readMemberList = async (
  db: Database,
  table: string,
  groupId: Id,
  page: Pick<ShardedList, 'limit' | 'after' | 'prefix'>,
): Promise<Page<Device>> => {
  const partition = partitions.membersOf(groupId);
  const found = await readShardedItems(db, { table, index: 'names', partition, order: 'ascending', ...page });
  const ids = found.items.map((item) => memberDeviceId(String(item['sk'])));
  const devices = fromItems<Device>('Device', await batchGet(db, table, ids.map(deviceKey)));
  const byId = new Map(devices.map((device) => [device.id, device]));
  const members = ids
    .flatMap((id) => byId.get(id) ?? [])
    .filter((device) => isInService(device) && groupIdsOf(device).includes(groupId));
  return { ...found, items: members };
};
