/** Devices: enrolment tokens, enrolment, reading, renaming, retiring, and a device's timeline. */
import * as z from 'zod/mini';
import { agentVersion, anyId, described, line, page, pageQuery, timestamp } from './common.ts';
import { resource } from './named.ts';
import type { Operation } from './operation.ts';

export const PLATFORMS = ['windows', 'linux', 'macos'] as const;
export type Platform = (typeof PLATFORMS)[number];

export const enrollmentToken = () =>
  resource('EnrollmentToken', {
    id: z.string(),
    maxUses: z.int(),
    uses: z.int(),
    createdAt: timestamp(),
    createdBy: z.string(),
    expiresAt: timestamp(),
    groupId: z.optional(z.string()),
    /** Whether a device that enrols with it takes the place of the one that has its serial number. */
    mayReplace: z.boolean(),
  });
export type EnrollmentToken = z.infer<ReturnType<typeof enrollmentToken>>;

export const device = () =>
  resource('Device', {
    id: z.string(),
    name: z.string(),
    platform: z.enum(PLATFORMS),
    agentVersion: z.string(),
    serialNumber: z.optional(z.string()),
    groupIds: z.array(z.string()),
    enrolledAt: timestamp(),
    /** The enrolment token that it came in by; absent of devices that are older than this member. */
    enrollmentTokenId: z.optional(z.string()),
    lastSeenAt: described('To within ten minutes.', z.optional(timestamp())),
    online: described(
      'Whether it was heard of as lately as one that is on would be, which is 16 minutes. Absent where it never was.',
      z.optional(z.boolean()),
    ),
    bootId: z.optional(z.string()),
    bootedAt: z.optional(timestamp()),
    openRestart: z.optional(
      z.object({ taskId: z.string(), jobId: z.string(), state: z.string(), notBefore: z.optional(timestamp()) }),
    ),
    openAssistance: z.optional(z.object({ requestId: z.string(), state: z.string() })),
  });
export type Device = z.infer<ReturnType<typeof device>>;

export const timelineEntry = () =>
  resource('TimelineEntry', {
    id: z.string(),
    occurredAt: timestamp(),
    /** The `detail-type` of the event it was made from, or `AlertAcknowledged`. */
    kind: z.string(),
    title: z.string(),
    data: described(
      'The facts that the title words, such as requesterName, minutes, endReason, state, errorCode; of an alert its alertKind, severity and resolution.',
      z.record(z.string(), z.union([z.string(), z.number()])),
    ),
    /** Who did it, where somebody did. */
    actor: z.optional(z.string()),
    subject: z.object({ type: z.string(), id: z.string() }),
  });
export type TimelineEntry = z.infer<ReturnType<typeof timelineEntry>>;

const tag = 'Devices';

const filterText = () => z.optional(z.string().check(z.minLength(1), z.maxLength(128)));

export const createEnrollmentToken = {
  id: 'createEnrollmentToken',
  method: 'POST',
  path: '/v1/enrollment-tokens',
  caller: 'admin',
  function: 'admin-devices',
  tag,
  summary:
    'Make a token with which devices enrol, into a group if it names one. The token itself is shown this once. With `mayReplace`, for installing PCs anew, a device that enrols retires the one that has its serial number.',
  body: () =>
    z.strictObject({
      maxUses: z._default(z.int().check(z.gte(1), z.lte(10_000)), 1),
      expiresInHours: z._default(z.int().check(z.gte(1), z.lte(720)), 24),
      groupId: z.optional(anyId()),
      mayReplace: z._default(z.boolean(), false),
    }),
  answers: () => ({ 201: z.extend(enrollmentToken(), { token: z.string() }) }),
  idempotent: true,
  throttle: 'expensive',
} as const satisfies Operation;

export const listEnrollmentTokens = {
  id: 'listEnrollmentTokens',
  method: 'GET',
  path: '/v1/enrollment-tokens',
  caller: 'admin',
  function: 'admin-devices',
  tag,
  summary: 'The enrolment tokens that still work or lately did, newest first, without the tokens themselves.',
  query: () => z.strictObject(pageQuery()),
  answers: () => ({ 200: page(enrollmentToken()) }),
  problems: ['invalid_cursor'],
} as const satisfies Operation;

