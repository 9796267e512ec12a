/** Restarts: the operators' jobs and their tasks, and what a device's agent does with its task. */
import * as z from 'zod/mini';
import { AgentAssistanceRequest } from './assistance.ts';
import { AgentVersion, BootId, page, pageQuery, Timestamp, text } from './common.ts';
import { operation } from './operation.ts';

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
export const TaskState = z.enum(TASK_STATES);
export type TaskState = z.infer<typeof TaskState>;

export const JobState = z.enum(['expanding', 'running', 'completed', 'aborted', 'canceled']);
export type JobState = z.infer<typeof JobState>;

const TaskError = z.object({ code: z.string(), message: z.string() });

export const RestartTask = z.object({
  id: z.string(),
  jobId: z.string(),
  deviceId: z.string(),
  deviceName: z.string(),
  state: TaskState,
  message: z.optional(z.string()),
  graceSeconds: z.int(),
  createdAt: Timestamp,
  acknowledgeBy: Timestamp,
  notBefore: z.optional(Timestamp),
  acknowledgedAt: z.optional(Timestamp),
  returnBy: z.optional(Timestamp),
  endedAt: z.optional(Timestamp),
  postponements: z.int(),
  maxPostponements: z.int(),
  mayReject: z.boolean(),
  force: z.boolean(),
  error: z.optional(TaskError),
});
export type RestartTask = z.infer<typeof RestartTask>;

/** A task as the agent gets it; the receipt goes into the acknowledgement. */
export const AgentRestartTask = z.extend(RestartTask, { receipt: z.string() });
export type AgentRestartTask = z.infer<typeof AgentRestartTask>;

export const RestartJob = z.object({
  id: z.string(),
  state: JobState,
  /** How many devices the order is for. */
  deviceCount: z.int(),
  /** Tasks by state, and the devices whose open task the order joined. */
  counts: z.partialRecord(z.enum([...TASK_STATES, 'joined']), z.int()),
  target: z.object({ deviceIds: z.array(z.string()) }),
  message: z.optional(z.string()),
  graceSeconds: z.int(),
  deliverWithinMinutes: z.int(),
  returnWithinMinutes: z.int(),
  notBefore: z.optional(Timestamp),
  maxPostponements: z.int(),
  mayReject: z.boolean(),
  force: z.boolean(),
  createdAt: Timestamp,
  createdBy: z.string(),
  endedAt: z.optional(Timestamp),
});
export type RestartJob = z.infer<typeof RestartJob>;

const tag = 'Restarts';

export const RestartOrder = z.strictObject({
  deviceIds: z.array(z.string().check(z.minLength(1), z.maxLength(64))).check(z.minLength(1), z.maxLength(1000)),
  message: z.optional(text(500)),
  graceSeconds: z._default(z.int().check(z.gte(0), z.lte(86_400)), 300),
  deliverWithinMinutes: z._default(z.int().check(z.gte(1), z.lte(10_080)), 240),
  returnWithinMinutes: z._default(z.int().check(z.gte(1), z.lte(1440)), 20),
  notBefore: z.optional(Timestamp),
  maxPostponements: z._default(z.int().check(z.gte(0), z.lte(10)), 0),
  mayReject: z._default(z.boolean(), false),
  force: z._default(z.boolean(), false),
});
export type RestartOrder = z.infer<typeof RestartOrder>;

export const orderRestart = operation({
  id: 'orderRestart',
  method: 'POST',
  path: '/v1/restart-jobs',
  caller: 'operator',
  function: 'admin-restarts',
  tag,
  summary: 'Order a restart. A device with an open restart task joins that one.',
  body: RestartOrder,
  answers: { 202: RestartJob },
  idempotent: true,
});

export const listRestartJobs = operation({
  id: 'listRestartJobs',
  method: 'GET',
  path: '/v1/restart-jobs',
  caller: 'viewer',
  function: 'admin-restarts',
  tag,
  summary: 'Restart jobs, newest first.',
  query: z.strictObject(pageQuery),
  answers: { 200: page(RestartJob) },
  problems: ['invalid_cursor'],
});

export const getRestartJob = operation({
  id: 'getRestartJob',
  method: 'GET',
  path: '/v1/restart-jobs/{id}',
  caller: 'viewer',
  function: 'admin-restarts',
  tag,
  summary: 'One restart job with the counts of its tasks by state.',
  answers: { 200: RestartJob },
});

