/** Alerts, as they are kept. Times are epoch milliseconds. */
import type * as api from '../api/alerts.ts';
import { type Instant, iso, isoMember } from '../clock.ts';
import type { Id } from '../ids.ts';

export type { AlertKind, AlertState } from '../api/alerts.ts';

export type Alert = {
  readonly id: Id;
  readonly kind: api.AlertKind;
  readonly severity: api.Alert['severity'];
  readonly subject: { readonly type: string; readonly id: Id };
  readonly deviceId?: Id;
  readonly deviceName?: string;
  readonly title: string;
  readonly state: api.AlertState;
  readonly raisedAt: Instant;
  readonly acknowledgedBy?: string;
  readonly acknowledgedAt?: Instant;
  readonly resolvedAt?: Instant;
  /** When the admins were told; absent while that is to do. */
  readonly notifiedAt?: Instant;
};

export const alertView = (alert: Alert): api.Alert => ({
  id: alert.id,
  kind: alert.kind,
  severity: alert.severity,
  subject: alert.subject,
  ...(alert.deviceId !== undefined && { deviceId: alert.deviceId }),
  ...(alert.deviceName !== undefined && { deviceName: alert.deviceName }),
  title: alert.title,
  state: alert.state,
  raisedAt: iso(alert.raisedAt),
  ...(alert.acknowledgedBy !== undefined && { acknowledgedBy: alert.acknowledgedBy }),
  ...isoMember('acknowledgedAt', alert.acknowledgedAt),
  ...isoMember('resolvedAt', alert.resolvedAt),
});
