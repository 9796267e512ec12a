/** `POST /v1/enrollments`: a device shows an enrolment token and gets a credential of its own. */
import { enroll as enrollOperation } from '../../../lib/api/devices.ts';
import { createRequestReader } from '../../../lib/aws/assistance-repository.ts';
import { createAuditTrail } from '../../../lib/aws/audit-trail.ts';
import { createDeviceReader } from '../../../lib/aws/device-repository.ts';
import { createDatabase } from '../../../lib/aws/dynamodb.ts';
import { createEnrollmentTokenRepository } from '../../../lib/aws/enrollment-token-repository.ts';
import { createGroupReader } from '../../../lib/aws/group-repository.ts';
import { createIdempotencyStore } from '../../../lib/aws/idempotency-store.ts';
import { assertNotRevoked, enroll } from '../../../lib/devices/enrollment.ts';
import { randomId } from '../../../lib/ids.ts';
import { readEnvironment } from '../../../lib/lambda/environment.ts';
import { httpFunction } from '../../../lib/lambda/http.ts';
import { answer, route } from '../../../lib/lambda/http-types.ts';
import { Environment } from './environment.ts';

const environment = readEnvironment(Environment);
const db = createDatabase();
const clock = Date.now;

const tokens = createEnrollmentTokenRepository(db, {
  devices: environment.DEVICES_TABLE,
  assistance: environment.ASSISTANCE_TABLE,
  restarts: environment.RESTARTS_TABLE,
  idempotency: environment.IDEMPOTENCY_TABLE,
});

const groups = createGroupReader(db, environment.DEVICES_TABLE);
const devices = createDeviceReader(db, environment.DEVICES_TABLE);
const assistance = createRequestReader(db, environment.ASSISTANCE_TABLE);

export const handler = httpFunction({
  idempotency: { store: createIdempotencyStore(db, environment.IDEMPOTENCY_TABLE), clock },
  audit: createAuditTrail(db, environment),
  routes: [
    route(
      enrollOperation,
      async ({ body, remember, actAs }) =>
        answer(
          201,
          await enroll({ tokens, groups, devices, assistance, clock, newId: randomId, actAs }, body, remember),
        ),
      ({ body }) => assertNotRevoked(tokens, body.enrollmentToken),
    ),
  ],
});