export const revokeEnrollmentToken = {
  id: 'revokeEnrollmentToken',
  method: 'DELETE',
  path: '/v1/enrollment-tokens/{id}',
  caller: 'admin',
  function: 'admin-devices',
  tag,
  summary: 'Revoke an enrolment token; devices already enrolled with it stay.',
  answers: () => ({ 204: null }),
} as const satisfies Operation;

export const enroll = {
  id: 'enroll',
  method: 'POST',
  path: '/v1/enrollments',
  caller: 'none',
  function: 'public-enrollment',
  tag,
  summary:
    'Enrol a device. The device token is shown this once. A serial number belongs to one device in service: a second device with it is `already_exists`, unless the enrolment token may replace, which retires the first and hands nothing of it on.',
  body: () =>
    z.strictObject({
      enrollmentToken: z.string().check(z.minLength(1), z.maxLength(256)),
      name: line(128),
      platform: z.enum(PLATFORMS),
      agentVersion: agentVersion(),
      serialNumber: z.optional(line(128)),
    }),
  answers: () => ({ 201: z.object({ deviceId: z.string(), deviceToken: z.string(), device: device() }) }),
  problems: ['unauthenticated', 'already_exists'],
  idempotent: true,
  throttle: 'enrollment',
} as const satisfies Operation;

export const rotateCredential = {
  id: 'rotateCredential',
  method: 'POST',
  path: '/v1/agent/credentials/rotate',
  caller: 'agent',
  function: 'agent-credentials',
  tag,
  summary:
    'A new device token. The old one works until the new one is first used, 24 hours at most; after that it still rotates.',
  acceptsOverdueToken: true,
  body: () => z.strictObject({}),
  answers: () => ({ 201: z.object({ deviceToken: z.string() }) }),
  problems: ['too_many_requests'],
  idempotent: true,
} as const satisfies Operation;

export const listDevices = {
  id: 'listDevices',
  method: 'GET',
  path: '/v1/devices',
  caller: 'viewer',
  function: 'admin-devices',
  tag,
  summary:
    'Devices in the order of their names, whatever the case of their letters; those for which all that is asked for holds. By groupId, namePrefix and serialNumber they are found by an index. For all else at most 2,000 devices are looked at for a page: the answer then has examinedCount, and may have few items or none and still a nextCursor.',
  query: () =>
    z.strictObject({
      ...pageQuery(),
      groupId: z.optional(anyId()),
      namePrefix: filterText(),
      nameContains: filterText(),
      platform: z.optional(z.enum(PLATFORMS)),
      agentVersion: filterText(),
      serialNumber: filterText(),
      seenBefore: described('Not seen at that time or since, or never.', z.optional(timestamp())),
      seenAfter: described('Seen since then.', z.optional(timestamp())),
      online: z.optional(z.enum(['true', 'false'])),
    }),
  answers: () => ({
    200: z.extend(page(device()), {
      examinedCount: described(
        'How many devices were looked at, where no index serves what is asked for.',
        z.optional(z.int()),
      ),
    }),
  }),
  problems: ['invalid_cursor', 'not_found'],
} as const satisfies Operation;

export const getDevice = {
  id: 'getDevice',
  method: 'GET',
  path: '/v1/devices/{id}',
  caller: 'viewer',
  function: 'admin-devices',
  tag,
  summary: 'One device.',
  answers: () => ({ 200: device() }),
} as const satisfies Operation;

export const renameDevice = {
  id: 'renameDevice',
  method: 'PATCH',
  path: '/v1/devices/{id}',
  caller: 'admin',
  function: 'admin-devices',
  tag,
  summary: 'Rename a device.',
  body: () => z.strictObject({ name: line(128) }),
  answers: () => ({ 200: device() }),
} as const satisfies Operation;

export const retireDevice = {
  id: 'retireDevice',
  method: 'DELETE',
  path: '/v1/devices/{id}',
  caller: 'admin',
  function: 'admin-devices',
  tag,
  summary:
    'Retire a device: its credential is dead at once, its inbox deleted, its open task removed, its open request ended.',
  answers: () => ({ 204: null }),
} as const satisfies Operation;

export const getTimeline = {
  id: 'getTimeline',
  method: 'GET',
  path: '/v1/devices/{id}/timeline',
  caller: 'viewer',
  function: 'admin-devices',
  tag,
  summary: 'What happened to a device, newest first.',
  query: () => z.strictObject(pageQuery()),
  answers: () => ({ 200: page(timelineEntry()) }),
  problems: ['invalid_cursor'],
} as const satisfies Operation;
