/** `POST /v1/agent/credentials/rotate`: the device gets its next credential. */
import { rotateCredential as rotateOperation } from '../../../lib/api/devices.ts';
import { createAuditTrail } from '../../../lib/aws/audit-trail.ts';
import { createCredentialRepository } from '../../../lib/aws/credential-repository.ts';
import { createDatabase } from '../../../lib/aws/dynamodb.ts';
import { createIdempotencyStore } from '../../../lib/aws/idempotency-store.ts';
import { rotateCredential } from '../../../lib/devices/authentication.ts';
import { readEnvironment } from '../../../lib/lambda/environment.ts';
import { httpFunction } from '../../../lib/lambda/http.ts';
import { answer, route } from '../../../lib/lambda/http-types.ts';
import { Environment } from './environment.ts';

const environment = readEnvironment(Environment);
const db = createDatabase();
const clock = Date.now;
const rotationsPerHour = Number(environment.ROTATIONS_PER_HOUR);
const credentials = createCredentialRepository(db, {
  devices: environment.DEVICES_TABLE,
  idempotency: environment.IDEMPOTENCY_TABLE,
});

export const handler = httpFunction({
  credentials,
  idempotency: { store: createIdempotencyStore(db, environment.IDEMPOTENCY_TABLE), clock },
  audit: createAuditTrail(db, environment),
  routes: [
    route(rotateOperation, async ({ device, remember }) =>
      answer(201, await rotateCredential({ credentials, clock, rotationsPerHour }, device, remember)),
    ),
  ],
});
