/** Alerts: what an admin should look at now. */
import * as z from 'zod/mini';
import { described, page, pageQuery, timestamp } from './common.ts';
import { resource } from './named.ts';
import type { Operation } from './operation.ts';

export const ALERT_KINDS = [
  'assistanceRequested',
  'assistanceUnanswered',
  'assistanceExpired',
  'restartFailed',
  'restartTimedOut',
  'restartExpired',
  'connectorProblem',
  'credentialShared',
  'deviceReplaced',
] as const;
export type AlertKind = (typeof ALERT_KINDS)[number];

export const ALERT_STATES = ['active', 'acknowledged', 'resolved'] as const;
export type AlertState = (typeof ALERT_STATES)[number];

/** Rising. */
export const SEVERITIES = ['info', 'warning', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

export const alert = () =>
  resource('Alert', {
    id: z.string(),
    kind: z.enum(ALERT_KINDS),
    severity: z.enum(SEVERITIES),
    /** How often it has climbed. */
    level: z.optional(z.int()),
    subject: z.object({ type: z.string(), id: z.string() }),
    deviceId: z.optional(z.string()),
    deviceName: z.optional(z.string()),
    title: z.string(),
    data: described(
      'The facts that the title words, for a client that words them itself. Of `credentialShared` the `reason`: `alternating` (two boot ids take turns), `replaced` (a credential was used that a rotation has replaced) or `retired`.',
      z.record(z.string(), z.union([z.string(), z.number()])),
    ),
    state: z.enum(ALERT_STATES),
    raisedAt: timestamp(),
    acknowledgedBy: z.optional(z.string()),
    acknowledgedAt: z.optional(timestamp()),
    resolvedAt: z.optional(timestamp()),
    /** What ended it, in words. */
    resolution: z.optional(z.string()),
  });
export type Alert = z.infer<ReturnType<typeof alert>>;

const tag = 'Alerts';

export const listAlerts = {
  id: 'listAlerts',
  method: 'GET',
  path: '/v1/alerts',
  caller: 'viewer',
  function: 'admin-alerts',
  tag,
  summary: 'Alerts, newest first.',
  query: () => z.strictObject({ ...pageQuery(), state: z.optional(z.enum(ALERT_STATES)) }),
  answers: () => ({ 200: page(alert()) }),
  problems: ['invalid_cursor'],
} as const satisfies Operation;

export const getAlert = {
  id: 'getAlert',
  method: 'GET',
  path: '/v1/alerts/{id}',
  caller: 'viewer',
  function: 'admin-alerts',
  tag,
  summary: 'One alert.',
  answers: () => ({ 200: alert() }),
} as const satisfies Operation;

export const acknowledgeAlert = {
  id: 'acknowledgeAlert',
  method: 'POST',
  path: '/v1/alerts/{id}/acknowledge',
  caller: 'helpdesk',
  function: 'admin-alerts',
  tag,
  summary: 'Take an active alert on. Acknowledging it again changes nothing.',
  answers: () => ({ 200: alert() }),
  problems: ['invalid_state'],
} as const satisfies Operation;
