/** What the expansion of a job writes, and the devices it reads, in DynamoDB. */
import type { Clock } from '../clock.ts';
import { ConcurrentChange } from '../concurrency.ts';
import { type Device, isInService } from '../devices/model.ts';
import type { ExpansionRepository, TargetDevices } from '../restarts/ports.ts';
import { targetDeviceOf } from '../restarts/target-device.ts';
import { batchGet } from './batch-get.ts';
import { type Database, held, transact, type Write, write } from './dynamodb.ts';
import { openGate } from './gate.ts';
import { fromItems } from './items.ts';
import { deviceKey, taskKey } from './keys.ts';
import { joinedItem, newTaskWrite, type TaskTables } from './task-items.ts';
import { create } from './versioned.ts';

export const createTargetDevices = (db: Database, devicesTable: string): TargetDevices => ({
  findMany: async (ids) => {
    const items = await batchGet(db, devicesTable, ids.map(deviceKey));
    return fromItems<Device>('Device', items).filter(isInService).map(targetDeviceOf);
  },
});

export const createExpansionRepository = (db: Database, tables: TaskTables, clock: Clock): ExpansionRepository => {
  /** Once there, it stays as it is. */
  const add = (adding: Write) => held(write(db, adding));

  return {
    existing: async (ids) => {
      const items = await batchGet(db, tables.restarts, ids.map(taskKey));
      return new Set(items.map((item) => String(item['pk'])));
    },
    addTask: async (task) => {
      try {
        await transact(db, [newTaskWrite(tables.restarts, task), openGate(tables.devices, task)]);
        return true;
      } catch (error) {
        if (error instanceof ConcurrentChange) return false;
        throw error;
      }
    },
    addEnded: async (task) => void (await add(newTaskWrite(tables.restarts, task))),
    addJoined: async (joined) => void (await add(create(tables.restarts, joinedItem(joined, clock())))),
  };
};
