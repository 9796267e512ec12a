/** What admins do with groups themselves: make, read, rename, delete. */
import { invalidState, notFound } from '../api/problem.ts';
import type { Clock } from '../clock.ts';
import type { Remember } from '../idempotency/model.ts';
import type { Id, IdSource } from '../ids.ts';
import type { Page, PageRequest } from '../page.ts';
import { ALL_DEVICES, allDevices, type Group } from './model.ts';
import type { GroupRepository } from './ports.ts';
import { groupView } from './view.ts';

/** @throws ProblemError `invalid_state` for the built-in group */
export const assertChangeable = (id: Id): void => {
  if (id === ALL_DEVICES) throw invalidState('The group of all devices is built in and cannot be changed.', 'builtIn');
};

export const createGroup = async (
  { groups, clock, newId }: { groups: Pick<GroupRepository, 'create'>; clock: Clock; newId: IdSource },
  name: string,
  remember?: Remember,
): Promise<Group> => {
  const now = clock();
  const group: Group = { id: newId('grp', now), name, deviceCount: 0, createdAt: now };
  await groups.create(group, remember?.({ status: 201, body: groupView(group) }));
  return group;
};

/** @throws ProblemError `not_found` */
export const getGroup = async (groups: Pick<GroupRepository, 'find' | 'countFleet'>, id: Id): Promise<Group> => {
  const group = id === ALL_DEVICES ? allDevices(await groups.countFleet()) : await groups.find(id);
  if (!group) throw notFound('group');
  return group;
};

/** The position between the built-in group and the first name. */
const AFTER_ALL = '\u0000';

/** The built-in group, and then the others in the order of their names. */
export const listGroups = async (
  groups: Pick<GroupRepository, 'list' | 'countFleet'>,
  { limit, after }: PageRequest,
): Promise<Page<Group>> => {
  if (after !== undefined) return groups.list({ limit, after });
  const room = limit - 1;
  const [count, page] = await Promise.all([groups.countFleet(), groups.list({ limit: Math.max(room, 1) })]);
  const first = allDevices(count);
  if (room > 0) return { ...page, items: [first, ...page.items] };
  return { items: [first], ...(page.items.length > 0 && { next: AFTER_ALL }) };
};

/** @throws ProblemError `not_found`, or `invalid_state` for the built-in group */
export const renameGroup = async (
  groups: Pick<GroupRepository, 'find' | 'rename'>,
  id: Id,
  name: string,
): Promise<Group> => {
  assertChangeable(id);
  const group = (await groups.rename(id, name)) ? await groups.find(id) : undefined;
  if (!group) throw notFound('group');
  return group;
};

/** @throws ProblemError `not_found`, or `invalid_state` for the built-in group */
export const deleteGroup = async (
  { groups, clock }: { groups: Pick<GroupRepository, 'delete'>; clock: Clock },
  id: Id,
): Promise<void> => {
  assertChangeable(id);
  if (!(await groups.delete(id, clock()))) throw notFound('group');
};
