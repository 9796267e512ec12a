/** Alerts, as they are kept. Times are epoch milliseconds. */
import type * as api from '../api/alerts.ts';
import { type Instant, iso, isoMember } from '../clock.ts';
import type { Id } from '../ids.ts';

export type { AlertKind, AlertState, Severity } from '../api/alerts.ts';

/** The ways to the admins: the topic, for e-mail; the bus, for webhooks and whoever else listens. */
export const CHANNELS = ['topic', 'bus'] as const;
export type Channel = (typeof CHANNELS)[number];

/** The notice of an alert on the bus, by its `detail-type`. */
export const NOTICE_TYPES = ['AlertRaised', 'AlertResolved'] as const;
export type NoticeType = (typeof NOTICE_TYPES)[number];

/** What the admins are yet to be told of an alert. */
export type Notice = {
  /** The alert's when this came up: a receiver knows one that it has had by it. */
  readonly version: number;
  /** The channels that have not been told. */
  readonly left: readonly Channel[];
  /** Until then, whoever saved this is telling; after it, whoever claims it first. */
  readonly claimedUntil: Instant;
};

/** A text is as its device or person wrote it, cut to one line. */
export type AlertData = Readonly<Record<string, string | number>>;

export type Alert = {
  readonly id: Id;
  /** Grows by one with each change. */
  readonly version: number;
  readonly kind: api.AlertKind;
  readonly severity: api.Severity;
  /** How often it has climbed; absent for what does not climb. */
  readonly level?: number;
  readonly subject: { readonly type: string; readonly id: Id };
  readonly deviceId?: Id;
  readonly deviceName?: string;
  readonly title: string;
  /** The facts that the title words; absent in alerts that are older than this member. */
  readonly data?: AlertData;
  readonly state: api.AlertState;
  readonly raisedAt: Instant;
  /** When it was raised, climbed or was resolved last, as its cause says. */
  readonly changedAt: Instant;
  readonly acknowledgedBy?: string;
  readonly acknowledgedAt?: Instant;
  readonly resolvedAt?: Instant;
  /** What ended it, in words. */
  readonly resolution?: string;
  /** When it resolves by itself, where nothing else ends it. */
  readonly resolvesAt?: Instant;
  readonly notice?: Notice;
  /** When the admins were told last. */
  readonly notifiedAt?: Instant;
};

export const alertView = (alert: Alert): api.Alert => ({
  id: alert.id,
  kind: alert.kind,
  severity: alert.severity,
  ...(alert.level !== undefined && { level: alert.level }),
  subject: alert.subject,
  ...(alert.deviceId !== undefined && { deviceId: alert.deviceId }),
  ...(alert.deviceName !== undefined && { deviceName: alert.deviceName }),
  title: alert.title,
  data: { ...alert.data },
  state: alert.state,
  raisedAt: iso(alert.raisedAt),
  ...(alert.acknowledgedBy !== undefined && { acknowledgedBy: alert.acknowledgedBy }),
  ...isoMember('acknowledgedAt', alert.acknowledgedAt),
  ...isoMember('resolvedAt', alert.resolvedAt),
  ...(alert.resolution !== undefined && { resolution: alert.resolution }),
});
