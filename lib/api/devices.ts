/** Devices: enrolment tokens, enrolment, reading, renaming, retiring, and a device's timeline. */
import * as z from 'zod/mini';
import { AgentVersion, line, page, pageQuery, Timestamp } from './common.ts';
import { operation } from './operation.ts';

export const Platform = z.enum(['windows', 'linux', 'macos']);
export type Platform = z.infer<typeof Platform>;

export const EnrollmentToken = z.object({
  id: z.string(),
  maxUses: z.int(),
  uses: z.int(),
  createdAt: Timestamp,
  createdBy: z.string(),
  expiresAt: Timestamp,
});
export type EnrollmentToken = z.infer<typeof EnrollmentToken>;

export const Device = z.object({
  id: z.string(),
  name: z.string(),
  platform: Platform,
  agentVersion: z.string(),
  serialNumber: z.optional(z.string()),
  groupIds: z.array(z.string()),
  enrolledAt: Timestamp,
  lastSeenAt: z.optional(Timestamp),
  bootId: z.optional(z.string()),
  bootedAt: z.optional(Timestamp),
  openRestart: z.optional(z.object({ taskId: z.string(), state: z.string() })),
});
export type Device = z.infer<typeof Device>;

export const TimelineEntry = z.object({
  id: z.string(),
  occurredAt: Timestamp,
  /** The `detail-type` of the event it was made from. */
  kind: z.string(),
  title: z.string(),
  /** Who did it, where somebody did. */
  actor: z.optional(z.string()),
  subject: z.object({ type: z.string(), id: z.string() }),
});
export type TimelineEntry = z.infer<typeof TimelineEntry>;

const tag = 'Devices';

export const createEnrollmentToken = operation({
  id: 'createEnrollmentToken',
  method: 'POST',
  path: '/v1/enrollment-tokens',
  caller: 'admin',
  function: 'admin-devices',
  tag,
  summary: 'Make a token with which devices enrol. The token itself is shown this once.',
  body: z.strictObject({
    maxUses: z._default(z.int().check(z.gte(1), z.lte(10_000)), 1),
    expiresInHours: z._default(z.int().check(z.gte(1), z.lte(720)), 24),
  }),
  answers: { 201: z.extend(EnrollmentToken, { token: z.string() }) },
  idempotent: true,
});

export const listEnrollmentTokens = operation({
  id: 'listEnrollmentTokens',
  method: 'GET',
  path: '/v1/enrollment-tokens',
  caller: 'admin',
  function: 'admin-devices',
  tag,
  summary: 'The enrolment tokens that still work or lately did, newest first, without the tokens themselves.',
  query: z.strictObject(pageQuery),
  answers: { 200: page(EnrollmentToken) },
  problems: ['invalid_cursor'],
});

export const revokeEnrollmentToken = operation({
  id: 'revokeEnrollmentToken',
  method: 'DELETE',
  path: '/v1/enrollment-tokens/{id}',
  caller: 'admin',
  function: 'admin-devices',
  tag,
  summary: 'Revoke an enrolment token; devices already enrolled with it stay.',
  answers: { 204: null },
});

export const enroll = operation({
  id: 'enroll',
  method: 'POST',
  path: '/v1/enrollments',
  caller: 'none',
  function: 'public-enrollment',
  tag,
  summary: 'Enrol a device. The device token is shown this once.',
  body: z.strictObject({
    enrollmentToken: z.string().check(z.minLength(1), z.maxLength(256)),
    name: line(128),
    platform: Platform,
    agentVersion: AgentVersion,
    serialNumber: z.optional(line(128)),
  }),
  answers: { 201: z.object({ deviceId: z.string(), deviceToken: z.string(), device: Device }) },
  problems: ['unauthenticated'],
  idempotent: true,
});

export const listDevices = operation({
  id: 'listDevices',
  method: 'GET',
  path: '/v1/devices',
  caller: 'viewer',
  function: 'admin-devices',
  tag,
  summary: 'Devices in the order of their names, whatever the case of their letters.',
  query: z.strictObject({ ...pageQuery, namePrefix: z.optional(z.string().check(z.minLength(1), z.maxLength(128))) }),
  answers: { 200: page(Device) },
  problems: ['invalid_cursor'],
});

export const getDevice = operation({
  id: 'getDevice',
  method: 'GET',
  path: '/v1/devices/{id}',
  caller: 'viewer',
  function: 'admin-devices',
  tag,
  summary: 'One device.',
  answers: { 200: Device },
});

export const renameDevice = operation({
  id: 'renameDevice',
  method: 'PATCH',
  path: '/v1/devices/{id}',
  caller: 'admin',
  function: 'admin-devices',
  tag,
  summary: 'Rename a device.',
  body: z.strictObject({ name: line(128) }),
  answers: { 200: Device },
});

export const retireDevice = operation({
  id: 'retireDevice',
  method: 'DELETE',
  path: '/v1/devices/{id}',
  caller: 'admin',
  function: 'admin-devices',
  tag,
  summary:
    'Retire a device: its credential is dead at once, its inbox deleted, its open task removed, its open request ended.',
  answers: { 204: null },
});

export const getTimeline = operation({
  id: 'getTimeline',
  method: 'GET',
  path: '/v1/devices/{id}/timeline',
  caller: 'viewer',
  function: 'admin-devices',
  tag,
  summary: 'What happened to a device, newest first.',
  query: z.strictObject(pageQuery),
  answers: { 200: page(TimelineEntry) },
  problems: ['invalid_cursor'],
});
