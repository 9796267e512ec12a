/** Which devices a list is of. By the beginning of the name and by group an index serves; by all else devices are looked at. */
import type { Platform } from '../api/devices.ts';
import { comparableSerialNumber } from '../api/serial-number.ts';
import { fromIso, type Instant } from '../clock.ts';
import type { Id } from '../ids.ts';
import { type Device, groupIdsOf } from './model.ts';
import { isOnline } from './presence.ts';

/** A device matches where all that is given holds. */
export type DeviceFilter = {
  groupId?: Id | undefined;
  namePrefix?: string | undefined;
  nameContains?: string | undefined;
  platform?: Platform | undefined;
  agentVersion?: string | undefined;
  serialNumber?: string | undefined;
  /** Not seen at that time or since; also who was never seen. */
  seenBefore?: Instant | undefined;
  /** Seen since then. */
  seenAfter?: Instant | undefined;
  online?: boolean | undefined;
};

type Asked = Omit<DeviceFilter, 'seenBefore' | 'seenAfter' | 'online'> & {
  seenBefore?: string | undefined;
  seenAfter?: string | undefined;
  online?: 'true' | 'false' | undefined;
};

/** As a query has it, in which everything is text. */
export const filterOf = ({ seenBefore, seenAfter, online, ...rest }: Asked): DeviceFilter => ({
  ...rest,
  ...(seenBefore !== undefined && { seenBefore: fromIso(seenBefore) }),
  ...(seenAfter !== undefined && { seenAfter: fromIso(seenAfter) }),
  ...(online !== undefined && { online: online === 'true' }),
});

/** Names are compared whatever the case of their letters and however those are written. */
export const comparableName = (name: string): string => name.normalize('NFKC').toLowerCase();

/** Also a serial number that says nothing, of which any number of devices may have the same. */
const writtenSerial = (serialNumber = ''): string =>
  comparableSerialNumber(serialNumber) ?? serialNumber.normalize('NFKC').trim().toUpperCase();

type Rule = (device: Device) => boolean;

/** What no index serves; nothing where all that is asked for is served by one. */
export const rulesOf = (filter: DeviceFilter, now: Instant): Rule[] => {
  const { nameContains, platform, agentVersion, serialNumber, seenBefore, seenAfter, online } = filter;
  const rules: (Rule | undefined)[] = [
    nameContains === undefined ? undefined : ({ name }) => comparableName(name).includes(comparableName(nameContains)),
    platform === undefined ? undefined : (device) => device.platform === platform,
    agentVersion === undefined ? undefined : (device) => device.agentVersion === agentVersion,
    serialNumber === undefined
      ? undefined
      : (device) =>
          device.serialNumber !== undefined && writtenSerial(device.serialNumber) === writtenSerial(serialNumber),
    seenBefore === undefined ? undefined : ({ lastSeenAt }) => lastSeenAt === undefined || lastSeenAt < seenBefore,
    seenAfter === undefined ? undefined : ({ lastSeenAt }) => lastSeenAt !== undefined && lastSeenAt > seenAfter,
    online === undefined ? undefined : (device) => isOnline(device, now) === online,
  ];
  return rules.filter((rule) => rule !== undefined);
};

/** Whether a device that was found by something else is in the list. */
export const matches = (device: Device, filter: DeviceFilter, now: Instant): boolean => {
  const { groupId, namePrefix = '' } = filter;
  const isThere = groupId === undefined || groupIdsOf(device).includes(groupId);
  const isNamed = comparableName(device.name).startsWith(comparableName(namePrefix));
  return isThere && isNamed && rulesOf(filter, now).every((rule) => rule(device));
};
