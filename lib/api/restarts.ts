/** Restarts: the operators' jobs and their tasks, and what a device's agent does with its task. */
import * as z from 'zod/mini';
import { agentAssistanceRequest } from './assistance.ts';
import { agentVersion, anyId, bootId, described, line, page, pageQuery, text, timestamp } from './common.ts';
import { named, resource } from './named.ts';
import type { Operation } from './operation.ts';

export const TASK_STATES = [
  'scheduled',
  'queued',
  'inProgress',
  'canceling',
  'succeeded',
  'expired',
  'failed',
  'timedOut',
  'rejected',
  'canceled',
  'removed',
] as const;
export type TaskState = (typeof TASK_STATES)[number];

export const JOB_STATES = ['expanding', 'running', 'completed', 'aborted', 'canceling', 'canceled'] as const;
export type JobState = (typeof JOB_STATES)[number];

const taskError = () => z.object({ code: z.string(), message: z.string() });

export const restartTask = () =>
  resource('Task', {
    id: z.string(),
    jobId: z.string(),
    deviceId: z.string(),
    deviceName: z.string(),
    /** The name of the admin whose order it is. Always there; only servers of before December 2026 leave it out. */
    orderedBy: z.optional(z.string()),
    state: z.enum(TASK_STATES),
    message: z.optional(z.string()),
    graceSeconds: z.int(),
    createdAt: timestamp(),
    acknowledgeBy: timestamp(),
    notBefore: z.optional(timestamp()),
    acknowledgedAt: z.optional(timestamp()),
    returnBy: z.optional(timestamp()),
    endedAt: z.optional(timestamp()),
    postponements: z.int(),
    maxPostponements: z.int(),
    mayReject: z.boolean(),
    force: z.boolean(),
    /** The `X-Request-Id` of the order, by which logs and events of all that follows from it are found. */
    correlationId: z.optional(z.string()),
    error: z.optional(taskError()),
  });
export type RestartTask = z.infer<ReturnType<typeof restartTask>>;

/** A task as the agent gets it; the receipt goes into the acknowledgement. */
export const agentRestartTask = () => named('AgentTask', z.extend(restartTask(), { receipt: z.string() }));
export type AgentRestartTask = z.infer<ReturnType<typeof agentRestartTask>>;

export const restartJob = () =>
  resource('Job', {
    id: z.string(),
    /** `canceling`: canceled, and none of its tasks is acknowledged any more, while the tasks' own states still follow. */
    state: z.enum(JOB_STATES),
    /** How many devices the order is for; of a group or a retry it grows until the job is `running`. */
    deviceCount: z.int(),
    /** Tasks by state, and the devices whose open task the order joined. */
    counts: z.partialRecord(z.enum([...TASK_STATES, 'joined']), z.int()),
    target: z.union([
      z.object({ deviceIds: z.array(z.string()) }),
      z.object({ groupId: z.string(), exceptDeviceIds: z.optional(z.array(z.string())) }),
      z.object({ retryOf: z.string() }),
    ]),
    message: z.optional(z.string()),
    graceSeconds: z.int(),
    deliverWithinMinutes: z.int(),
    returnWithinMinutes: z.int(),
    notBefore: z.optional(timestamp()),
    maxPostponements: z.int(),
    mayReject: z.boolean(),
    force: z.boolean(),
    maxPerMinute: z.optional(z.int()),
    abortAfterFailures: z.optional(z.int()),
    createdAt: timestamp(),
    createdBy: z.string(),
    /** The `X-Request-Id` of the order. */
    correlationId: z.optional(z.string()),
    endedAt: z.optional(timestamp()),
  });
export type RestartJob = z.infer<ReturnType<typeof restartJob>>;

const tag = 'Restarts';

const deviceIds = () => z.array(anyId()).check(z.minLength(1), z.maxLength(1000));

export const restartOrder = () =>
  z.strictObject({
    /** Exactly one of `deviceIds` and `groupId`. */
    deviceIds: z.optional(deviceIds()),
    /** `all` is every device. */
    groupId: z.optional(anyId()),
    /** With `groupId`: devices that are left out, whether they are in the group or not. */
    exceptDeviceIds: z.optional(deviceIds()),
    message: z.optional(text(500)),
    graceSeconds: z._default(z.int().check(z.gte(0), z.lte(86_400)), 300),
    deliverWithinMinutes: z._default(z.int().check(z.gte(1), z.lte(10_080)), 240),
    returnWithinMinutes: z._default(z.int().check(z.gte(1), z.lte(1440)), 20),
    /** At most 366 days from now. */
    notBefore: z.optional(timestamp()),
    maxPostponements: z._default(z.int().check(z.gte(0), z.lte(10)), 0),
    mayReject: z._default(z.boolean(), false),
    force: z._default(z.boolean(), false),
    /**
     * So many tasks may start in a minute. Without it, what has a `notBefore` is spread over the first minutes of it, and
     * an order for 8,000 devices or more at 8,000 a minute, or faster to be through with half of `deliverWithinMinutes`.
     */
    maxPerMinute: z.optional(z.int().check(z.gte(1))),
    /** The job is aborted when so many tasks have failed or timed out. */
    abortAfterFailures: z.optional(z.int().check(z.gte(1))),
  });
