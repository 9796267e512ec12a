/** Lists devices: by an index where one serves what is asked for, otherwise by looking at them, so many a page. */
import { notFound } from '../api/problem.ts';
import { comparableSerialNumber } from '../api/serial-number.ts';
import type { Clock } from '../clock.ts';
import { ALL_DEVICES } from '../groups/model.ts';
import type { GroupRepository } from '../groups/ports.ts';
import type { Page, PageRequest, SearchedPage } from '../page.ts';
import { type DeviceFilter, matches, rulesOf } from './filter.ts';
import { type Device, isInService } from './model.ts';
import type { DeviceRepository, EnrollmentTokenRepository } from './ports.ts';

/** Each is a read, and a page must be there within seconds. */
export const MOST_EXAMINED = 2000;

export type ListDeps = {
  devices: Pick<DeviceRepository, 'find' | 'list' | 'search'>;
  groups: Pick<GroupRepository, 'find'>;
  serials: Pick<EnrollmentTokenRepository, 'findSerialHolder'>;
  clock: Clock;
};

/** One device in service has the serial number, if any. */
const holderOf = async ({ devices, serials, clock }: ListDeps, filter: DeviceFilter): Promise<Page<Device>> => {
  const id = await serials.findSerialHolder(filter.serialNumber);
  const device = id === undefined ? undefined : await devices.find(id);
  const isFound = device !== undefined && isInService(device) && matches(device, filter, clock());
  return { items: isFound ? [device] : [] };
};

/**
 * @param filter the built-in group is every device
 * @returns a page that says how many devices were looked at, where no index serves the filter
 * @throws ProblemError `not_found` for a group that is not there
 */
export const listDevices = async (
  deps: ListDeps,
  { groupId: asked, ...rest }: DeviceFilter,
  page: PageRequest,
): Promise<Page<Device> | SearchedPage<Device>> => {
  const groupId = asked === ALL_DEVICES ? undefined : asked;
  if (groupId !== undefined && !(await deps.groups.find(groupId))) throw notFound('group');
  const filter = { ...rest, groupId };
  if (comparableSerialNumber(filter.serialNumber) !== undefined) return holderOf(deps, filter);
  const { namePrefix } = filter;
  const request = {
    ...page,
    ...(namePrefix !== undefined && { namePrefix }),
    ...(groupId !== undefined && { groupId }),
  };
  const rules = rulesOf(filter, deps.clock());
  return rules.length === 0
    ? deps.devices.list(request)
    : deps.devices.search(request, (device) => rules.every((rule) => rule(device)), MOST_EXAMINED);
};
