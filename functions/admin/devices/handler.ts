/** What admins do with devices: enrolment tokens, reading, renaming, retiring, and each device's timeline. */
import {
  createEnrollmentToken as createTokenOperation,
  getDevice as getDeviceOperation,
  getTimeline,
  listEnrollmentTokens,
  listDevices as listOperation,
  renameDevice as renameOperation,
  retireDevice as retireOperation,
  revokeEnrollmentToken,
} from '../../../lib/api/devices.ts';
import { notFound } from '../../../lib/api/problem.ts';
import { createRequestReader } from '../../../lib/aws/assistance-repository.ts';
import { createAuditTrail } from '../../../lib/aws/audit-trail.ts';
import { createDeviceRepository } from '../../../lib/aws/device-repository.ts';
import { createDatabase } from '../../../lib/aws/dynamodb.ts';
import { createEnrollmentTokenRepository } from '../../../lib/aws/enrollment-token-repository.ts';
import { createGroupReader } from '../../../lib/aws/group-repository.ts';
import { createIdempotencyStore } from '../../../lib/aws/idempotency-store.ts';
import { createTimelineRepository } from '../../../lib/aws/timeline-repository.ts';
import { getDevice, renameDevice } from '../../../lib/devices/devices.ts';
import { createEnrollmentToken } from '../../../lib/devices/enrollment.ts';
import { filterOf } from '../../../lib/devices/filter.ts';
import { listDevices } from '../../../lib/devices/list.ts';
import type { Device } from '../../../lib/devices/model.ts';
import { retireDevice } from '../../../lib/devices/retirement.ts';
import { deviceView, enrollmentTokenView } from '../../../lib/devices/view.ts';
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

const tables = {
  devices: environment.DEVICES_TABLE,
  assistance: environment.ASSISTANCE_TABLE,
  restarts: environment.RESTARTS_TABLE,
  idempotency: environment.IDEMPOTENCY_TABLE,
};
const devices = createDeviceRepository(db, tables);
const assistance = createRequestReader(db, tables.assistance);
const groups = createGroupReader(db, tables.devices);
const tokens = createEnrollmentTokenRepository(db, tables);
const timeline = createTimelineRepository(db, environment.ACTIVITY_TABLE);

const view = (device: Device) => deviceView(device, clock());

export const handler = httpFunction({
  adminRoles: readRoleRules(),
  idempotency: { store: createIdempotencyStore(db, tables.idempotency), clock },
  audit: createAuditTrail(db, environment),
  routes: [
    route(createTokenOperation, async ({ admin, body, remember }) =>
      answer(201, await createEnrollmentToken({ tokens, groups, clock, newId: randomId }, body, admin, remember)),
    ),
    route(listEnrollmentTokens, async ({ query }) =>
      answer(200, await answerPage(listEnrollmentTokens, query, {}, tokens.list, enrollmentTokenView)),
    ),
    route(revokeEnrollmentToken, async ({ params }) => {
      if (!(await tokens.revoke(params.id))) throw notFound('enrolment token');
      return answer(204);
    }),
    route(listOperation, async ({ query: { limit, cursor, ...asked } }) => {
      const list = (page: PageRequest) =>
        listDevices({ devices, groups, serials: tokens, clock }, filterOf(asked), page);
      return answer(200, await answerPage(listOperation, { limit, cursor }, asked, list, view));
    }),
    route(getDeviceOperation, async ({ params }) => answer(200, view(await getDevice(devices, params.id)))),
    route(renameOperation, async ({ params, body }) =>
      answer(200, view(await renameDevice(devices, params.id, body.name))),
    ),
    route(retireOperation, async ({ admin, params }) => {
      await retireDevice({ devices, assistance, clock }, params.id, admin);
      return answer(204);
    }),
    route(getTimeline, async ({ params, query }) => {
      // A retired device keeps its timeline for as long as it is remembered.
      if (!(await devices.find(params.id))) throw notFound('device');
      const list = (page: PageRequest) => timeline.list(params.id, page);
      return answer(200, await answerPage(getTimeline, query, { id: params.id }, list, (entry) => entry));
    }),
  ],
});