export type RestartOrder = z.infer<ReturnType<typeof restartOrder>>;

export const orderRestart = {
  id: 'orderRestart',
  method: 'POST',
  path: '/v1/restart-jobs',
  caller: 'operator',
  function: 'admin-restarts',
  tag,
  summary:
    'Order a restart of the devices of `deviceIds` or of the group `groupId`. A device with an open restart task joins that one.',
  body: restartOrder,
  answers: () => ({ 202: restartJob() }),
  idempotent: true,
  throttle: 'expensive',
} as const satisfies Operation;

export const restartPreview = () =>
  resource('RestartPreview', {
    deviceCount: z.int(),
    /** Of these: not seen for 30 minutes, or never. */
    offlineCount: z.int(),
    /** Of these: with an open restart task, which the order would join. */
    alreadyRestarting: z.int(),
    /**
     * There where the group is too large to look at each device, from about 20,000 on: `offlineCount` and
     * `alreadyRestarting` are of so many devices, those that were enrolled first. `deviceCount` is of the whole group.
     */
    examinedCount: z.optional(z.int()),
    /** Ids of `deviceIds` and `exceptDeviceIds` that no device has. An order with one of them is refused. */
    unknownDeviceIds: z.array(z.string()),
  });
export type RestartPreview = z.infer<ReturnType<typeof restartPreview>>;

export const previewRestart = {
  id: 'previewRestart',
  method: 'POST',
  path: '/v1/restart-jobs/preview',
  caller: 'operator',
  function: 'admin-restarts',
  tag,
  summary:
    'What an order with this body would reach. Changes nothing. Of a group of more than 20,000 devices, offlineCount and alreadyRestarting are of the examinedCount devices that were enrolled first.',
  body: restartOrder,
  answers: () => ({ 200: restartPreview() }),
  throttle: 'expensive',
} as const satisfies Operation;

export const listRestartJobs = {
  id: 'listRestartJobs',
  method: 'GET',
  path: '/v1/restart-jobs',
  caller: 'viewer',
  function: 'admin-restarts',
  tag,
  summary: 'Restart jobs, newest first.',
  query: () => z.strictObject(pageQuery()),
  answers: () => ({ 200: page(restartJob()) }),
  problems: ['invalid_cursor'],
} as const satisfies Operation;

export const getRestartJob = {
  id: 'getRestartJob',
  method: 'GET',
  path: '/v1/restart-jobs/{id}',
  caller: 'viewer',
  function: 'admin-restarts',
  tag,
  summary: 'One restart job with the counts of its tasks by state.',
  answers: () => ({ 200: restartJob() }),
} as const satisfies Operation;

export const listJobTasks = {
  id: 'listJobTasks',
  method: 'GET',
  path: '/v1/restart-jobs/{id}/tasks',
  caller: 'viewer',
  function: 'admin-restarts',
  tag,
  summary: "A job's tasks, and the open tasks of other jobs that it joined (their `jobId` differs).",
  query: () => z.strictObject({ ...pageQuery(), state: z.optional(z.enum(TASK_STATES)) }),
  answers: () => ({ 200: page(restartTask()) }),
  problems: ['invalid_cursor'],
} as const satisfies Operation;

export const listRestartTasks = {
  id: 'listRestartTasks',
  method: 'GET',
  path: '/v1/restart-tasks',
  caller: 'viewer',
  function: 'admin-restarts',
  tag,
  summary:
    'The restart tasks under way, across jobs, newest first. With `state=recent` those follow that ended within the last hour, latest first.',
  query: () => z.strictObject({ ...pageQuery(), state: z._default(z.enum(['open', 'recent']), 'open') }),
  answers: () => ({ 200: page(restartTask()) }),
  problems: ['invalid_cursor'],
} as const satisfies Operation;

export const listDeviceRestartTasks = {
  id: 'listDeviceRestartTasks',
  method: 'GET',
  path: '/v1/devices/{id}/restart-tasks',
  caller: 'viewer',
  function: 'admin-restarts',
  tag,
  summary: "A device's restart tasks, newest order first, those that have ended too.",
  query: () => z.strictObject(pageQuery()),
  answers: () => ({ 200: page(restartTask()) }),
  problems: ['invalid_cursor'],
} as const satisfies Operation;

export const getRestartTask = {
  id: 'getRestartTask',
  method: 'GET',
  path: '/v1/restart-tasks/{id}',
  caller: 'viewer',
  function: 'admin-restarts',
  tag,
  summary: 'One restart task.',
  answers: () => ({ 200: restartTask() }),
} as const satisfies Operation;

