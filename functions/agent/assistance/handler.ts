/** What the person at the PC does through the agent: ask for help, follow it, withdraw, consent, end. */
import * as z from 'zod/mini';
import {
  consent as consentOperation,
  endOwnAssistance,
  getOwnAssistanceRequest,
  requestAssistance as requestOperation,
  withdrawAssistanceRequest,
} from '../../../lib/api/assistance.ts';
import { changeOwnRequest, getOwnRequest, requestAssistance } from '../../../lib/assistance/person.ts';
import { consent, end, withdraw } from '../../../lib/assistance/request.ts';
import { deviceRequestView } from '../../../lib/assistance/view.ts';
import { createAssistanceRepository } from '../../../lib/aws/assistance-repository.ts';
import { createAuditTrail } from '../../../lib/aws/audit-trail.ts';
import { createCredentialReader } from '../../../lib/aws/credential-repository.ts';
import { createDatabase } from '../../../lib/aws/dynamodb.ts';
import { createIdempotencyStore } from '../../../lib/aws/idempotency-store.ts';
import { randomId } from '../../../lib/ids.ts';
import { readEnvironment } from '../../../lib/lambda/environment.ts';
import { httpFunction } from '../../../lib/lambda/http.ts';
import { answer, route } from '../../../lib/lambda/http-types.ts';
import { Environment } from './environment.ts';

const environment = readEnvironment(Environment);
const db = createDatabase();

const deps = {
  requests: createAssistanceRepository(db, {
    devices: environment.DEVICES_TABLE,
    assistance: environment.ASSISTANCE_TABLE,
    idempotency: environment.IDEMPOTENCY_TABLE,
  }),
  clock: Date.now,
  newId: randomId,
  requestsPerHour: Number(environment.REQUESTS_PER_HOUR),
  climbAfterMinutes: z.array(z.int()).parse(JSON.parse(environment.UNANSWERED_AFTER_MINUTES)),
};

export const handler = httpFunction({
  credentials: createCredentialReader(db, environment.DEVICES_TABLE),
  idempotency: { store: createIdempotencyStore(db, environment.IDEMPOTENCY_TABLE), clock: deps.clock },
  audit: createAuditTrail(db, environment),
  routes: [
    route(requestOperation, async ({ device, body, remember }) =>
      answer(201, deviceRequestView(await requestAssistance(deps, device, body, remember))),
    ),
    route(getOwnAssistanceRequest, async ({ device, params }) =>
      answer(200, deviceRequestView(await getOwnRequest(deps, device, params.id))),
    ),
    route(withdrawAssistanceRequest, async ({ device, params }) =>
      answer(200, deviceRequestView(await changeOwnRequest(deps, device, params.id, withdraw))),
    ),
    route(consentOperation, async ({ device, params, body }) =>
      answer(
        200,
        deviceRequestView(
          await changeOwnRequest(deps, device, params.id, (request, now) =>
            consent(request, body.decision === 'accepted', now),
          ),
        ),
      ),
    ),
    route(endOwnAssistance, async ({ device, params }) =>
      answer(
        200,
        deviceRequestView(
          await changeOwnRequest(deps, device, params.id, (request, now) => end(request, 'userEnded', now)),
        ),
      ),
    ),
  ],
});
