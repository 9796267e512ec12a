/** What operators do with restarts: order, follow, cancel. */
import { notFound } from '../../../lib/api/problem.ts';
import {
  cancelRestartJob as cancelJobOperation,
  cancelRestartTask,
  getRestartJob,
  getRestartTask,
  listDeviceRestartTasks,
  listJobTasks,
  listRestartJobs,
  listRestartTasks,
  orderRestart as orderOperation,
  previewRestart as previewOperation,
  retryRestartJob,
} from '../../../lib/api/restarts.ts';
import { createAuditTrail } from '../../../lib/aws/audit-trail.ts';
import { createDeviceReader } from '../../../lib/aws/device-repository.ts';
import { createDatabase } from '../../../lib/aws/dynamodb.ts';
import { createTargetDevices } from '../../../lib/aws/expansion-repository.ts';
import { createFleetDirectory } from '../../../lib/aws/fleet-directory.ts';
import { createIdempotencyStore } from '../../../lib/aws/idempotency-store.ts';
import { createJobRepository } from '../../../lib/aws/job-repository.ts';
import { createTaskRepository } from '../../../lib/aws/task-repository.ts';
import { HOUR } from '../../../lib/clock.ts';
import { randomId } from '../../../lib/ids.ts';
import { readRoleRules } from '../../../lib/lambda/admin.ts';
import { readEnvironment } from '../../../lib/lambda/environment.ts';
import { httpFunction } from '../../../lib/lambda/http.ts';
import { answer, route } from '../../../lib/lambda/http-types.ts';
import { answerPage } from '../../../lib/lambda/paging.ts';
import type { PageRequest } from '../../../lib/page.ts';
import { cancelRestartJob, cancelTask } from '../../../lib/restarts/cancel.ts';
import { orderRestart } from '../../../lib/restarts/order.ts';
import { previewRestart } from '../../../lib/restarts/preview.ts';
import { retryJob } from '../../../lib/restarts/retry.ts';
import { jobView, taskView } from '../../../lib/restarts/view.ts';
import { Environment } from './environment.ts';

const environment = readEnvironment(Environment);
const db = createDatabase();
const clock = Date.now;

const tables = {
  devices: environment.DEVICES_TABLE,
  restarts: environment.RESTARTS_TABLE,
  idempotency: environment.IDEMPOTENCY_TABLE,
};
const jobs = createJobRepository(db, tables);
const tasks = createTaskRepository(db, tables);
const devices = createTargetDevices(db, tables.devices);
const deviceRecords = createDeviceReader(db, tables.devices);
const fleet = createFleetDirectory(db, tables.devices);

/** For how long an ended task is recent. */
const RECENT_MS = HOUR;

export const handler = httpFunction({
  adminRoles: readRoleRules(),
  idempotency: { store: createIdempotencyStore(db, tables.idempotency), clock },
  audit: createAuditTrail(db, environment),
  routes: [
    route(orderOperation, async ({ admin, body, remember }) => {
      const job = await orderRestart({ jobs, devices, fleet, clock, newId: randomId }, body, admin, remember);
      return answer(202, jobView({ job, counts: {} }));
    }),
    route(previewOperation, async ({ body }) => answer(200, await previewRestart({ devices, fleet, clock }, body))),
    route(listRestartJobs, async ({ query }) =>
      answer(200, await answerPage(listRestartJobs, query, {}, jobs.list, jobView)),
    ),
    route(getRestartJob, async ({ params }) => {
      const found = await jobs.find(params.id);
      if (!found) throw notFound('restart job');
      return answer(200, jobView(found));
    }),
    route(listJobTasks, async ({ params, query }) => {
      if (!(await jobs.find(params.id))) throw notFound('restart job');
      const { state } = query;
      const list = (page: PageRequest) => tasks.listOfJob(params.id, { ...page, state });
      return answer(200, await answerPage(listJobTasks, query, { id: params.id, state }, list, taskView));
    }),
    route(listRestartTasks, async ({ query }) => {
      const { state } = query;
      const list = (page: PageRequest) =>
        state === 'open' ? tasks.listOpen(page) : tasks.listRecent(page, clock() - RECENT_MS);
      return answer(200, await answerPage(listRestartTasks, query, { state }, list, taskView));
    }),
    route(listDeviceRestartTasks, async ({ params, query }) => {
      // A retired device keeps its tasks for as long as it is remembered.
      if (!(await deviceRecords.find(params.id))) throw notFound('device');
      const list = (page: PageRequest) => tasks.listOfDevice(params.id, page);
      return answer(200, await answerPage(listDeviceRestartTasks, query, { id: params.id }, list, taskView));
    }),
    route(getRestartTask, async ({ params }) => {
      const task = await tasks.find(params.id);
      if (!task) throw notFound('restart task');
      return answer(200, taskView(task));
    }),
    route(cancelJobOperation, async ({ params }) =>
      answer(202, jobView(await cancelRestartJob({ jobs, clock }, params.id))),
    ),
    route(retryRestartJob, async ({ params, admin, remember }) => {
      const job = await retryJob({ jobs, clock, newId: randomId }, params.id, admin, remember);
      return answer(202, jobView({ job, counts: {} }));
    }),
    route(cancelRestartTask, async ({ params }) =>
      answer(202, taskView(await cancelTask({ tasks, clock }, params.id))),
    ),
  ],
});
