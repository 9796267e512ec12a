/** A test device is enrolled, and polls for the first time. */
import { randomUUID } from 'node:crypto';
import { createEnrollmentToken, enroll } from '../../../lib/api/devices.ts';
import type { Step } from '../tell.ts';
import { AGENT_VERSION, createDevice, deviceOf, type World } from '../world.ts';

export const enrolment = async (world: World, step: Step): Promise<void> => {
  const { admin, anybody, as, name, made } = world;
  let enrollmentToken = '';
  await step('An admin makes an enrolment token', async () => {
    const { body } = await admin(
      createEnrollmentToken,
      { body: { maxUses: 1, expiresInHours: 1 } },
      { idempotencyKey: randomUUID() },
    );
    made.enrollmentTokenId = body.id;
    enrollmentToken = body.token;
    return body.id;
  });
  await step('A test device enrols', async () => {
    made.enrolled = 'perhaps';
    const { body } = await anybody(
      enroll,
      { body: { enrollmentToken, name, platform: 'linux', agentVersion: AGENT_VERSION } },
      { idempotencyKey: randomUUID() },
    );
    made.enrolled = createDevice(body.deviceId, as(body.deviceToken));
    return body.deviceId;
  });
  await step('It polls, and nothing waits for it', async () => {
    const { status, retryAfterSeconds } = await deviceOf(world).poll();
    if (status !== 204) throw new Error('Something waits for a device that was enrolled just now.');
    return `next poll in ${retryAfterSeconds} s`;
  });
};
