/** Alerts: what an admin should look at now. */
import * as z from 'zod/mini';
import { page, pageQuery, Timestamp } from './common.ts';
import { operation } from './operation.ts';

export const AlertKind = z.enum([
  'assistanceRequested',
  'assistanceUnanswered',
  'assistanceExpired',
  'restartFailed',
  'restartTimedOut',
  'restartExpired',
  'connectorProblem',
]);
export type AlertKind = z.infer<typeof AlertKind>;

export const AlertState = z.enum(['active', 'acknowledged', 'resolved']);
export type AlertState = z.infer<typeof AlertState>;

export const Alert = z.object({
  id: z.string(),
  kind: AlertKind,
  severity: z.enum(['info', 'warning', 'critical']),
  subject: z.object({ type: z.string(), id: z.string() }),
  deviceId: z.optional(z.string()),
  deviceName: z.optional(z.string()),
  title: z.string(),
  state: AlertState,
  raisedAt: Timestamp,
  acknowledgedBy: z.optional(z.string()),
  acknowledgedAt: z.optional(Timestamp),
  resolvedAt: z.optional(Timestamp),
});
export type Alert = z.infer<typeof Alert>;

const tag = 'Alerts';

export const listAlerts = operation({
  id: 'listAlerts',
  method: 'GET',
  path: '/v1/alerts',
  caller: 'viewer',
  function: 'admin-alerts',
  tag,
  summary: 'Alerts, newest first.',
  query: z.strictObject({ ...pageQuery, state: z.optional(AlertState) }),
  answers: { 200: page(Alert) },
  problems: ['invalid_cursor'],
});

export const acknowledgeAlert = operation({
  id: 'acknowledgeAlert',
  method: 'POST',
  path: '/v1/alerts/{id}/acknowledge',
  caller: 'helpdesk',
  function: 'admin-alerts',
  tag,
  summary: 'Take an active alert on. Acknowledging it again changes nothing.',
  answers: { 200: Alert },
  problems: ['invalid_state'],
});
