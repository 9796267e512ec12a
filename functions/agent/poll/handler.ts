/** `POST /v1/agent/poll`: the hottest path of all, so it loads and calls as little as it can. */
import { poll as pollOperation } from '../../../lib/api/restarts.ts';
import { createRequestReader } from '../../../lib/aws/assistance-repository.ts';
import { createDeviceReader, createSightingRecorder } from '../../../lib/aws/device-repository.ts';
import { createDatabase } from '../../../lib/aws/dynamodb.ts';
import { createInbox, createSqs } from '../../../lib/aws/inbox.ts';
import { createTaskStore } from '../../../lib/aws/task-repository.ts';
import { fromIso } from '../../../lib/clock.ts';
import { readEnvironment } from '../../../lib/lambda/environment.ts';
import { httpFunction } from '../../../lib/lambda/http.ts';
import { answer, route } from '../../../lib/lambda/http-types.ts';
import { logSwallowed } from '../../../lib/lambda/log.ts';
import { isWaiting, poll } from '../../../lib/restarts/poll.ts';
import { Environment } from './environment.ts';

const environment = readEnvironment(Environment);
const db = createDatabase();

const deps = {
  devices: createSightingRecorder(db, environment.DEVICES_TABLE),
  tasks: createTaskStore(db, { devices: environment.DEVICES_TABLE, restarts: environment.RESTARTS_TABLE }),
  requests: createRequestReader(db, environment.ASSISTANCE_TABLE),
  inbox: createInbox(createSqs(), environment.INBOX_URL_PREFIX, logSwallowed),
  clock: Date.now,
  random: Math.random,
};

export const handler = httpFunction({
  devices: createDeviceReader(db, environment.DEVICES_TABLE),
  deviceConsistency: 'eventually',
  routes: [
    route(pollOperation, async ({ device, body: { bootId, bootedAt, agentVersion } }) => {
      const found = await poll(deps, device, { bootId, bootedAt: fromIso(bootedAt), agentVersion });
      return isWaiting(found)
        ? answer(200, found, found.pollAfterSeconds)
        : answer(204, undefined, found.pollAfterSeconds);
    }),
  ],
});
