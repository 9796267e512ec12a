/** Who has a serial number: an item for each, that says which device in service it belongs to. */
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { comparableSerialNumber } from '../api/serial-number.ts';
import type { Device } from '../devices/model.ts';
import type { Id } from '../ids.ts';
import type { Database, Write } from './dynamodb.ts';
import { fromItem, toItem } from './items.ts';
import { serialNumberKey } from './keys.ts';

type Holder = { deviceId: Id };

/** @returns the id of the device in service that has it; `undefined` for a placeholder too */
export const findSerialHolder = async (
  db: Database,
  table: string,
  serialNumber: string | undefined,
): Promise<Id | undefined> => {
  const comparable = comparableSerialNumber(serialNumber);
  if (comparable === undefined) return undefined;
  const { Item } = await db.send(
    new GetCommand({ TableName: table, Key: serialNumberKey(comparable), ConsistentRead: true }),
  );
  return fromItem<Holder>('SerialNumber', Item)?.deviceId;
};

/** Its condition fails where another device has the number than `former`; than none, where that is not given. */
export const takeSerial = (table: string, device: Device, former?: Id): Write[] => {
  const comparable = comparableSerialNumber(device.serialNumber);
  if (comparable === undefined) return [];
  return [
    {
      Put: {
        TableName: table,
        Item: toItem('SerialNumber', serialNumberKey(comparable), { deviceId: device.id }),
        ...(former === undefined
          ? { ConditionExpression: 'attribute_not_exists(pk)' }
          : { ConditionExpression: 'deviceId = :former', ExpressionAttributeValues: { ':former': former } }),
      },
    },
  ];
};

/** What a device that is retired gives back. */
export const releaseSerial = (table: string, device: Device): Write[] => {
  const comparable = comparableSerialNumber(device.serialNumber);
  if (comparable === undefined) return [];
  return [
    {
      Delete: {
        TableName: table,
        Key: serialNumberKey(comparable),
        ConditionExpression: 'attribute_not_exists(pk) OR deviceId = :id',
        ExpressionAttributeValues: { ':id': device.id },
      },
    },
  ];
};
