/** Groups of devices: making, naming and deleting them, and who is in them. */
import * as z from 'zod/mini';
import { anyId, described, line, page, pageQuery, timestamp } from './common.ts';
import { resource } from './named.ts';
import type { Operation } from './operation.ts';

export const group = () =>
  resource('Group', {
    id: z.string(),
    name: z.string(),
    deviceCount: z.int(),
    /** Of the built-in group `all` it is 1970-01-01T00:00:00.000Z. */
    createdAt: timestamp(),
  });
export type Group = z.infer<ReturnType<typeof group>>;

const tag = 'Groups';
const name = () => z.strictObject({ name: line(128) });

export const createGroup = {
  id: 'createGroup',
  method: 'POST',
  path: '/v1/groups',
  caller: 'operator',
  function: 'admin-groups',
  tag,
  summary: 'Make a group, without devices in it yet. Two groups may have the same name.',
  body: name,
  answers: () => ({ 201: group() }),
  idempotent: true,
} as const satisfies Operation;

export const listGroups = {
  id: 'listGroups',
  method: 'GET',
  path: '/v1/groups',
  caller: 'viewer',
  function: 'admin-groups',
  tag,
  summary: 'The built-in group `all`, which is every device, and then the groups in the order of their names.',
  query: () => z.strictObject(pageQuery()),
  answers: () => ({ 200: page(group()) }),
  problems: ['invalid_cursor'],
} as const satisfies Operation;

export const getGroup = {
  id: 'getGroup',
  method: 'GET',
  path: '/v1/groups/{id}',
  caller: 'viewer',
  function: 'admin-groups',
  tag,
  summary: 'One group; its devices are listed by `GET /v1/devices?groupId=`.',
  answers: () => ({ 200: group() }),
} as const satisfies Operation;

export const renameGroup = {
  id: 'renameGroup',
  method: 'PATCH',
  path: '/v1/groups/{id}',
  caller: 'operator',
  function: 'admin-groups',
  tag,
  summary: 'Rename a group. The group `all` cannot be changed: 409 with the state `builtIn`.',
  body: name,
  answers: () => ({ 200: group() }),
  problems: ['invalid_state'],
} as const satisfies Operation;

export const deleteGroup = {
  id: 'deleteGroup',
  method: 'DELETE',
  path: '/v1/groups/{id}',
  caller: 'operator',
  function: 'admin-groups',
  tag,
  summary: 'Delete a group. It is gone at once; its devices stay, and stop showing it soon after.',
  answers: () => ({ 204: null }),
  problems: ['invalid_state'],
} as const satisfies Operation;

export const addGroupMember = {
  id: 'addGroupMember',
  method: 'PUT',
  path: '/v1/groups/{id}/members/{deviceId}',
  caller: 'operator',
  function: 'admin-groups',
  tag,
  summary:
    'Put a device into a group, where it is not in it already. A device can be in 20 groups: past that it is 409 with the state `groupLimitReached`.',
  answers: () => ({ 204: null }),
  problems: ['invalid_state'],
} as const satisfies Operation;

export const addGroupMembers = {
  id: 'addGroupMembers',
  method: 'POST',
  path: '/v1/groups/{id}/members',
  caller: 'operator',
  function: 'admin-groups',
  tag,
  summary:
    'Put many devices into a group. What can be added is: the answer says how many were, how many were in it already, and which are unknown or in 20 groups. The same call again changes nothing more.',
  body: () =>
    z.strictObject({
      deviceIds: z.array(anyId()).check(z.minLength(1), z.maxLength(1000)),
    }),
  answers: () => ({
    200: z.object({
      added: z.int(),
      alreadyMembers: z.int(),
      unknownDeviceIds: z.array(z.string()),
      fullDeviceIds: described('In 20 groups, which is the most.', z.array(z.string())),
    }),
  }),
  problems: ['invalid_state'],
  throttle: 'expensive',
} as const satisfies Operation;

export const removeGroupMember = {
  id: 'removeGroupMember',
  method: 'DELETE',
  path: '/v1/groups/{id}/members/{deviceId}',
  caller: 'operator',
  function: 'admin-groups',
  tag,
  summary: 'Take a device out of a group, where it is in it.',
  answers: () => ({ 204: null }),
  problems: ['invalid_state'],
} as const satisfies Operation;
