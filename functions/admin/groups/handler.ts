/** What admins do with groups of devices: making, reading, renaming and deleting them, and who is in them. */
import {
  addGroupMember,
  addGroupMembers,
  createGroup as createOperation,
  deleteGroup as deleteOperation,
  getGroup as getOperation,
  listGroups as listOperation,
  removeGroupMember,
  renameGroup as renameOperation,
} from '../../../lib/api/groups.ts';
import { createAuditTrail } from '../../../lib/aws/audit-trail.ts';
import { createDeviceReader, createManyDevices } from '../../../lib/aws/device-repository.ts';
import { createDatabase } from '../../../lib/aws/dynamodb.ts';
import { createGroupRepository } from '../../../lib/aws/group-repository.ts';
import { createIdempotencyStore } from '../../../lib/aws/idempotency-store.ts';
import { createMembershipRepository } from '../../../lib/aws/membership-repository.ts';
import { addMembers } from '../../../lib/groups/add-members.ts';
import { createGroup, deleteGroup, getGroup, listGroups, renameGroup } from '../../../lib/groups/groups.ts';
import { addMember, removeMember } from '../../../lib/groups/members.ts';
import { groupView } from '../../../lib/groups/view.ts';
import { randomId } from '../../../lib/ids.ts';
import { readRoleRules } from '../../../lib/lambda/admin.ts';
import { readEnvironment } from '../../../lib/lambda/environment.ts';
import { httpFunction } from '../../../lib/lambda/http.ts';
import { answer, route } from '../../../lib/lambda/http-types.ts';
import { answerPage } from '../../../lib/lambda/paging.ts';
import type { PageRequest } from '../../../lib/page.ts';
import { Environment } from './environment.ts';

const environment = readEnvironment(Environment);
const db = createDatabase();
const clock = Date.now;

const tables = { devices: environment.DEVICES_TABLE, idempotency: environment.IDEMPOTENCY_TABLE };
const groups = createGroupRepository(db, tables);
const members = {
  groups,
  devices: createDeviceReader(db, tables.devices),
  memberships: createMembershipRepository(db, tables.devices),
};

export const handler = httpFunction({
  adminRoles: readRoleRules(),
  idempotency: { store: createIdempotencyStore(db, tables.idempotency), clock },
  audit: createAuditTrail(db, environment),
  routes: [
    route(createOperation, async ({ body, remember }) =>
      answer(201, groupView(await createGroup({ groups, clock, newId: randomId }, body.name, remember))),
    ),
    route(listOperation, async ({ query }) => {
      const list = (page: PageRequest) => listGroups(groups, page);
      return answer(200, await answerPage(listOperation, query, {}, list, groupView));
    }),
    route(getOperation, async ({ params }) => answer(200, groupView(await getGroup(groups, params.id)))),
    route(renameOperation, async ({ params, body }) =>
      answer(200, groupView(await renameGroup(groups, params.id, body.name))),
    ),
    route(deleteOperation, async ({ params }) => {
      await deleteGroup({ groups, clock }, params.id);
      return answer(204);
    }),
    route(addGroupMember, async ({ params }) => {
      await addMember(members, params.id, params.deviceId);
      return answer(204);
    }),
    route(addGroupMembers, async ({ params, body }) => {
      const { added, alreadyMembers, unknownDeviceIds, fullDeviceIds } = await addMembers(
        { ...members, devices: createManyDevices(db, tables.devices) },
        params.id,
        body.deviceIds,
      );
      return answer(200, {
        added: added.length,
        alreadyMembers: alreadyMembers.length,
        unknownDeviceIds: [...unknownDeviceIds],
        fullDeviceIds: [...fullDeviceIds],
      });
    }),
    route(removeGroupMember, async ({ params }) => {
      await removeMember(members, params.id, params.deviceId);
      return answer(204);
    }),
  ],
});
