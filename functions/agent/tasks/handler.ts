/** What an agent does with its restart task: acknowledge, postpone, report. */
import { acknowledgeTask as acknowledgeOperation, postponeTask, reportResult } from '../../../lib/api/restarts.ts';
import { createAuditTrail } from '../../../lib/aws/audit-trail.ts';
import { createCredentialReader } from '../../../lib/aws/credential-repository.ts';
import { createDatabase } from '../../../lib/aws/dynamodb.ts';
import { createInbox, createSqs } from '../../../lib/aws/inbox.ts';
import { createTaskStore } from '../../../lib/aws/task-repository.ts';
import { readEnvironment } from '../../../lib/lambda/environment.ts';
import { httpFunction } from '../../../lib/lambda/http.ts';
import { answer, route } from '../../../lib/lambda/http-types.ts';
import { logSwallowed } from '../../../lib/lambda/log.ts';
import { acknowledgeTask, changeOwnTask, reportTask } from '../../../lib/restarts/agent.ts';
import { postpone } from '../../../lib/restarts/task.ts';
import { taskView } from '../../../lib/restarts/view.ts';
import { Environment } from './environment.ts';

const environment = readEnvironment(Environment);
const db = createDatabase();

const deps = {
  tasks: createTaskStore(db, { devices: environment.DEVICES_TABLE, restarts: environment.RESTARTS_TABLE }),
  inbox: createInbox(createSqs(), environment.INBOX_URL_PREFIX, logSwallowed),
  clock: Date.now,
  restartsPerDay: Number(environment.RESTARTS_PER_DAY),
};

export const handler = httpFunction({
  credentials: createCredentialReader(db, environment.DEVICES_TABLE),
  audit: createAuditTrail(db, environment),
  routes: [
    route(acknowledgeOperation, async ({ device, params, body }) =>
      answer(200, taskView(await acknowledgeTask(deps, device, params.id, body))),
    ),
    route(postponeTask, async ({ device, params, body }) =>
      answer(
        200,
        taskView(await changeOwnTask(deps, device, params.id, (task, now) => postpone(task, body.minutes, now))),
      ),
    ),
    route(reportResult, async ({ device, params, body }) =>
      answer(200, taskView(await reportTask(deps, device, params.id, body))),
    ),
  ],
});
