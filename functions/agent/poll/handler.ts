/** `POST /v1/agent/poll`: the hottest path of all, so it loads and calls as little as it can. */
import { poll as pollOperation } from '../../../lib/api/restarts.ts';
import { createRequestReader } from '../../../lib/aws/assistance-repository.ts';
import { createAuditTrail } from '../../../lib/aws/audit-trail.ts';
import { createCredentialReader } from '../../../lib/aws/credential-repository.ts';
import { createSightingRecorder } from '../../../lib/aws/device-repository.ts';
import { createDatabase } from '../../../lib/aws/dynamodb.ts';
import { createTaskStore } from '../../../lib/aws/task-repository.ts';
import { fromIso } from '../../../lib/clock.ts';
import { readEnvironment } from '../../../lib/lambda/environment.ts';
import { httpFunction } from '../../../lib/lambda/http.ts';
import { answer, route } from '../../../lib/lambda/http-types.ts';
import { log } from '../../../lib/lambda/log.ts';
import { loadPart } from '../../../lib/lambda/part.ts';
import { isWaiting, poll } from '../../../lib/restarts/poll.ts';
import type { Inbox } from '../../../lib/restarts/ports.ts';
import { Environment } from './environment.ts';

const environment = readEnvironment(Environment);
const db = createDatabase();

/** With SQS's client, which is a tenth of what an empty poll needs to load. */
let inbox: Inbox | undefined;

const deps = {
  devices: createSightingRecorder(db, environment.DEVICES_TABLE),
  tasks: createTaskStore(db, { devices: environment.DEVICES_TABLE, restarts: environment.RESTARTS_TABLE }),
  requests: createRequestReader(db, environment.ASSISTANCE_TABLE),
  get inbox() {
    inbox ??= loadPart<typeof import('./parts/inbox.ts')>('inbox').openInbox(environment.INBOX_URL_PREFIX);
    return inbox;
  },
  clock: Date.now,
  random: Math.random,
};

export const handler = httpFunction({
  credentials: createCredentialReader(db, environment.DEVICES_TABLE),
  deviceConsistency: 'eventually',
  audit: createAuditTrail(db, environment),
  routes: [
    route(pollOperation, async ({ device, body }) => {
      const found = await poll(deps, device, { ...body, bootedAt: fromIso(body.bootedAt) });
      for (const { id, correlationId } of found.tasks) log.info('task handed out', { taskId: id, correlationId });
      return isWaiting(found)
        ? answer(200, found, found.pollAfterSeconds)
        : answer(204, undefined, found.pollAfterSeconds);
    }),
  ],
});