export const cancelRestartJob = {
  id: 'cancelRestartJob',
  method: 'POST',
  path: '/v1/restart-jobs/{id}/cancel',
  caller: 'operator',
  function: 'admin-restarts',
  tag,
  summary:
    'Cancel a job. From the 202 on, none of its tasks is handed out or acknowledged, however many there are; those that were acknowledged before are canceled by asking their agents, and it may be too late. The job is `canceling` until its tasks have followed, then `canceled`.',
  answers: () => ({ 202: restartJob() }),
  problems: ['invalid_state'],
} as const satisfies Operation;

export const retryRestartJob = {
  id: 'retryRestartJob',
  method: 'POST',
  path: '/v1/restart-jobs/{id}/retry',
  caller: 'operator',
  function: 'admin-restarts',
  tag,
  summary: 'Order a new job, at once, for the devices whose task of this one failed, timed out or expired.',
  answers: () => ({ 202: restartJob() }),
  problems: ['invalid_state'],
  idempotent: true,
  throttle: 'expensive',
} as const satisfies Operation;

export const cancelRestartTask = {
  id: 'cancelRestartTask',
  method: 'POST',
  path: '/v1/restart-tasks/{id}/cancel',
  caller: 'operator',
  function: 'admin-restarts',
  tag,
  summary: 'Cancel a task: at once before its acknowledgement; after it the agent is asked, and it may be too late.',
  answers: () => ({ 202: restartTask() }),
  problems: ['invalid_state'],
} as const satisfies Operation;

/** More than any system runs for. */
const LONGEST_UPTIME_SECONDS = 10_000_000_000;

const uptimeSeconds = () =>
  described(
    'For how long the system has run. A boot that began before the acknowledgement, by a minute and more, proves no restart. Without it, a boot id that the device was never seen with does.',
    z.optional(z.number().check(z.gte(0), z.lte(LONGEST_UPTIME_SECONDS))),
  );

export const poll = {
  id: 'poll',
  method: 'POST',
  path: '/v1/agent/poll',
  caller: 'agent',
  function: 'agent-poll',
  tag,
  summary:
    'What waits for this device. A boot that began after the acknowledgement proves its restart: its boot id was not seen before, and its uptime is no longer than that.',
  body: () =>
    z.strictObject({
      bootId: bootId(),
      bootedAt: timestamp(),
      agentVersion: agentVersion(),
      uptimeSeconds: uptimeSeconds(),
      name: described(
        'What the PC calls itself. The device is shown by it unless an admin has named the device; an agent that was given a name sends none.',
        z.optional(line(128)),
      ),
    }),
  answers: () => ({
    200: z.object({
      tasks: z.array(agentRestartTask()),
      assistanceRequest: z.optional(agentAssistanceRequest()),
      pollAfterSeconds: z.int(),
    }),
    204: null,
  }),
  paced: true,
} as const satisfies Operation;

export const acknowledgeTask = {
  id: 'acknowledgeTask',
  method: 'POST',
  path: '/v1/agent/tasks/{id}/ack',
  caller: 'agent',
  function: 'agent-tasks',
  tag,
  summary: 'The agent has the task safely on disk. Only after the 200 may it restart.',
  body: () => z.strictObject({ receipt: z.string().check(z.minLength(1), z.maxLength(4096)), bootId: bootId() }),
  answers: () => ({ 200: restartTask() }),
  problems: ['invalid_state', 'expired'],
} as const satisfies Operation;

export const postponeTask = {
  id: 'postponeTask',
  method: 'POST',
  path: '/v1/agent/tasks/{id}/postpone',
  caller: 'agent',
  function: 'agent-tasks',
  tag,
  summary: 'The person at the PC puts the restart off, within the budget of the order.',
  body: () => z.strictObject({ minutes: z.int().check(z.gte(1), z.lte(720)) }),
  answers: () => ({ 200: restartTask() }),
  problems: ['invalid_state'],
} as const satisfies Operation;

export const reportResult = {
  id: 'reportResult',
  method: 'POST',
  path: '/v1/agent/tasks/{id}/result',
  caller: 'agent',
  function: 'agent-tasks',
  tag,
  summary: 'How the task ended. Success is proved as by a poll.',
  body: () =>
    z.strictObject({
      outcome: z.enum(['succeeded', 'failed', 'rejected', 'canceled']),
      bootId: bootId(),
      bootedAt: timestamp(),
      uptimeSeconds: uptimeSeconds(),
      error: z.optional(
        z.strictObject({
          code: z
            .string()
            .check(z.regex(/^[A-Za-z0-9_.-]{1,64}$/, 'must be 1 to 64 letters, digits, dots, dashes or underscores')),
          message: text(500),
        }),
      ),
    }),
  answers: () => ({ 200: restartTask() }),
  problems: ['invalid_state', 'restart_not_proved'],
} as const satisfies Operation;