export const listJobTasks = operation({
  id: 'listJobTasks',
  method: 'GET',
  path: '/v1/restart-jobs/{id}/tasks',
  caller: 'viewer',
  function: 'admin-restarts',
  tag,
  summary: "A job's tasks, and the open tasks of other jobs that it joined (their `jobId` differs).",
  query: z.strictObject({ ...pageQuery, state: z.optional(TaskState) }),
  answers: { 200: page(RestartTask) },
  problems: ['invalid_cursor'],
});

export const listRestartTasks = operation({
  id: 'listRestartTasks',
  method: 'GET',
  path: '/v1/restart-tasks',
  caller: 'viewer',
  function: 'admin-restarts',
  tag,
  summary: 'The restart tasks under way, across jobs, newest first.',
  query: z.strictObject({ ...pageQuery, state: z._default(z.enum(['open']), 'open') }),
  answers: { 200: page(RestartTask) },
  problems: ['invalid_cursor'],
});

export const getRestartTask = operation({
  id: 'getRestartTask',
  method: 'GET',
  path: '/v1/restart-tasks/{id}',
  caller: 'viewer',
  function: 'admin-restarts',
  tag,
  summary: 'One restart task.',
  answers: { 200: RestartTask },
});

export const cancelRestartTask = operation({
  id: 'cancelRestartTask',
  method: 'POST',
  path: '/v1/restart-tasks/{id}/cancel',
  caller: 'operator',
  function: 'admin-restarts',
  tag,
  summary: 'Cancel a task: at once before its acknowledgement; after it the agent is asked, and it may be too late.',
  answers: { 202: RestartTask },
  problems: ['invalid_state'],
});

export const poll = operation({
  id: 'poll',
  method: 'POST',
  path: '/v1/agent/poll',
  caller: 'agent',
  function: 'agent-poll',
  tag,
  summary: 'What waits for this device. A boot id other than the acknowledged one proves its restart.',
  body: z.strictObject({ bootId: BootId, bootedAt: Timestamp, agentVersion: AgentVersion }),
  answers: {
    200: z.object({
      tasks: z.array(AgentRestartTask),
      assistanceRequest: z.optional(AgentAssistanceRequest),
      pollAfterSeconds: z.int(),
    }),
    204: null,
  },
  paced: true,
});

export const acknowledgeTask = operation({
  id: 'acknowledgeTask',
  method: 'POST',
  path: '/v1/agent/tasks/{id}/ack',
  caller: 'agent',
  function: 'agent-tasks',
  tag,
  summary: 'The agent has the task safely on disk. Only after the 200 may it restart.',
  body: z.strictObject({ receipt: z.string().check(z.minLength(1), z.maxLength(4096)), bootId: BootId }),
  answers: { 200: RestartTask },
  problems: ['invalid_state', 'expired'],
});

export const postponeTask = operation({
  id: 'postponeTask',
  method: 'POST',
  path: '/v1/agent/tasks/{id}/postpone',
  caller: 'agent',
  function: 'agent-tasks',
  tag,
  summary: 'The person at the PC puts the restart off, within the budget of the order.',
  body: z.strictObject({ minutes: z.int().check(z.gte(1), z.lte(720)) }),
  answers: { 200: RestartTask },
  problems: ['invalid_state'],
});

export const reportResult = operation({
  id: 'reportResult',
  method: 'POST',
  path: '/v1/agent/tasks/{id}/result',
  caller: 'agent',
  function: 'agent-tasks',
  tag,
  summary: 'How the task ended. Success is proved by another boot id than the acknowledged one.',
  body: z.strictObject({
    outcome: z.enum(['succeeded', 'failed', 'rejected', 'canceled']),
    bootId: BootId,
    bootedAt: Timestamp,
    error: z.optional(
      z.strictObject({
        code: z
          .string()
          .check(z.regex(/^[\w.-]{1,64}$/, 'must be 1 to 64 letters, digits, dots, dashes or underscores')),
        message: text(500),
      }),
    ),
  }),
  answers: { 200: RestartTask },
  problems: ['invalid_state', 'restart_not_proved'],
});
